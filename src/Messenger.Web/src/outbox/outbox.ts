import { signal } from '@preact/signals';
import { api, ask, type QueuedMessage } from '../api/client';
import { sendAll } from './sender';
import * as store from './store';
import type { Unsent } from './store';
import { newUuid } from './uuid';

/** What was written in this browser and is not in the node yet, in the order of writing; all tabs agree on it. */
export const unsent = signal<Unsent[]>([]);

const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;
const otherTabs = new BroadcastChannel('messenger-outbox');
otherTabs.onmessage = () => void refresh();

/** Reads what is kept, so that it is shown whether or not the node answers. */
export async function refresh(): Promise<void> {
  unsent.value = await store.all();
}

async function changed(): Promise<void> {
  await refresh();
  otherTabs.postMessage(null);
}

/** Keeps a message on this device, then sends it as soon as the node takes it. It is safe when this returns. */
export async function write(contact: string, text: string): Promise<void> {
  await store.keep({ uuid: newUuid(), contact, text, at: new Date().toISOString(), refused: null });
  await changed();
  void flush();
}

/** Gives up a message that the node refuses, or that was not sent yet. */
export async function discard(message: Unsent): Promise<void> {
  await store.forget(message.seq!);
  await changed();
}

/** Tries a refused message again, under its own id. */
export async function retry(message: Unsent): Promise<void> {
  await store.replace({ ...message, refused: null });
  await changed();
  void flush();
}

export async function discardAll(): Promise<void> {
  await store.forgetAll();
  await changed();
}

let onQueued: (message: Unsent, queued: QueuedMessage) => void = () => undefined;

/** Tells when the node has queued a message, and as what. */
export const whenQueued = (handler: typeof onQueued): void => {
  onQueued = handler;
};

let flushing: Promise<void> | null = null;
let again = false;
let wait = MIN_RETRY_MS;
let timer = 0;

/** Sends everything that waits; calls itself again until nothing waits. */
export function flush(): Promise<void> {
  clearTimeout(timer);
  again = flushing !== null;
  return (flushing ??= run().finally(() => {
    flushing = null;
    if (again) void flush();
  }));
}

async function run(): Promise<void> {
  await refresh();
  const done = await sendAll({ ...store, put, changed: () => void changed() });
  if (done) {
    wait = MIN_RETRY_MS;
  } else {
    timer = window.setTimeout(() => void flush(), wait);
    wait = Math.min(wait * 2, MAX_RETRY_MS);
  }
}

async function put(message: Unsent): Promise<void> {
  const { contact, uuid, text } = message;
  const queued = await ask(() => api.PUT('/api/v1/contacts/{id}/messages/{uuid}', { params: { path: { id: contact, uuid } }, body: { text } }));
  onQueued(message, queued);
}
