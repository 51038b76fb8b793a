import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, Unreachable } from '../api/client';
import { sendAll } from './sender';
import * as store from './store';
import { newUuid } from './uuid';

/** A node that queues each uuid once, and may break before or after it has done so. */
class Node {
  readonly queued: string[] = [];
  private readonly known = new Set<string>();
  breaks: (attempt: number) => 'no' | 'before' | 'after' = () => 'no';
  refuses: ApiError | null = null;
  private attempts = 0;

  put = async (message: store.Unsent): Promise<void> => {
    const breaks = this.breaks(this.attempts++);
    if (breaks === 'before') throw new Unreachable();
    if (this.refuses) throw this.refuses;
    if (!this.known.has(message.uuid)) this.queued.push(message.text);
    this.known.add(message.uuid);
    if (breaks === 'after') throw new Unreachable();
  };
}

const write = (contact: string, text: string) => store.keep({ uuid: newUuid(), contact, text, at: '2026-01-01T00:00:00Z', refused: null });
const send = (node: Node) => sendAll({ ...store, put: node.put, changed: () => undefined });

beforeEach(store.forgetAll);

describe('what was written', () => {
  it('arrives once and in order, however often the connection breaks', async () => {
    for (let i = 0; i < 20; i++) await write('a', String(i));
    const node = new Node();
    node.breaks = (attempt) => (['no', 'after', 'before'] as const)[attempt % 3]!;
    while (!(await send(node)));
    expect(node.queued).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(await store.all()).toEqual([]);
  });

  it('is sent once and in order by two tabs at the same time', async () => {
    for (let i = 0; i < 10; i++) await write('a', String(i));
    const node = new Node();
    await Promise.all([send(node), send(node)]);
    expect(node.queued).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  });

  it('stays when the node is gone', async () => {
    await write('a', 'x');
    const node = new Node();
    node.breaks = () => 'before';
    expect(await send(node)).toBe(false);
    expect((await store.all()).map((one) => [one.text, one.refused])).toEqual([['x', null]]);
  });

  it('stays with the reason when the node refuses it, and does not hold up the others', async () => {
    await write('a', 'x');
    const node = new Node();
    node.refuses = new ApiError(409, 'not_writable', '');
    expect(await send(node)).toBe(true);
    node.refuses = null;
    await write('b', 'y');
    await send(node);
    expect(node.queued).toEqual(['y']);
    expect((await store.all()).map((one) => [one.text, one.refused])).toEqual([['x', 'not_writable']]);
  });

  it.each([401, 403, 408, 429, 500, 503])('is not given up because of the answer %d', async (status) => {
    await write('a', 'x');
    const node = new Node();
    node.refuses = new ApiError(status, 'any', '');
    expect(await send(node)).toBe(false);
    expect((await store.all())[0]!.refused).toBeNull();
  });
});

describe('a uuid', () => {
  it('is of version 7 and sorts by time', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newUuid(1_700_000_000_000).slice(0, 13)).toBe('018bcfe5-6800');
    expect(newUuid(1) < newUuid(2)).toBe(true);
  });
});
