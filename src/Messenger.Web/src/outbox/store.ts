import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

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
}

const STORE = 'outbox';
let opened: Promise<IDBPDatabase<Schema>> | null = null;

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('messenger', 1, {
    upgrade: (db) => void db.createObjectStore(STORE, { keyPath: 'seq', autoIncrement: true }),
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
