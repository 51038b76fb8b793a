import { describe, expect, it } from 'vitest';
import { inParts, type Lines } from './lines';

const streamOf = (...chunks: string[]) =>
  new ReadableStream<string>({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });

async function partsOf(most: number, ...chunks: string[]): Promise<Lines[]> {
  const parts: Lines[] = [];
  for await (const part of inParts(streamOf(...chunks), most)) parts.push(part);
  return parts;
}

describe('a file of lines', () => {
  it('is cut between lines, wherever its chunks end', async () => {
    const text = Array.from({ length: 200 }, (_, index) => `line ${index} ${'x'.repeat(index % 17)}\n`).join('');
    for (const size of [1, 7, 64, 10_000]) {
      const parts = await partsOf(100, ...(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []));
      expect(parts.map((one) => one.text).join('')).toBe(text);
      expect(parts.every((one) => one.text.endsWith('\n') && one.text.length <= 100)).toBe(true);
      expect(parts.every((one) => one.text.startsWith(`line ${one.before} `))).toBe(true);
    }
  });

  it('may end without a line break', async () => {
    expect(await partsOf(4, 'a\nb\nc')).toEqual([{ text: 'a\nb\n', before: 0 }, { text: 'c', before: 2 }]);
  });

  it('keeps a line whole that is longer than a part', async () => {
    expect(await partsOf(4, 'a\nlonger', ' still\nb\n')).toEqual([
      { text: 'a\n', before: 0 }, { text: 'longer still\n', before: 1 }, { text: 'b\n', before: 2 },
    ]);
  });

  it('of nothing has no parts', async () => {
    expect(await partsOf(4)).toEqual([]);
  });
});
