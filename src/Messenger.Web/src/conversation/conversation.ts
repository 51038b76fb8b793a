import { batch, signal } from '@preact/signals';
import { api, ask, isTransient, type Message, type MessageEventData, type QueuedMessage, type ReadEventData } from '../api/client';
import { contactOf } from '../contacts/contacts';
import type { Unsent } from '../outbox/store';
import { EMPTY, type HistoryPage, type HistoryWindow, lastUnread, slice, windowOf, withMessage, withNewer, withOlder, withoutMessage, withRead } from './history';

const PAGE = 40;
const MAX_PAGE = 1_000;

/** What an event makes of what is shown; null when that must be read again. */
type Change = (window: HistoryWindow) => HistoryWindow | null;

/** One conversation as it is looked at. */
export class Conversation {
  readonly history = signal<HistoryWindow>(EMPTY);
  readonly loaded = signal(false);
  readonly failed = signal(false);

  /** The first message that was not read when the conversation was opened: there the line is drawn. */
  readonly unreadLine = signal<string | null>(null);

  /** The message that was asked for, by its cursor; a new object each time somebody asks. */
  readonly target = signal<{ readonly cursor: string } | null>(null);

  private busy: Promise<void> | null = null;
  private marking = false;

  // What was learned while a page was on its way: the page may be older, and must not undo it.
  private meanwhile: Change[] = [];

  constructor(readonly contact: string) {}

  /** Reads the end of the conversation, or where reading was left off. */
  open(): Promise<void> {
    return this.exclusively(async () => {
      const unread = contactOf(this.contact)?.unread ?? 0;
      const all = windowOf(await this.page({ limit: Math.min(MAX_PAGE, Math.max(PAGE, unread + PAGE / 2)) }));
      const first = unread > 0 ? all.items.findIndex((one) => one.state === 'received') : -1;
      this.unreadLine.value = all.items[first]?.id ?? null;
      this.history.value = slice(all, first >= 0 ? first : all.items.length);
      this.loaded.value = true;
    });
  }

  /** Goes to a message, wherever in the conversation it is. */
  show(cursor: string): Promise<void> {
    if (this.history.peek().items.some((one) => one.cursor === cursor)) {
      this.target.value = { cursor };
      return Promise.resolve();
    }
    return this.exclusively(async () => {
      const around = windowOf(await this.page({ around: cursor, limit: PAGE }));
      batch(() => {
        this.history.value = around;
        this.loaded.value = true;
        this.target.value = { cursor };
      });
    });
  }

  /** Goes to the newest messages. */
  toEnd(): Promise<void> {
    if (this.history.peek().after === null) return Promise.resolve();
    return this.exclusively(async () => {
      this.history.value = windowOf(await this.page({ limit: PAGE }));
    });
  }

  older(): Promise<void> {
    const { before } = this.history.peek();
    if (before === null || this.busy) return Promise.resolve();
    return this.exclusively(async () => {
      const page = await this.page({ before, limit: PAGE });
      this.history.value = withOlder(this.history.peek(), page);
    });
  }

  newer(): Promise<void> {
    const { after } = this.history.peek();
    if (after === null || this.busy) return Promise.resolve();
    return this.exclusively(async () => {
      const page = await this.page({ after, limit: PAGE });
      this.history.value = withNewer(this.history.peek(), page);
    });
  }

  /** Reads again what is shown, after events may have been missed. */
  refresh(): Promise<void> {
    if (!this.loaded.peek()) return this.open();
    return this.exclusively(async () => {
      const shown = this.history.peek();
      if (shown.after === null || shown.items.length === 0) {
        this.history.value = windowOf(await this.page({ limit: Math.max(PAGE, shown.items.length) }));
      } else {
        const around = shown.items[Math.floor(shown.items.length / 2)]!.cursor;
        this.history.value = windowOf(await this.page({ around, limit: Math.max(PAGE, shown.items.length) }));
      }
    });
  }

  onMessage({ id, message }: MessageEventData): void {
    this.apply((window) => (message ? withMessage(window, message) : withoutMessage(window, id)));
  }

  /** The node has queued what was written here: it is shown as such at once, and more exactly when the node tells of it. */
  onQueued({ uuid, text, at: writtenAt }: Unsent, { id, cursor }: QueuedMessage): void {
    const { items } = this.history.peek();
    if (items.some((one) => one.id === id)) return;

    // It is the last by the node's clock; this browser's may be behind.
    const last = items.at(-1)?.at ?? writtenAt;
    const at = last > writtenAt ? last : writtenAt;
    const message: Message = {
      id, uuid, cursor, direction: 'out', text, at, claimedAt: at, state: 'queued', reason: null, reasonCode: null, relays: [], via: null, proven: true, enctype: '',
      unreadable: null, warning: null, missing: 0,
    };
    this.onMessage({ contact: this.contact, id, message });
  }

  onRead({ cursor }: ReadEventData): void {
    this.apply((window) => withRead(window, cursor));
  }

  /** Everything that is shown was looked at. While the node is away nothing is marked; the next look tries again. */
  async markRead(): Promise<void> {
    const cursor = lastUnread(this.history.peek());
    if (cursor === null || this.marking) return;
    this.marking = true;
    try {
      await ask(() => api.POST('/api/v1/contacts/{id}/read', { params: { path: { id: this.contact } }, body: { cursor } }));
      this.apply((window) => withRead(window, cursor));
    } catch (error) {
      if (!isTransient(error)) throw error;
    } finally {
      this.marking = false;
    }
  }

  async erase(message: Message): Promise<void> {
    await ask(() => api.DELETE('/api/v1/contacts/{id}/messages/{message}', { params: { path: { id: this.contact, message: message.id } } }));
    this.apply((window) => withoutMessage(window, message.id));
  }

  private apply(change: Change): void {
    if (this.busy) this.meanwhile.push(change);
    const next = change(this.history.peek());
    if (next) this.history.value = next;
    else void this.refresh();
  }

  private page(query: { before?: string; after?: string; around?: string; limit: number }): Promise<HistoryPage> {
    return ask(() => api.GET('/api/v1/contacts/{id}/messages', { params: { path: { id: this.contact }, query } }));
  }

  // One read at a time: each builds on what the one before it has left.
  private async exclusively(work: () => Promise<void>): Promise<void> {
    const before = this.busy;
    const mine = (async () => {
      await before;
      this.meanwhile = [];
      try {
        await work();
        for (const change of this.meanwhile.splice(0)) this.apply(change);
        this.failed.value = false;
      } catch {
        this.failed.value = true;
      }
    })();
    this.busy = mine;
    await mine;
    if (this.busy === mine) this.busy = null;
  }
}

/** The conversation on the screen. */
export const current = signal<Conversation | null>(null);

/** Opens the conversation with a contact, at a message when one is named; null closes it. */
export function openConversation(contact: string | null, message?: string): void {
  const opened = current.peek()?.contact === (contact ?? undefined);
  if (!opened) current.value = contact === null ? null : new Conversation(contact);
  if (message !== undefined) void current.peek()?.show(message);
  else if (!opened) void current.peek()?.open();
}
