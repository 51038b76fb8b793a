import type { Contact, Message } from '../api/client';
import { advance } from '../conversation/messageState';

/** The contact list in the groups in which it is shown. */
export interface ContactGroups {
  requests: Contact[];
  conversations: Contact[];
  blocked: Contact[];
}

const lastActivity = (contact: Contact): string => contact.lastMessage?.at ?? contact.addedAt;
const newestFirst = (a: Contact, b: Contact): number => (lastActivity(a) < lastActivity(b) ? 1 : lastActivity(a) > lastActivity(b) ? -1 : a.id < b.id ? -1 : 1);

/** Requests first, conversations by their last message, blocked ones apart; a query keeps those whose name or address contains it. */
export function groupContacts(contacts: Iterable<Contact>, query: string): ContactGroups {
  const groups: ContactGroups = { requests: [], conversations: [], blocked: [] };
  for (const contact of contacts) {
    if (!matches(contact, query)) continue;
    if (contact.state === 'pending') groups.requests.push(contact);
    else if (contact.state === 'blocked') groups.blocked.push(contact);
    else if (contact.state !== 'denied') groups.conversations.push(contact);
  }
  groups.requests.sort(newestFirst);
  groups.conversations.sort(newestFirst);
  groups.blocked.sort(newestFirst);
  return groups;
}

/** Case and ё do not matter in a search. */
const fold = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

function matches(contact: Contact, query: string): boolean {
  const wanted = fold(query.trim());
  return wanted === '' || [contact.nick, contact.typedAddress, ...contact.addresses].some((text) => fold(text).includes(wanted));
}

/** The name to show: the nick, else the address. Characters that turn or break a line have no place in a name. */
export function nameOf(contact: Pick<Contact, 'nick' | 'typedAddress'>): string {
  const nick = contact.nick.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '').trim();
  return nick === '' ? contact.typedAddress : nick;
}

/** One or two letters for an avatar. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => /^\p{L}/u.test(word));
  if (words.length === 0) return /[\p{L}\p{N}]/u.exec(name)?.[0]?.toLocaleUpperCase() ?? '?';
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : [words[0]!];
  return letters.map((word) => [...word][0]!.toLocaleUpperCase()).join('');
}

/** A stable number from 0 to `count - 1` for an id: the colour of its avatar. */
export function hueOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return (hash >>> 8) % count;
}

/** A contact after news of one of its messages; the counts come from the node. */
export function withMessage(contact: Contact, message: Message): Contact {
  const last = contact.lastMessage;
  if (last?.id === message.id) return { ...contact, lastMessage: advance(last, message) };
  return last && last.at > message.at ? contact : { ...contact, lastMessage: message };
}
