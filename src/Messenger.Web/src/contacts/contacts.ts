import { computed, signal } from '@preact/signals';
import { api, ask, type Contact, type ContactChanges, type ContactEventData, type Message, type PresenceEventData, type ReadEventData } from '../api/client';
import { keepContacts, keptContacts } from '../outbox/store';
import { whenIdle } from '../ui/whenIdle';
import { withMessage } from './contactList';

/** All contacts by id; null until they were read. */
export const contacts = signal<ReadonlyMap<string, Contact> | null>(null);

export const unreadTotal = computed(() => [...(contacts.value?.values() ?? [])].reduce((sum, one) => sum + (one.muted ? 0 : one.unread), 0));
export const requestTotal = computed(() => [...(contacts.value?.values() ?? [])].filter((one) => one.state === 'pending').length);

export const contactOf = (id: string): Contact | undefined => contacts.value?.get(id);

function change(id: string, next: (contact: Contact | undefined) => Contact | null | undefined): void {
  const known = contacts.peek();
  if (!known) return;
  const contact = next(known.get(id));
  if (contact === undefined) return;
  const changed = new Map(known);
  if (contact === null || contact.state === 'denied') changed.delete(id);
  else changed.set(id, contact);
  contacts.value = changed;
}

export async function loadContacts(): Promise<void> {
  const list = await ask(() => api.GET('/api/v1/contacts'));
  const known = contacts.peek();
  contacts.value = new Map(list.contacts.map((contact) => [contact.id, unlessChanged(known?.get(contact.id), contact)]));
  stopKeeping?.();
  stopKeeping = whenIdle(() => void keepContacts(contacts.peek()?.values() ?? []));
}

let stopKeeping: (() => void) | null = null;

/** What did not change stays the same object, and need not be drawn again. */
const unlessChanged = (known: Contact | undefined, read: Contact): Contact => (known && JSON.stringify(known) === JSON.stringify(read) ? known : read);

/** Shows the list before events are followed, which takes some calls more; then it is read again. */
export async function showContactsEarly(): Promise<void> {
  const list = await ask(() => api.GET('/api/v1/contacts'));
  if (contacts.peek() === null) contacts.value = new Map(list.contacts.map((contact) => [contact.id, contact]));
}

/** Shows the list as it was when the node was last heard, unless the node has told it meanwhile. */
export async function showKeptContacts(): Promise<void> {
  const kept = await keptContacts();
  if (contacts.peek() === null && kept.length > 0) contacts.value = new Map(kept.map((contact) => [contact.id, contact]));
}

export const onContact = (event: ContactEventData): void => change(event.id, () => event.contact);

export const onPresence = ({ contact: id, ...presence }: PresenceEventData): void =>
  change(id, (contact) => contact && { ...contact, ...presence });

export const onRead = (event: ReadEventData): void => change(event.contact, (contact) => contact && { ...contact, unread: event.unread });

/** A message came or changed: its row shows it at once, the counts follow from the node. */
export function onMessage(id: string, message: Message | null): void {
  if (message) change(id, (contact) => contact && withMessage(contact, message));
  refresh(id);
}

const REFRESH_MS = 200;
const refreshing = new Set<string>();

function refresh(id: string): void {
  if (refreshing.has(id)) return;
  refreshing.add(id);
  setTimeout(() => {
    refreshing.delete(id);
    ask(() => api.GET('/api/v1/contacts/{id}', { params: { path: { id } } })).then(
      (contact) => change(id, () => contact),
      // Gone or out of reach: the stream tells the one, reading everything again mends the other.
      () => undefined,
    );
  }, REFRESH_MS);
}

const path = (id: string) => ({ params: { path: { id } } });

export async function addContact(address: string, nick: string): Promise<Contact> {
  const contact = await ask(() => api.POST('/api/v1/contacts', { body: { address, nick: nick || null } }));
  change(contact.id, () => contact);
  return contact;
}

export async function followInvite(invite: string, nick: string): Promise<Contact> {
  const contact = await ask(() => api.POST('/api/v1/contacts', { body: { invite, nick: nick || null } }));
  change(contact.id, () => contact);
  return contact;
}

async function applied(id: string, call: Promise<Contact | undefined>): Promise<void> {
  const contact = await call;
  change(id, () => contact ?? null);
}

export const acceptContact = (id: string) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/accept', path(id))));
export const denyContact = (id: string) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/deny', path(id))));
export const blockContact = (id: string) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/block', path(id))));
export const editContact = (id: string, body: ContactChanges) => applied(id, ask(() => api.PATCH('/api/v1/contacts/{id}', { ...path(id), body })));
export const decideKey = (id: string, take: boolean) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/key', { ...path(id), body: { take } })));
export const verifyContact = (id: string, verified: boolean) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/verify', { ...path(id), body: { verified } })));
export const decideIdentity = (id: string, take: boolean) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/identity', { ...path(id), body: { take } })));
export const allowPlaintext = (id: string, allowed: boolean) => applied(id, ask(() => api.POST('/api/v1/contacts/{id}/plaintext', { ...path(id), body: { allowed } })));
export const pingContact = (id: string) => ask(() => api.POST('/api/v1/contacts/{id}/ping', path(id)));
export const eraseConversation = (id: string) => ask(() => api.DELETE('/api/v1/contacts/{id}/messages', path(id)));

export async function removeContact(id: string): Promise<void> {
  await ask(() => api.DELETE('/api/v1/contacts/{id}', path(id)));
  change(id, () => null);
}
