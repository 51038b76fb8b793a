import { signal } from '@preact/signals';
import { api, ask, type Diagnostics, type InviteItem, type NewInvite, type MessageImportAnswer, type NodeInfo, type Retention, type SessionItem, type TokenItem } from '../api/client';
import { inParts } from './lines';

/** The node itself; null until it was asked. */
export const nodeInfo = signal<NodeInfo | null>(null);

export async function loadNode(): Promise<void> {
  nodeInfo.value = await ask(() => api.GET('/api/v1/node'));
}

const path = (id: string) => ({ params: { path: { id } } });

export const diagnose = (): Promise<Diagnostics> => ask(() => api.GET('/api/v1/diagnostics'));
export const listSessions = async (): Promise<SessionItem[]> => (await ask(() => api.GET('/api/v1/sessions'))).sessions;
export const endSession = (id: string) => ask(() => api.DELETE('/api/v1/sessions/{id}', path(id)));
export const makeLink = () => ask(() => api.POST('/api/v1/session/link'));
export const listTokens = async (): Promise<TokenItem[]> => (await ask(() => api.GET('/api/v1/tokens'))).tokens;
export const addToken = (name: string) => ask(() => api.POST('/api/v1/tokens', { body: { name } }));
export const listInvites = async (): Promise<InviteItem[]> => (await ask(() => api.GET('/api/v1/invites'))).invites;
export const revokeInvite = (id: string) => ask(() => api.DELETE('/api/v1/invites/{id}', path(id)));

/** How long messages are kept on the node; null until it was asked. */
export const retention = signal<Retention | null>(null);

export async function loadRetention(): Promise<void> {
  retention.value = await ask(() => api.GET('/api/v1/retention'));
}

export async function setRetention(days: number | null): Promise<void> {
  retention.value = await ask(() => api.PUT('/api/v1/retention', { body: { days } }));
}

/** How many invites were made here: the list of them follows. */
export const invitesMade = signal(0);

export async function makeInvite(note: string, hours: number): Promise<NewInvite> {
  const made = await ask(() => api.POST('/api/v1/invites', { body: { note, hours } }));
  invitesMade.value++;
  return made;
}

export const revokeToken = (id: string) => ask(() => api.DELETE('/api/v1/tokens/{id}', path(id)));
/** Imports a list in the seed's map format. Its rows may be anything, which the generated type cannot say; the node judges each. */
export const importContacts = (list: Record<string, unknown>) => ask(() => api.POST('/api/v1/import/contacts', { body: list as Record<string, never> }));

// The node takes 4 MiB at once, and a character is at most three bytes.
const PART = 1024 * 1024;

/** Imports a file of exported messages, part by part; it may be larger than memory. */
export async function importMessages(file: File): Promise<MessageImportAnswer> {
  const sum: MessageImportAnswer = { added: 0, existing: 0, refused: 0, problems: [] };
  for await (const { text, before } of inParts(file.stream().pipeThrough(new TextDecoderStream()), PART)) {
    const answer = await ask(() =>
      api.POST('/api/v1/import/messages', { body: text as never, bodySerializer: (body) => body, headers: { 'Content-Type': 'application/x-ndjson' } }),
    );
    sum.added += answer.added;
    sum.existing += answer.existing;
    sum.refused += answer.refused;
    sum.problems.push(...answer.problems.map((one) => ({ ...one, line: one.line + before })));
  }
  return sum;
}
