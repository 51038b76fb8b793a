import { signal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Contact } from '../api/client';
import { settings } from '../app/settings';
import { announce } from '../app/toasts';
import { nameOf } from '../contacts/contactList';
import { t } from '../i18n';
import { draftOf, drafts, setDraft } from '../outbox/drafts';
import { write } from '../outbox/outbox';
import { act } from '../ui/act';
import { Icon } from '../ui/Icon';
import { EmojiPicker } from './EmojiPicker';
import { quoteOf } from './markup';

/** What the next message answers; null for nothing. */
export const replyingTo = signal<{ contact: string; text: string; outgoing: boolean } | null>(null);

const MAX_BYTES = 64 * 1024;
const MAX_HEIGHT = 0.4;

/** Whether the field takes the height of its text by itself; measuring it at each key is slow. */
const GROWS = CSS.supports('field-sizing', 'content');

/** What there is to be known of the text that stands in the field. */
type Shape = 'empty' | 'fine' | 'tooLong';

// A character takes three bytes at most; to count them at each key of a long text would be felt.
const isTooLong = (text: string): boolean => text.length * 3 > MAX_BYTES && new TextEncoder().encode(text).length > MAX_BYTES;

function grow(box: HTMLTextAreaElement): void {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, innerHeight * MAX_HEIGHT)}px`;
}

/** Where one writes. It is never disabled: what is written is kept until the node has it. The text is in the field alone, so that a key draws nothing else. */
export function Composer({ contact, onSent }: { contact: Contact; onSent: () => void }) {
  const [shape, setShape] = useState<Shape>('empty');
  const [picking, setPicking] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const answered = replyingTo.value?.contact === contact.id ? replyingTo.value : null;

  const whole = (): string => {
    const text = area.current!.value.trim();
    return answered && text !== '' ? `${quoteOf(answered.text)}\n${text}` : text;
  };
  const look = (): void => {
    const text = whole();
    setShape(text === '' ? 'empty' : isTooLong(text) ? 'tooLong' : 'fine');
    if (!GROWS) grow(area.current!);
  };
  const type = (value: string): void => {
    if (area.current!.value !== value) area.current!.value = value;
    setDraft(contact.id, value);
    look();
  };

  useLayoutEffect(() => {
    area.current!.value = draftOf(contact.id);
  }, []);
  useLayoutEffect(look, [answered]);
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) area.current?.focus();
  }, []);
  useEffect(() => {
    if (answered) area.current?.focus();
  }, [answered]);

  // Another tab has sent or changed the draft.
  useSignalEffect(() => {
    const draft = drafts.value.get(contact.id) ?? '';
    const box = area.current;
    if (!box || document.activeElement === box || draft === (box.value.trim() === '' ? '' : box.value)) return;
    box.value = draft;
    look();
  });

  const send = async (): Promise<void> => {
    const text = whole();
    if (text === '' || isTooLong(text)) return;
    // The text stays in the field until it is safe on the disk.
    if (!(await act(() => write(contact.id, text)))) return;
    type('');
    replyingTo.value = null;
    announce(t().sentAnnouncement);
    onSent();
    area.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && answered) {
      replyingTo.value = null;
      event.stopPropagation();
      event.preventDefault();
    } else if (event.key === 'ArrowUp' && shape === 'empty' && !event.altKey) {
      const messages = document.querySelectorAll<HTMLElement>('.message');
      messages[messages.length - 1]?.focus();
      event.preventDefault();
    } else if (event.key === 'Enter' && (settings.peek().enterSends ? !event.shiftKey : event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    }
  };

  const insert = (emoji: string): void => {
    const box = area.current!;
    box.setRangeText(emoji, box.selectionStart, box.selectionEnd, 'end');
    type(box.value);
    box.focus();
  };

  return (
    <div class="composer">
      {answered && (
        <div class="answered">
          <Icon name="reply" size={18} />
          <p dir="auto"><strong>{answered.outgoing ? t().you : nameOf(contact)}</strong> {quoteOf(answered.text).replace(/^> /gm, '')}</p>
          <button type="button" class="round tiny" aria-label={t().cancelReply} onClick={() => (replyingTo.value = null)}><Icon name="close" size={18} /></button>
        </div>
      )}
      {picking && <EmojiPicker onPick={insert} onClose={() => setPicking(false)} />}
      <div class="composer-row">
        <button type="button" class="round" aria-label={t().emoji} aria-expanded={picking} onClick={() => setPicking(!picking)}><Icon name="smile" size={22} /></button>
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          placeholder={contact.encryption === 'plain' ? t().writePlain : t().writeMessage}
          aria-label={t().messageTo(nameOf(contact))}
          aria-invalid={shape === 'tooLong' ? true : undefined}
          enterkeyhint={settings.value.enterSends ? 'send' : 'enter'}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="round send" aria-label={t().send} aria-disabled={shape !== 'fine'} onClick={() => void send()}><Icon name="send" size={22} /></button>
      </div>
      {shape === 'tooLong' && <p class="problem" role="alert">{t().tooLong}</p>}
    </div>
  );
}
