import type { Message } from '../api/client';
import type { Unsent } from '../outbox/store';

/** What a line of the conversation is made of: a message of the node, or one that has not reached it yet. */
export type Entry = { key: string; at: string; outgoing: boolean } & ({ message: Message; unsent?: never } | { unsent: Unsent; message?: never });

export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'gap'; key: string; count: number }
  | { kind: 'message'; key: string; entry: Entry; first: boolean; last: boolean };

const TOGETHER_MS = 5 * 60_000;

/** Day of a time in the reader's own time zone. */
export const dayOf = (at: string): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
};

export const entriesOf = (messages: readonly Message[], unsent: readonly Unsent[]): Entry[] => {
  const arrived = new Set(messages.map((one) => one.uuid));
  return [
    ...messages.map((message) => ({ key: message.uuid ?? message.id, at: message.at, outgoing: message.direction === 'out', message })),
    ...unsent.filter((one) => !arrived.has(one.uuid)).map((one) => ({ key: one.uuid, at: one.at, outgoing: true, unsent: one })),
  ];
};

/** Puts day separators and the unread line between messages, and joins what one side said within five minutes. */
export function linesOf(entries: readonly Entry[], unreadLine: string | null): Line[] {
  const lines: Line[] = [];
  let previous: Entry | null = null;
  let joined: Extract<Line, { kind: 'message' }> | null = null;
  for (const entry of entries) {
    const newDay: boolean = !previous || dayOf(previous.at) !== dayOf(entry.at);
    if (newDay) lines.push({ kind: 'day', key: `day ${dayOf(entry.at)} ${entry.key}`, at: entry.at });
    const isUnread = unreadLine !== null && entry.message?.id === unreadLine;
    if (isUnread) lines.push({ kind: 'unread', key: 'unread' });
    const missing = entry.message?.missing ?? 0;
    if (missing > 0) lines.push({ kind: 'gap', key: `gap ${entry.key}`, count: missing });
    const together: boolean =
      !newDay && !isUnread && missing === 0 && previous?.outgoing === entry.outgoing && Math.abs(Date.parse(entry.at) - Date.parse(previous.at)) < TOGETHER_MS;
    if (together && joined) joined.last = false;
    joined = { kind: 'message', key: entry.key, entry, first: !together, last: true };
    lines.push(joined);
    previous = entry;
  }
  return lines;
}
