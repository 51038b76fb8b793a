import { useState } from 'preact/hooks';
import { format, t } from '../i18n';
import { Icon } from '../ui/Icon';
import type { Entry } from './days';
import { isEmojiOnly } from './markup';
import { Markup } from './Markup';
import { shownText } from './shownText';
import { type ShownState, StateIcon } from './StateIcon';

interface Props {
  entry: Entry;
  first: boolean;
  last: boolean;
  author: string;
  focusable: boolean;
  /** Whether it is the message that was searched for. */
  found: boolean;
  onMenu: (entry: Entry, at: { x: number; y: number }) => void;
}

const SHORT = 3_000;

/** Marks that are heaped on a letter would cover what stands around the message. To cut off every bubble would cost drawing each key. */
const HEAPED = /\p{M}{5}/u;

export const stateOf = (entry: Entry): ShownState => entry.message?.state ?? (entry.unsent!.refused ? 'refused' : 'sending');
export const textOf = (entry: Entry): string => entry.message?.text ?? entry.unsent!.text;

/** One message. Its name for a screen reader is its author, text, time and state, each once. */
export function Bubble({ entry, first, last, author, focusable, found, onMenu }: Props) {
  const text = textOf(entry);
  const [whole, setWhole] = useState(text.length <= SHORT);
  const side = entry.outgoing ? 'out' : 'in';
  const emoji = isEmojiOnly(text);
  const { message } = entry;
  const open = (event: MouseEvent): void => {
    event.preventDefault();
    onMenu(entry, { x: event.clientX, y: event.clientY });
  };
  return (
    <div
      class={`message ${side}${first ? ' first' : ''}${last ? ' last' : ''}${emoji ? ' emoji-only' : ''}${HEAPED.test(text) ? ' heaped' : ''}${found ? ' found' : ''}`}
      role="article"
      tabIndex={focusable ? 0 : -1}
      data-key={entry.key}
      data-state={stateOf(entry)}
      onContextMenu={open}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        const box = event.currentTarget.getBoundingClientRect();
        event.preventDefault();
        onMenu(entry, { x: box.left + 24, y: Math.min(box.bottom, innerHeight - 60) });
      }}
    >
      <div class="bubble">
        <span class="offscreen">{author}:</span>
        <div class={`text${message?.unreadable ? ' unreadable' : ''}`} style={{ '--time': JSON.stringify(format().time(entry.at)) }}>
          {message?.unreadable ? <p>{shownText(message)}</p> : <Markup text={whole ? text : `${text.slice(0, SHORT)}…`} />}
        </div>
        {message?.warning && <p class="caution"><Icon name="alert" size={14} />{t().cautions[message.warning](author)}</p>}
        {!whole && <button type="button" class="link" onClick={() => setWhole(true)}>{t().showWhole}</button>}
        <span class="meta">
          {message?.via && <span title={t().cameByRelay}><Icon name="relay" size={13} /><span class="offscreen">{t().cameByRelay}</span></span>}
          {message && !message.proven && message.direction === 'in' && <span class="warn" title={t().unproven}><Icon name="alert" size={13} /><span class="offscreen">{t().unproven}</span></span>}
          <time dateTime={entry.at} title={format().full(entry.at)}>{format().time(entry.at)}</time>
          {entry.outgoing && <StateIcon state={stateOf(entry)} relays={message?.relays.length ?? 0} />}
        </span>
      </div>
      <button type="button" class="round tiny message-more" tabIndex={-1} aria-label={t().messageActions} onClick={open}>
        <Icon name="more" size={18} />
      </button>
    </div>
  );
}
