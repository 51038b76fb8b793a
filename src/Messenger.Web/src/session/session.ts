import { signal } from '@preact/signals';
import { api, ApiError, ask, onSignedOut, setAntiforgery, type Session, Unreachable } from '../api/client';
import { contacts, showContactsEarly, showKeptContacts } from '../contacts/contacts';
import { query, scope } from '../contacts/shown';
import { forgetContacts } from '../outbox/store';

/** `unknown` until the node was asked; `away` while it does not answer. */
export type SessionState = 'unknown' | 'away' | 'out' | 'in';

const RETRY_MS = 2_000;

export const session = signal<SessionState>('unknown');

/** Why signing in by the link failed; null when it did not. */
export const linkProblem = signal<ApiError | null>(null);

/** The node no longer knows this browser's session. */
export function ended(): void {
  session.value = 'out';
  contacts.value = null;
  query.value = '';
  scope.value = null;
  void forgetContacts();
}

onSignedOut(ended);

function begin(current: Session): void {
  setAntiforgery(current.antiforgery);
  session.value = 'in';
}

/** Takes the token out of the address, so that it is neither reloaded nor bookmarked. */
function takeLinkToken(): string | null {
  const token = /^#t=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}

/** Signs in by the link in the address if there is one, else goes on with the session of the cookie. */
export async function startSession(token = takeLinkToken()): Promise<void> {
  // Both need the cookie only. What goes wrong with the one goes wrong with the other, and is told there.
  if (token === null) showContactsEarly().catch(() => undefined);
  try {
    begin(token ? await ask(() => api.POST('/api/v1/session', { body: { token } })) : await ask(() => api.GET('/api/v1/session')));
  } catch (error) {
    if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)) {
      session.value = 'away';
      void showKeptContacts();
      setTimeout(() => void startSession(token), RETRY_MS);
    } else if (token && error instanceof ApiError) {
      await afterRefusedLink(error);
    } else {
      session.value = 'out';
    }
  }
}

// A link that was used before is no harm to a browser that is signed in already.
async function afterRefusedLink(error: ApiError): Promise<void> {
  await startSession(null);
  if (session.peek() === 'out') linkProblem.value = error;
}

export async function signInByPassword(password: string): Promise<void> {
  begin(await ask(() => api.POST('/api/v1/session', { body: { password } })));
  linkProblem.value = null;
}

/** Signs in by a link that was pasted as text. */
export async function signInByLink(link: string): Promise<void> {
  const token = /#t=([\w-]+)/.exec(link)?.[1] ?? link.trim();
  begin(await ask(() => api.POST('/api/v1/session', { body: { token } })));
  linkProblem.value = null;
}

export async function signOut(): Promise<void> {
  await ask(() => api.DELETE('/api/v1/session'));
  ended();
}

// A link that is opened in a tab which shows this page already changes the fragment only.
addEventListener('hashchange', () => {
  const token = takeLinkToken();
  if (token) void startSession(token);
});
