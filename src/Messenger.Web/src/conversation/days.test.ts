import { expect, it } from 'vitest';
import type { Unsent } from '../outbox/store';
import { entriesOf, linesOf, type Entry } from './days';

const entry = (key: string, at: string, outgoing = false): Entry =>
  ({ key, at, outgoing, message: { id: key, uuid: outgoing ? key : null } }) as unknown as Entry;

it('separates days and draws the unread line before its message', () => {
  const lines = linesOf([entry('a', '2026-01-01T10:00:00'), entry('b', '2026-01-02T10:00:00'), entry('c', '2026-01-02T10:01:00')], 'c');
  expect(lines.map((one) => one.kind)).toEqual(['day', 'message', 'day', 'message', 'unread', 'message']);
});

it('says before a message how many have not come', () => {
  const late = entry('b', '2026-01-01T10:01:00');
  late.message!.missing = 3;
  expect(linesOf([entry('a', '2026-01-01T10:00:00'), late], null).slice(2)).toMatchObject([{ kind: 'gap', count: 3 }, { key: 'b', first: true }]);
});

it('joins what one side says within five minutes', () => {
  const lines = linesOf(
    [entry('a', '2026-01-01T10:00:00'), entry('b', '2026-01-01T10:04:00'), entry('c', '2026-01-01T10:05:00', true), entry('d', '2026-01-01T10:30:00', true)],
    null,
  );
  const shapes = lines.flatMap((one) => (one.kind === 'message' ? [[one.key, one.first, one.last]] : []));
  expect(shapes).toEqual([['a', true, false], ['b', false, true], ['c', true, true], ['d', true, true]]);
});

it('shows a message once while the browser and the node both have it', () => {
  const unsent = (uuid: string): Unsent => ({ seq: 1, uuid, contact: 'x', text: 't', at: '2026-01-01T10:00:00', refused: null });
  const messages = [entry('u1', '2026-01-01T10:00:00', true).message!];
  expect(entriesOf(messages, [unsent('u1'), unsent('u2')]).map((one) => one.key)).toEqual(['u1', 'u2']);
});
