import { batch, signal } from '@preact/signals';
import { api, ask, type SearchHit } from '../api/client';

const PAUSE_MS = 200;
const PAGE = 30;

/** Messages that were found, newest first; a cursor that is null says that there are no more. */
export interface Found {
  readonly query: string;
  readonly contact: string | null;
  readonly hits: readonly SearchHit[];
  readonly before: string | null;
}

/** The node looks for words; a text without a letter or a digit has none. */
const hasWord = (query: string): boolean => /[\p{L}\p{N}]/u.test(query);

/** Looks for messages while somebody types: once typing pauses, and never showing what was found for something typed before. */
export class MessageSearch {
  readonly found = signal<Found | null>(null);

  /** Why nothing, or not more, was found; null when nothing went wrong. */
  readonly problem = signal<unknown>(null);
  readonly busy = signal(false);

  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted: { query: string; contact: string | null } = { query: '', contact: null };

  /** Looks in all conversations, or in the one with a contact. */
  look(query: string, contact: string | null): void {
    const trimmed = query.trim();
    if (trimmed === this.wanted.query && contact === this.wanted.contact) return;
    this.wanted = { query: trimmed, contact };
    this.turn++;
    clearTimeout(this.timer);
    if (hasWord(trimmed)) {
      this.timer = setTimeout(() => void this.read(null), PAUSE_MS);
    } else {
      this.settle(null, null);
    }
  }

  /** Goes on with older messages, or tries again what failed. */
  async more(): Promise<void> {
    const shown = this.found.peek();
    const failed = this.problem.peek() !== null;
    if (this.busy.peek() || (!failed && shown?.before == null)) return;
    await this.read(shown?.before ?? null);
  }

  /** A message that was erased is not shown any longer. */
  forget(contact: string, message: string): void {
    const shown = this.found.peek();
    if (!shown) return;
    const hits = shown.hits.filter((hit) => hit.contact !== contact || hit.message.id !== message);
    if (hits.length < shown.hits.length) this.found.value = { ...shown, hits };
  }

  private async read(before: string | null): Promise<void> {
    const mine = ++this.turn;
    const { query, contact } = this.wanted;
    this.busy.value = true;
    try {
      const options = { q: query, limit: PAGE, ...(contact ? { contact } : {}), ...(before ? { before } : {}) };
      const page = await ask(() => api.GET('/api/v1/search', { params: { query: options } }));
      if (mine !== this.turn) return;
      const earlier = before === null ? [] : (this.found.peek()?.hits ?? []);
      this.settle({ query, contact, hits: [...earlier, ...page.hits], before: page.before }, null);
    } catch (error) {
      if (mine === this.turn) this.settle(before === null ? null : this.found.peek(), error);
    }
  }

  private settle(found: Found | null, problem: unknown): void {
    batch(() => {
      this.found.value = found;
      this.problem.value = problem;
      this.busy.value = false;
    });
  }
}
