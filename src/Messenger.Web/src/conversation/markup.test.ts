import { describe, expect, it } from 'vitest';
import { blocksOf, type Inline, inlineOf, isEmojiOnly, quoteOf } from './markup';

const plain = (parts: Inline[]): string => parts.map((one) => ('parts' in one ? plain(one.parts) : one.text)).join('');
const links = (text: string): string[] => inlineOf(text).flatMap((one) => (one.kind === 'link' ? [one.text] : []));

describe('links', () => {
  it.each([
    ['see https://example.org/a?b=1, then', ['https://example.org/a?b=1']],
    ['(https://example.org/wiki/A_(b))', ['https://example.org/wiki/A_(b)']],
    ['https://пример.рф/путь.', ['https://пример.рф/путь']],
    ['http://[fc00::1]:8080/x', ['http://[fc00::1]:8080/x']],
    ['**https://example.org**', ['https://example.org']],
    ['nohttps://example.org', []],
    ['javascript:alert(1) data:text/html,x vbscript:x', []],
    ['http://', []],
  ])('finds in %j %j', (text, expected) => expect(links(text)).toEqual(expected));

  it('end where a character could turn the text around', () => {
    expect(links('https://example.org/\u202egpj.exe')).toEqual(['https://example.org/']);
  });

  it('never lead anywhere but to http and https', () => {
    const hostile = ['JaVaScRiPt:alert(1)', 'https://a\u0000b', 'http:///x', 'file:///etc/passwd', '<a href="javascript:x">'];
    for (const one of inlineOf(hostile.join(' '))) if (one.kind === 'link') expect(new URL(one.href).protocol).toMatch(/^https?:$/);
  });
});

describe('marks', () => {
  it('become strong, emphasis, struck out and code', () => {
    expect(inlineOf('a **b** _c_ ~~d~~ `e`').map((one) => one.kind)).toEqual(['text', 'strong', 'text', 'em', 'text', 'del', 'text', 'code']);
  });

  it.each(['snake_case_name', '2 * 3 ** 4', '** not **', '_', '****', '~~~~', '`', '``', '__init__', 'a ** b\nc **'])('leave %j as it is written', (text) => {
    expect(inlineOf(text)).toEqual([{ kind: 'text', text }]);
  });

  it('lose no text but the marks themselves', () => {
    const text = 'x **y _z_** https://e.org `**`';
    expect(plain(inlineOf(text))).toBe('x y z https://e.org **');
  });
});

describe('blocks', () => {
  it('are quotes, code and paragraphs', () => {
    expect(blocksOf('> said\n> more\nanswer\n```\n**code**\n```\nend').map((one) => one.kind)).toEqual(['quote', 'paragraph', 'code', 'paragraph']);
  });

  it('keep the marks inside code', () => {
    expect(blocksOf('```js\n**a**\n```')).toEqual([{ kind: 'code', text: '**a**' }]);
  });

  it('leave a fence that is never closed as text', () => {
    expect(blocksOf('```\nopen')).toEqual([{ kind: 'paragraph', parts: [{ kind: 'text', text: '```\nopen' }] }]);
  });

  it.each(['*', '_', '`', '~', '>', '```\n', 'http://[', '> > ', '**a ', '\u0301', '<img src=x onerror=alert(1)>'])(
    'of 64 KiB of %j are read without hanging',
    (piece) => {
      const text = piece.repeat(Math.ceil(65_536 / piece.length));
      expect(blocksOf(text).length).toBeGreaterThan(0);
    },
  );
});

describe('quotes', () => {
  it('are plain text of at most three lines without what was quoted before', () => {
    expect(quoteOf('> old\none\n\ntwo')).toBe('> one\n> two');
    expect(quoteOf('1\n2\n3\n4')).toBe('> 1\n> 2\n> 3…');
    expect([...quoteOf('😀'.repeat(500))].length).toBeLessThan(210);
  });
});

describe('emoji', () => {
  it('alone are shown large, words and digits are not', () => {
    expect(['👍', '👩‍🚀', '🇩🇪🇷🇺', '❤️ 🔥'].every(isEmojiOnly)).toBe(true);
    expect(['ok 👍', '12', '', '#'].some(isEmojiOnly)).toBe(false);
  });
});
