import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Contact } from '../api/client';
import { nameOf } from '../contacts/contactList';
import { format, t } from '../i18n';
import { unsent } from '../outbox/outbox';
import { Icon } from '../ui/Icon';
import { Bubble } from './Bubble';
import type { Conversation } from './conversation';
import { type Entry, entriesOf, linesOf } from './days';
import { MessageMenu } from './MessageMenu';

const NEAR = 600;
const AT_END = 40;

/** The messages. What is looked at stays where it is, whatever is added above or let go below. */
export function Timeline({ conversation, contact }: { conversation: Conversation; contact: Contact }) {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ key: string; top: number } | null>(null);
  const atEnd = useRef(true);
  const placed = useRef(false);
  const pointedAt = useRef<object | null>(null);
  const [away] = useState(() => signal(false));
  const [focused, setFocused] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ entry: Entry; at: { x: number; y: number } } | null>(null);

  const window = conversation.history.value;
  const waiting = unsent.value;
  const entries = useMemo(
    () => entriesOf(window.items, window.after === null ? waiting.filter((one) => one.contact === conversation.contact) : []),
    [window, waiting],
  );
  const lines = useMemo(() => linesOf(entries, conversation.unreadLine.value), [entries, conversation.unreadLine.value]);

  const target = conversation.target.value;
  const found = target && entries.find((one) => one.message?.cursor === target.cursor)?.key;

  const markRead = (): void => {
    if (atEnd.current && document.visibilityState === 'visible' && document.hasFocus() && conversation.history.peek().after === null) {
      void conversation.markRead();
    }
  };

  const onScroll = (): void => {
    const box = scroller.current!;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    atEnd.current = below < AT_END && conversation.history.peek().after === null;
    away.value = below > box.clientHeight / 2 || conversation.history.peek().after !== null;
    anchor.current = topmost(box);
    if (box.scrollTop < NEAR) void conversation.older();
    if (below < NEAR) void conversation.newer();
    markRead();
  };

  useLayoutEffect(() => {
    const box = scroller.current!;
    if (entries.length === 0) return;
    const wanted = found && target !== pointedAt.current ? box.querySelector<HTMLElement>(`[data-key="${CSS.escape(found)}"]`) : null;
    if (wanted) {
      placed.current = true;
      atEnd.current = false;
      pointedAt.current = target;
      box.scrollTop = wanted.offsetTop - Math.max(0, box.clientHeight - wanted.offsetHeight) / 2;
      setFocused(found!);
      wanted.focus({ preventScroll: true });
    } else if (!placed.current) {
      placed.current = true;
      const line = box.querySelector<HTMLElement>('.unread-line');
      box.scrollTop = line ? line.offsetTop - box.clientHeight / 3 : box.scrollHeight;
    } else if (atEnd.current) {
      box.scrollTop = box.scrollHeight;
    } else if (anchor.current) {
      const kept = box.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.current.key)}"]`);
      if (kept) box.scrollTop += kept.offsetTop - box.scrollTop - anchor.current.top;
    }
    onScroll();
  }, [lines, target]);

  useEffect(() => {
    const box = scroller.current!;
    const resized = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    resized.observe(box);
    globalThis.addEventListener('focus', markRead);
    document.addEventListener('visibilitychange', markRead);
    return () => {
      resized.disconnect();
      globalThis.removeEventListener('focus', markRead);
      document.removeEventListener('visibilitychange', markRead);
    };
  }, []);

  const toEnd = async (): Promise<void> => {
    await conversation.toEnd();
    atEnd.current = true;
    scroller.current!.scrollTop = scroller.current!.scrollHeight;
  };

  const walk = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.target instanceof HTMLButtonElement) return;
    const keys = entries.map((one) => one.key);
    const index = keys.indexOf((event.target as HTMLElement).dataset['key'] ?? '');
    const target = event.key === 'ArrowUp' ? (index < 0 ? keys.length - 1 : index - 1) : event.key === 'ArrowDown' && index >= 0 ? index + 1 : event.key === 'End' ? keys.length - 1 : -1;
    const key = keys[target];
    if (key === undefined) return;
    event.preventDefault();
    setFocused(key);
    scroller.current!.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };

  const tabStop = entries.some((one) => one.key === focused) ? focused : entries.at(-1)?.key;
  return (
    <div class="timeline">
      <div ref={scroller} class="messages" role="log" aria-live="off" aria-label={t().messagesLabel} tabIndex={entries.length === 0 ? 0 : -1} onScroll={onScroll} onKeyDown={walk}>
        {conversation.loaded.value && entries.length === 0 && <p class="no-messages">{contact.state === 'requested' ? t().writeAlready : t().sayHello(nameOf(contact))}</p>}
        {window.before === null && entries.length > 0 && <p class="beginning">{t().beginning}</p>}
        {lines.map((line) =>
          line.kind === 'day' ? <div key={line.key} class="day"><span>{format().day(line.at)}</span></div>
          : line.kind === 'gap' ? <div key={line.key} class="gap"><Icon name="gap" size={16} /><span>{t().gap(line.count)}</span></div>
          : line.kind === 'unread' ? <div key={line.key} class="unread-line"><span>{t().unreadLine}</span></div>
          : (
            <Bubble
              key={line.key}
              entry={line.entry}
              first={line.first}
              last={line.last}
              author={line.entry.outgoing ? t().you : nameOf(contact)}
              focusable={line.key === tabStop}
              found={line.key === found}
              onMenu={(entry, at) => setMenu({ entry, at })}
            />
          ))}
      </div>
      {conversation.failed.value && <div class="load-failed"><button type="button" class="button" onClick={() => void conversation.refresh()}>{t().loadAgain}</button></div>}
      {away.value && (
        <button type="button" class="round jump" aria-label={t().toEnd} onClick={() => void toEnd()}>
          <Icon name="down" />
          {contact.unread > 0 && <span class="badge">{contact.unread}</span>}
        </button>
      )}
      {menu && <MessageMenu {...menu} conversation={conversation} contact={contact} onClose={() => setMenu(null)} />}
    </div>
  );
}

/** The first message that is in sight, and where. */
function topmost(box: HTMLElement): { key: string; top: number } | null {
  const messages = box.querySelectorAll<HTMLElement>('[data-key]');
  const edge = box.scrollTop;
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { offsetTop, offsetHeight } = messages[middle]!;
    if (offsetTop + offsetHeight > edge) high = middle;
    else low = middle + 1;
  }
  const first = messages[low];
  return first ? { key: first.dataset['key']!, top: first.offsetTop - edge } : null;
}
