import { expect, it } from 'vitest';
import type { Contact, Message } from '../api/client';
import { groupContacts, hueOf, initialsOf, nameOf, withMessage } from './contactList';

const contact = (id: string, changes: Partial<Contact> = {}): Contact =>
  ({ id, nick: id, typedAddress: `${id}.example`, addresses: [`${id}.example:7450`], state: 'accepted', addedAt: '2026-01-01T00:00:00Z', lastMessage: null, unread: 0, ...changes }) as Contact;
const message = (id: string, at: string, state: Message['state'] = 'received'): Message => ({ id, at, state }) as Message;

it('puts requests first, the last talk on top, and blocked ones apart', () => {
  const groups = groupContacts(
    [contact('old', { lastMessage: message('1', '2026-01-02') }), contact('new', { lastMessage: message('2', '2026-01-03') }), contact('asks', { state: 'pending' }), contact('bad', { state: 'blocked' })],
    '',
  );
  expect(groups.requests.map((one) => one.id)).toEqual(['asks']);
  expect(groups.conversations.map((one) => one.id)).toEqual(['new', 'old']);
  expect(groups.blocked.map((one) => one.id)).toEqual(['bad']);
});

it.each([['алёна', 1], ['АЛЕНА', 1], ['example:74', 1], ['nobody', 0]])('finds %j by name or address, whatever the case and ё', (query, count) => {
  expect(groupContacts([contact('x', { nick: 'Алёна' })], query).conversations.length).toBe(count);
});

it('shows no name that could turn or break a line', () => {
  expect(nameOf({ nick: 'a\u202eb\nc\u2066', typedAddress: 'x' })).toBe('abc');
  expect(nameOf({ nick: ' \u202e ', typedAddress: 'x' })).toBe('x');
});

it.each([['Anna Weber', 'AW'], ['борис', 'Б'], ['127.0.0.1', '1'], ['🙂', '?'], ['Jean-Luc Picard', 'JP']])('has for %j the initials %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

it('gives each contact one of the colours', () => {
  const hues = new Set(Array.from({ length: 200 }, (_, i) => hueOf(`contact-${i}`, 8)));
  expect([...hues].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('takes the last message by its time and never an older state of it', () => {
  const row = contact('a', { lastMessage: message('2', '2026-01-02', 'delivered') });
  expect(withMessage(row, message('1', '2026-01-01')).lastMessage!.id).toBe('2');
  expect(withMessage(row, message('2', '2026-01-02', 'queued')).lastMessage!.state).toBe('delivered');
  expect(withMessage(row, message('3', '2026-01-03')).lastMessage!.id).toBe('3');
});
