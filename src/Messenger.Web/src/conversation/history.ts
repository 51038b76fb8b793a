import type { Message } from '../api/client';
import { advance } from './messageState';

/** The part of a conversation that is shown, oldest first; a cursor that is null says that there is nothing more on that side. */
export interface HistoryWindow {
  readonly items: readonly Message[];
  readonly before: string | null;
  readonly after: string | null;
}

/** A page as the node gives it: newest first. */
export interface HistoryPage {
  messages: Message[];
  before: string | null;
  after: string | null;
}

/** More than this is not kept: what is far from what is looked at is let go and read again when needed. */
export const MAX_SHOWN = 240;

export const EMPTY: HistoryWindow = { items: [], before: null, after: null };

export const windowOf = (page: HistoryPage): HistoryWindow => ({ items: page.messages.toReversed(), before: page.before, after: page.after });

/** At most `MAX_SHOWN` messages around the one at `index`. */
export function slice(window: HistoryWindow, index: number): HistoryWindow {
  const from = Math.max(0, Math.min(index - MAX_SHOWN / 2, window.items.length - MAX_SHOWN));
  const to = Math.min(window.items.length, from + MAX_SHOWN);
  const items = window.items.slice(from, to);
  return {
    items,
    before: from > 0 ? items[0]!.cursor : window.before,
    after: to < window.items.length ? items.at(-1)!.cursor : window.after,
  };
}

/** The window with an older page in front of it. */
export function withOlder(window: HistoryWindow, page: HistoryPage): HistoryWindow {
  const known = new Set(window.items.map((one) => one.id));
  const items = [...page.messages.filter((one) => !known.has(one.id)).reverse(), ...window.items];
  const kept = items.slice(0, MAX_SHOWN);
  return { items: kept, before: page.before, after: kept.length < items.length ? kept.at(-1)!.cursor : window.after };
}

/** The window with a newer page behind it; what is there already is brought up to date. */
export function withNewer(window: HistoryWindow, page: HistoryPage): HistoryWindow {
  const newer = page.messages.toReversed();
  const known = new Map(newer.map((one) => [one.id, one]));
  const before = window.items.filter((one) => !known.has(one.id));
  const updated = newer.map((one) => {
    const shown = window.items.find((item) => item.id === one.id);
    return shown ? advance(shown, one) : one;
  });
  const items = [...before, ...updated];
  const kept = items.slice(-MAX_SHOWN);
  return { items: kept, before: kept.length < items.length ? kept[0]!.cursor : window.before, after: page.after };
}

/** The window after news of a message; null when the message belongs somewhere in the middle, so that the window must be read again. */
export function withMessage(window: HistoryWindow, message: Message): HistoryWindow | null {
  const index = window.items.findIndex((one) => one.id === message.id);
  if (index >= 0) return { ...window, items: window.items.with(index, advance(window.items[index]!, message)) };
  if (window.after !== null) return window;
  const last = window.items.at(-1);
  return !last || last.at <= message.at ? withNewer(window, { messages: [message], before: null, after: null }) : null;
}

export const withoutMessage = (window: HistoryWindow, id: string): HistoryWindow => ({ ...window, items: window.items.filter((one) => one.id !== id) });

/** The window after everything up to a cursor was read. */
export const withRead = (window: HistoryWindow, cursor: string): HistoryWindow => ({
  ...window,
  items: window.items.map((one) => (one.state === 'received' && compareCursors(one.cursor, cursor) <= 0 ? { ...one, state: 'read' } : one)),
});

/** Cursors are numbers that grow with arrival, which is not always the order of display. */
export const compareCursors = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The last cursor by arrival among what is not read; null when all is read. */
export function lastUnread(window: HistoryWindow): string | null {
  const unread = window.items.filter((one) => one.state === 'received').map((one) => one.cursor);
  return unread.length === 0 ? null : unread.reduce((a, b) => (compareCursors(a, b) >= 0 ? a : b));
}
