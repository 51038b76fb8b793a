import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Contact = Schemas['ContactItem'];
export type ContactList = Schemas['ContactList'];
export type ContactChanges = Schemas['EditContactRequest'];
export type Message = Schemas['MessageItem'];
export type MessageState = Schemas['MessageProgress'];
export type NodeInfo = Schemas['NodeItem'];
export type Diagnostics = Schemas['Diagnostics'];
export type ContactDiagnostics = Schemas['ContactDiagnosticsItem'];
export type Session = Schemas['CurrentSession'];
export type SessionItem = Schemas['SessionItem'];
export type TokenItem = Schemas['TokenItem'];
export type InviteItem = Schemas['InviteItem'];
export type NewInvite = Schemas['NewInvite'];
export type SearchHit = Schemas['SearchHitItem'];
export type ReasonCode = Schemas['ReasonCode'];
export type Unreadable = Schemas['UnreadableText'];
export type Caution = Schemas['MessageCaution'];
export type QueuedMessage = Schemas['QueuedMessage'];
export type ImportAnswer = Schemas['ImportAnswer'];
export type MessageImportAnswer = Schemas['MessageImportAnswer'];
export type MessageEventData = Schemas['MessageEvent'];
export type ContactEventData = Schemas['ContactEvent'];
export type PresenceEventData = Schemas['PresenceEvent'];
export type ReadEventData = Schemas['ReadEvent'];
export type Retention = Schemas['RetentionItem'];
type Problem = Schemas['Problem'];

/** The node answered with a problem (RFC 9457); `code` is stable. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly detail: string) {
    super(detail);
  }
}

/** The node did not answer at all. */
export class Unreachable extends Error {}

/** Whether the same call may succeed later, unchanged. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiError && (error.status >= 500 || error.status === 408 || error.status === 429));

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

let antiforgery = '';
let signedOut: () => void = () => {};

/** What every changing call must show; it belongs to the session. */
export const setAntiforgery = (value: string): void => {
  antiforgery = value;
};

/** Called when the node says that this browser is not signed in. */
export const onSignedOut = (handler: () => void): void => {
  signedOut = handler;
};

declare global {
  /** Answers by path that early.js has asked for. */
  var early: Map<string, Promise<Response>> | undefined;
}

globalThis.early ??= new Map();

// What was asked for early answers the first such call, and no other.
function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const asked = request.method === 'GET' ? globalThis.early?.get(pathname) : undefined;
  globalThis.early?.delete(pathname);
  return asked ?? fetch(request);
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: answer });
api.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && antiforgery) request.headers.set('X-Antiforgery', antiforgery);
    return request;
  },
});

/** Makes a call and returns its answer, or throws `ApiError` or `Unreachable`. */
export async function ask<T>(call: () => Promise<Answer<T>>): Promise<T> {
  const answer = await attempt(call);
  if (answer.response.ok) return answer.data as T;
  const problem = problemOf(answer);
  if (problem.status === 401 && problem.code === 'not_signed_in') signedOut();
  if (problem.code !== 'antiforgery') throw problem;

  // Another tab has signed in anew: the cookie is new, and with it this value.
  setAntiforgery((await ask(() => api.GET('/api/v1/session'))).antiforgery);
  const second = await attempt(call);
  if (second.response.ok) return second.data as T;
  throw problemOf(second);
}

async function attempt<T>(call: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call();
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

function problemOf(answer: Answer<unknown>): ApiError {
  const problem = (answer.error ?? {}) as Partial<Problem>;
  return new ApiError(answer.response.status, problem.code ?? 'internal', problem.detail ?? answer.response.statusText);
}
