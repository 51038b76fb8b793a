import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Contact } from '../api/client';

/** A message that was written here and that the node has not acknowledged yet. */
export interface Unsent {
  /** Order of writing; given by the store. */
  seq?: number;
  uuid: string;
  contact: string;
  text: string;
  /** When it was written, ISO 8601. */
  at: string;
  /** Stable code of why the node will not take it; null while it is to be sent. */
  refused: string | null;
}

interface Schema extends DBSchema {
  outbox: { key: number; value: Unsent };
  contacts: { key: string; value: Contact };
}

const STORE = 'outbox';
const CONTACTS = 'contacts';
let opened: Promise<IDBPDatabase<Schema>> | null = null;

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('messenger', 1, {
    upgrade(db) {
      db.createObjectStore(STORE, { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore(CONTACTS, { keyPath: 'id' });
    },
    // Another tab wants to delete or upgrade it; the next use opens it again.
    blocking: (_, __, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => (opened = null),
  }));

/** Keeps a message; it is on the disk when this returns. */
export async function keep(message: Unsent): Promise<void> {
  const tx = (await database()).transaction(STORE, 'readwrite', { durability: 'strict' });
  await Promise.all([tx.store.add(message), tx.done]);
}

/** Everything kept, in the order in which it was written. */
export const all = async (): Promise<Unsent[]> => (await database()).getAll(STORE);

export async function replace(message: Unsent): Promise<void> {
  await (await database()).put(STORE, message);
}

export async function forget(seq: number): Promise<void> {
  await (await database()).delete(STORE, seq);
}

export async function forgetAll(): Promise<void> {
  await (await database()).clear(STORE);
}

/** Keeps to whom one can write while the node is away; what was said is not kept. */
export async function keepContacts(contacts: Iterable<Contact>): Promise<void> {
  const tx = (await database()).transaction(CONTACTS, 'readwrite');
  const cleared = tx.store.clear();
  const writes = [...contacts].map((contact) => tx.store.put({ ...contact, online: false, unread: 0, lastMessage: null }));
  await Promise.all([cleared, ...writes, tx.done]);
}

export const keptContacts = async (): Promise<Contact[]> => (await database()).getAll(CONTACTS);

export async function forgetContacts(): Promise<void> {
  await (await database()).clear(CONTACTS);
}
