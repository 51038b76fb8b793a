import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageSearch } from './messageSearch';

/** What the node was asked, and how it answers. */
const asked: { url: URL; answer: (response: Response) => void }[] = [];
const hit = (id: string) => ({ contact: 'boris', message: { id, cursor: id }, snippet: [{ text: `text ${id}`, match: true }] });
const page = (ids: string[], before: string | null) => Response.json({ hits: ids.map(hit), before });

const settled = async (search: MessageSearch): Promise<void> => {
  await vi.waitFor(() => expect(search.busy.value).toBe(false));
};
const idsOf = (search: MessageSearch) => search.found.value?.hits.map((one) => one.message.id);

describe('a search', () => {
  let search: MessageSearch;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    asked.length = 0;
    // The client takes the fetch that is there when it is loaded.
    vi.stubGlobal('fetch', (request: Request) => new Promise<Response>((answer) => asked.push({ url: new URL(request.url), answer })));
    search = new (await import('./messageSearch')).MessageSearch();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('asks once typing pauses, for what was typed last', async () => {
    search.look('h', null);
    search.look('hell', null);
    search.look('hello ', 'boris');
    await vi.advanceTimersByTimeAsync(1_000);

    expect(asked.map(({ url }) => url.search)).toEqual(['?q=hello&limit=30&contact=boris']);
  });

  it('does not show what was found for something typed before', async () => {
    search.look('first', null);
    await vi.advanceTimersByTimeAsync(1_000);
    search.look('second', null);
    await vi.advanceTimersByTimeAsync(1_000);
    asked[1]!.answer(page(['2'], null));
    await settled(search);
    asked[0]!.answer(page(['1'], null));
    await vi.advanceTimersByTimeAsync(1_000);

    expect(idsOf(search)).toEqual(['2']);
  });

  it('goes on with older messages and stops at the last page', async () => {
    search.look('word', null);
    await vi.advanceTimersByTimeAsync(1_000);
    asked[0]!.answer(page(['9', '8'], '8'));
    await settled(search);

    void search.more();
    void search.more();
    await vi.waitFor(() => expect(asked.length).toBe(2));
    expect(asked[1]!.url.searchParams.get('before')).toBe('8');
    asked[1]!.answer(page(['7'], null));
    await settled(search);
    await search.more();

    expect(idsOf(search)).toEqual(['9', '8', '7']);
    expect(asked.length).toBe(2);
  });

  it('asks nothing for a text without a word, and forgets what was shown', async () => {
    search.look('word', null);
    await vi.advanceTimersByTimeAsync(1_000);
    asked[0]!.answer(page(['1'], null));
    await settled(search);
    search.look('?!', null);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(search.found.value).toBeNull();
    expect(asked.length).toBe(1);
  });

  it('keeps what was found when more cannot be had, and tries again when asked to', async () => {
    search.look('word', null);
    await vi.advanceTimersByTimeAsync(1_000);
    asked[0]!.answer(page(['9'], '9'));
    await settled(search);
    void search.more();
    await vi.waitFor(() => expect(asked.length).toBe(2));
    asked[1]!.answer(Response.json({ code: 'busy' }, { status: 503 }));
    await settled(search);
    expect(search.problem.value).not.toBeNull();
    expect(idsOf(search)).toEqual(['9']);

    void search.more();
    await vi.waitFor(() => expect(asked.length).toBe(3));
    asked[2]!.answer(page(['8'], null));
    await settled(search);
    expect([idsOf(search), search.problem.value]).toEqual([['9', '8'], null]);
  });

  it('drops a message that was erased', async () => {
    search.look('word', null);
    await vi.advanceTimersByTimeAsync(1_000);
    asked[0]!.answer(page(['9', '8'], null));
    await settled(search);
    search.forget('clara', '9');
    search.forget('boris', '8');

    expect(idsOf(search)).toEqual(['9']);
  });
});
