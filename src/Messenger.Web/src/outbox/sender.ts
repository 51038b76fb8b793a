import { ApiError, isTransient } from '../api/client';
import type { Unsent } from './store';

export interface SenderPorts {
  all(): Promise<Unsent[]>;
  replace(message: Unsent): Promise<void>;
  forget(seq: number): Promise<void>;
  /** Queues a message in the node under its uuid; safe to repeat. */
  put(message: Unsent): Promise<void>;
  changed(): void;
}

/**
 * Sends what is kept, each contact's messages in the order in which they were written. Whatever is interrupted is tried again under the same
 * uuid, which the node queues once; so several tabs may send the same messages at the same time.
 * @returns True when nothing is left that may be sent later.
 */
export async function sendAll(ports: SenderPorts): Promise<boolean> {
  const waiting = (await ports.all()).filter((message) => message.refused === null);
  const byContact = groupBy(waiting);
  const results = await Promise.all([...byContact.values()].map((messages) => sendInOrder(messages, ports)));
  return results.every(Boolean);
}

function groupBy(messages: Unsent[]): Map<string, Unsent[]> {
  const groups = new Map<string, Unsent[]>();
  for (const message of messages) groups.set(message.contact, [...(groups.get(message.contact) ?? []), message]);
  return groups;
}

async function sendInOrder(messages: Unsent[], ports: SenderPorts): Promise<boolean> {
  for (const message of messages) {
    try {
      await ports.put(message);
      await ports.forget(message.seq!);
    } catch (error) {
      if (isTransient(error) || !(error instanceof ApiError) || error.status === 401 || error.status === 403) return false;
      await ports.replace({ ...message, refused: error.code });
    }
    ports.changed();
  }
  return true;
}
