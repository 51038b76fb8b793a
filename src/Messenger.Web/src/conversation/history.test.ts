import { describe, expect, it } from 'vitest';
import type { Message, MessageState } from '../api/client';
import { compareCursors, EMPTY, lastUnread, MAX_SHOWN, slice, windowOf, withMessage, withNewer, withOlder, withRead } from './history';
import { advance } from './messageState';

const message = (number: number, changes: Partial<Message> = {}): Message => ({
  id: String(number), uuid: null, cursor: String(number), direction: 'in', text: `text ${number}`,
  at: new Date(number * 1_000).toISOString(), claimedAt: null, state: 'received', reason: null, reasonCode: null, relays: [], via: null, proven: true, enctype: '', unreadable: null, warning: null, missing: 0, ...changes,
});
const range = (from: number, to: number): Message[] => Array.from({ length: to - from }, (_, index) => message(from + index));
const page = (from: number, to: number, last: number) => ({
  messages: range(from, to).reverse(), before: from > 0 ? String(from) : null, after: to < last ? String(to - 1) : null,
});
const ids = (items: readonly Message[]): number[] => items.map((one) => Number(one.id));

describe('a window on a conversation', () => {
  it('walks 10,000 messages to the beginning and back without a gap or a double, and never grows too large', () => {
    const all = 10_000;
    let window = windowOf(page(all - 60, all, all));
    let seen = new Set(ids(window.items));
    while (window.before !== null) {
      const from = Math.max(0, Number(window.before) - 60);
      window = withOlder(window, page(from, Number(window.before), all));
      ids(window.items).forEach((id) => seen.add(id));
      expect(window.items.length).toBeLessThanOrEqual(MAX_SHOWN);
      expect(ids(window.items)).toEqual(ids(window.items).toSorted((a, b) => a - b));
    }
    expect(seen.size).toBe(all);
    seen = new Set(ids(window.items));
    while (window.after !== null) {
      const from = Number(window.after) + 1;
      window = withNewer(window, page(from, Math.min(all, from + 60), all));
      ids(window.items).forEach((id) => seen.add(id));
      expect(new Set(ids(window.items)).size).toBe(window.items.length);
    }
    expect(seen.size).toBe(all);
    expect(window.items.at(-1)!.id).toBe(String(all - 1));
  });

  it('cut around a message knows that there is more on both sides', () => {
    const cut = slice(windowOf(page(0, 900, 900)), 450);
    expect(cut.items.length).toBe(MAX_SHOWN);
    expect([cut.before, cut.after]).toEqual([cut.items[0]!.cursor, cut.items.at(-1)!.cursor]);
  });
});

describe('news', () => {
  it('of a newer message are added at the end', () => {
    expect(ids(withMessage(windowOf(page(0, 3, 3)), message(3))!.items)).toEqual([0, 1, 2, 3]);
    expect(ids(withMessage(EMPTY, message(1))!.items)).toEqual([1]);
  });

  it('of a message that came late ask for another look, because its place is in the middle', () => {
    expect(withMessage(windowOf(page(0, 3, 3)), { ...message(3), at: message(1).at })).toBeNull();
  });

  it('change nothing when the end of the conversation is not in sight', () => {
    const window = windowOf(page(0, 3, 10));
    expect(withMessage(window, message(10))).toBe(window);
  });

  it('told twice are shown once', () => {
    const window = withMessage(windowOf(page(0, 3, 3)), message(3))!;
    expect(ids(withMessage(window, message(3))!.items)).toEqual([0, 1, 2, 3]);
  });
});

describe('the state of a message', () => {
  const order: MessageState[] = ['queued', 'relayed', 'refused', 'delivered', 'read'];
  it('never goes back, in whatever order the news come', () => {
    for (const known of order) for (const news of order) {
      const shown = advance(message(1, { state: known }), message(1, { state: news })).state;
      expect(order.indexOf(shown)).toBe(Math.max(order.indexOf(known), order.indexOf(news)));
    }
  });
});

describe('reading', () => {
  it('goes up to the message that arrived last, wherever it stands', () => {
    const window = windowOf({ messages: [message(9), message(12), message(10)], before: null, after: null });
    expect(lastUnread(window)).toBe('12');
    expect(lastUnread(withRead(window, '12'))).toBeNull();
    expect(lastUnread(withRead(window, '10'))).toBe('12');
    expect(compareCursors('9', '10')).toBeLessThan(0);
  });
});
