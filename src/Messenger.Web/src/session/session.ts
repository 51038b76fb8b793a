import { signal } from '@preact/signals';
import { api, ApiError, ask, onSignedOut, setAntiforgery, type Session, Unreachable } from '../api/client';
import { contacts, showContactsEarly, showKeptContacts } from '../contacts/contacts';
import { query, scope } from '../contacts/shown';
import { forgetContacts } from '../outbox/store';

/** `unknown` until the node was asked; `away` while it does not answer; `locked` while it waits for the passphrase of its keys. */
export type SessionState = 'unknown' | 'away' | 'locked' | 'out' | 'in';

const RETRY_MS = 2_000;
const START_MS = 300;

/** The token of the link by which somebody came to a locked node. */
let linkToken: string | null = null;

export const session = signal<SessionState>('unknown');

/** Why signing in by the link failed; null when it did not. */
export const linkProblem = signal<ApiError | null>(null);

/** Whether the passphrase was right, and the node is on its way up. */
export const starting = signal(false);

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
  starting.value = false;
  session.value = 'in';
}

/** The node has been started anew and waits for the passphrase of its keys. */
export function locked(): void {
  session.value = 'locked';
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
    if (error instanceof ApiError && error.code === 'locked' && !starting.peek()) {
      linkToken = token;
      locked();
    } else if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)) {
      session.value = 'away';
      void showKeptContacts();
      setTimeout(() => void startSession(token), starting.peek() ? START_MS : RETRY_MS);
    } else if (token && error instanceof ApiError) {
      await afterRefusedLink(error);
    } else {
      starting.value = false;
      session.value = 'out';
    }
  }
}

/** Somebody may have unlocked the node elsewhere. */
export async function lookAgain(): Promise<void> {
  if (!starting.peek()) await startSession(linkToken);
}

/** Gives a locked node the passphrase of its keys, and goes on as soon as it has started. */
export async function unlock(passphrase: string): Promise<void> {
  try {
    await ask(() => api.POST('/api/v1/unlock', { body: { passphrase } }));
  } catch (error) {
    // Somebody was faster.
    if (!(error instanceof ApiError && error.code === 'not_locked')) throw error;
  }
  starting.value = true;
  await startSession(linkToken);
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
