import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message, MessageState } from '../api/client';
import type { HistoryPage } from './history';

const message = (number: number, state: MessageState): Message => ({
  id: String(number), uuid: null, cursor: String(number), direction: 'out', text: `text ${number}`,
  at: new Date(number * 1_000).toISOString(), claimedAt: null, state, reason: null, reasonCode: null, relays: [], via: null, proven: true, enctype: '', unreadable: null, warning: null, missing: 0,
});
const page = (...messages: Message[]): HistoryPage => ({ messages: messages.toReversed(), before: null, after: null });

/** A node that answers a read when it is told to. */
const reads: ((page: HistoryPage) => void)[] = [];
const answer = async (next: HistoryPage): Promise<void> => {
  await vi.waitFor(() => expect(reads.length).toBeGreaterThan(0));
  reads.shift()!(next);
};

describe('a conversation', () => {
  beforeEach(() => {
    reads.length = 0;
    vi.stubGlobal('location', { origin: 'http://node' });
    vi.stubGlobal('localStorage', {});
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('fetch', () => new Promise((resolve) => reads.push((value) => resolve(Response.json(value)))));
  });
  afterEach(() => vi.unstubAllGlobals());

  it('keeps what the node told while a page was being read, though the page is older', async () => {
    const { Conversation } = await import('./conversation');
    const conversation = new Conversation('boris');
    const opened = conversation.open();
    await answer(page(message(1, 'queued')));
    await opened;

    const read = conversation.refresh();
    await vi.waitFor(() => expect(reads.length).toBe(1));
    conversation.onMessage({ contact: 'boris', id: '1', message: message(1, 'delivered') });
    conversation.onMessage({ contact: 'boris', id: '2', message: message(2, 'delivered') });
    await answer(page(message(1, 'queued'), message(2, 'queued')));
    await read;

    expect(conversation.history.value.items.map((one) => one.state)).toEqual(['delivered', 'delivered']);
  });

  it('does not show again what was erased while a page was being read', async () => {
    const { Conversation } = await import('./conversation');
    const conversation = new Conversation('boris');
    const opened = conversation.open();
    await vi.waitFor(() => expect(reads.length).toBe(1));
    conversation.onMessage({ contact: 'boris', id: '1', message: null });
    await answer(page(message(1, 'delivered'), message(2, 'queued')));
    await opened;

    expect(conversation.history.value.items.map((one) => one.id)).toEqual(['2']);
  });

  it('shows a message that the node has just queued last, whatever the clocks of the two say', async () => {
    const { Conversation } = await import('./conversation');
    const conversation = new Conversation('boris');
    const opened = conversation.open();
    await answer(page(message(100, 'delivered')));
    await opened;

    conversation.onQueued({ uuid: 'u', contact: 'boris', text: 'hello', at: message(5, 'queued').at, refused: null }, { id: '101', uuid: 'u', cursor: '101' });

    expect(conversation.history.value.items.map((one) => one.id)).toEqual(['100', '101']);
  });
});
