/** A piece of a message's text. It is data, never markup: whoever shows it makes elements of it and text nodes of its texts. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em' | 'del'; parts: Inline[] };

export type Block = { kind: 'paragraph' | 'quote'; parts: Inline[] } | { kind: 'code'; text: string };

const URL_START = /https?:\/\//gi;
const MAX_DEPTH = 3;
const MARKS: [string, 'strong' | 'em' | 'del'][] = [
  ['**', 'strong'],
  ['~~', 'del'],
  ['_', 'em'],
];

/** Reads the small part of Markdown that people write in messages: fences, quotes, code, strong, emphasis, struck out, and links as they are. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  const lastFence = lines.lastIndexOf('```');
  let run: string[] = [];
  let quoted = false;
  const flush = (): void => {
    if (run.length > 0) blocks.push({ kind: quoted ? 'quote' : 'paragraph', parts: inlineOf(run.join('\n')) });
    run = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith('```') && i < lastFence) {
      const end = lines.indexOf('```', i + 1);
      flush();
      blocks.push({ kind: 'code', text: lines.slice(i + 1, end).join('\n') });
      i = end;
      continue;
    }
    const quote = /^> ?(.*)$/.exec(line);
    if ((quote !== null) !== quoted) {
      flush();
      quoted = quote !== null;
    }
    run.push(quote ? quote[1]! : line);
  }
  flush();
  return blocks;
}

/** Splits at links first, so that no mark inside an address is taken for emphasis. */
export function inlineOf(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const link of linksIn(text)) {
    parts.push(...marksOf(text.slice(from, link.start), 0));
    parts.push({ kind: 'link', text: text.slice(link.start, link.end), href: link.href });
    from = link.end;
  }
  parts.push(...marksOf(text.slice(from), 0));
  return parts;
}

/** Only http and https: no other scheme is ever made clickable. */
function* linksIn(text: string): Generator<{ start: number; end: number; href: string }> {
  URL_START.lastIndex = 0;
  const starts = [...text.matchAll(URL_START)].map((match) => match.index);
  let past = 0;
  for (const start of starts) {
    if (start < past || /[\p{L}\p{N}]/u.test(text[start - 1] ?? '')) continue;
    let end = start;
    while (end < text.length && !/[\s<>"`\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(text[end]!)) end++;
    end = trimmed(text, start, end);
    past = end;
    const url = text.slice(start, end);
    if (URL.canParse(url)) {
      yield { start, end, href: new URL(url).href };
    }
  }
}

/** A link does not end in punctuation, nor in a bracket that was opened before it. */
function trimmed(text: string, start: number, end: number): number {
  let open = 0;
  for (let i = start; i < end; i++) open += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0;
  for (; end > start; end--) {
    const last = text[end - 1]!;
    if (last === ')' && open < 0) open++;
    else if (!/[.,:;!?'"»…*_~]/.test(last)) break;
  }
  return end;
}

function marksOf(text: string, depth: number): Inline[] {
  const parts: Inline[] = [];
  let plain = 0;
  const push = (end: number, part?: Inline): void => {
    if (end > plain) parts.push({ kind: 'text', text: text.slice(plain, end) });
    if (part) parts.push(part);
  };
  for (let i = 0; i < text.length; i++) {
    const found = depth < MAX_DEPTH ? markAt(text, i, depth) : null;
    if (!found) continue;
    push(i, found.part);
    plain = found.end;
    i = found.end - 1;
  }
  push(text.length);
  return parts;
}

function markAt(text: string, at: number, depth: number): { part: Inline; end: number } | null {
  if (text[at] === '`') {
    const end = closing(text, '`', at + 1);
    return end < 0 ? null : { part: { kind: 'code', text: text.slice(at + 1, end) }, end: end + 1 };
  }
  for (const [mark, kind] of MARKS) {
    if (!text.startsWith(mark, at) || joins(text[at - 1], mark)) continue;
    const from = at + mark.length;
    const end = closing(text, mark, from);
    if (end > from && !/\s/.test(text[from]!) && !/\s/.test(text[end - 1]!) && !joins(text[end + mark.length], mark)) {
      return { part: { kind, parts: marksOf(text.slice(from, end), depth + 1) }, end: end + mark.length };
    }
  }
  return null;
}

// Marks inside words and runs of marks are no emphasis: snake_case, __init__.
const joins = (neighbour: string | undefined, mark: string): boolean => neighbour !== undefined && (neighbour === mark[0] || /[\p{L}\p{N}]/u.test(neighbour));

// A mark reaches no further than this, or hostile text of nothing but marks would take quadratic time.
const REACH = 2_000;

function closing(text: string, mark: string, from: number): number {
  const reach = text.slice(from, from + REACH);
  const line = reach.indexOf('\n');
  const end = reach.indexOf(mark);
  return end <= 0 || (line >= 0 && line < end) ? -1 : from + end;
}

/** A text of nothing but a few emoji is shown large. */
export const isEmojiOnly = (text: string): boolean => text.length <= 24 && /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u200d|\s)+$/u.test(text);

const MAX_QUOTED_LINES = 3;
const MAX_QUOTED = 200;

/** The quote of a message that is answered, as plain text for any peer: without what it quotes itself, and short. */
export function quoteOf(text: string): string {
  const own = text.split('\n').filter((line) => !line.startsWith('>') && line.trim() !== '');
  const short = own.slice(0, MAX_QUOTED_LINES).join('\n');
  const cut = short.length > MAX_QUOTED || own.length > MAX_QUOTED_LINES ? `${[...short].slice(0, MAX_QUOTED).join('').trimEnd()}…` : short;
  return cut.split('\n').map((line) => `> ${line}`).join('\n');
}
