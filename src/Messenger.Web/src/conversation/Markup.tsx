import { useMemo } from 'preact/hooks';
import { type Block, blocksOf, type Inline } from './markup';

/** A message's text as elements; everything foreign ends in text nodes. */
export function Markup({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return <>{blocks.map(block)}</>;
}

function block(one: Block, key: number) {
  if (one.kind === 'code') return <pre key={key}><code>{one.text}</code></pre>;
  return one.kind === 'quote' ? <blockquote key={key} dir="auto">{one.parts.map(inline)}</blockquote> : <p key={key} dir="auto">{one.parts.map(inline)}</p>;
}

function inline(one: Inline, key: number) {
  switch (one.kind) {
    case 'text':
      return one.text;
    case 'code':
      return <code key={key}>{one.text}</code>;
    case 'link':
      return <a key={key} href={one.href} target="_blank" rel="noopener noreferrer nofollow">{one.text}</a>;
    case 'strong':
      return <strong key={key}>{one.parts.map(inline)}</strong>;
    case 'em':
      return <em key={key}>{one.parts.map(inline)}</em>;
    case 'del':
      return <del key={key}>{one.parts.map(inline)}</del>;
  }
}
