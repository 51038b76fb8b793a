import { signal } from '@preact/signals';
import type { Contact, Message } from '../api/client';
import { t } from '../i18n';
import { discard, retry } from '../outbox/outbox';
import { act } from '../ui/act';
import { copy } from '../ui/clipboard';
import { confirmed } from '../ui/confirm';
import { Menu, type MenuItem } from '../ui/Menu';
import { textOf } from './Bubble';
import { replyingTo } from './Composer';
import type { Conversation } from './conversation';
import type { Entry } from './days';

/** The message whose details are shown. */
export const detailed = signal<{ message: Message; contact: string } | null>(null);

interface Props {
  entry: Entry;
  at: { x: number; y: number };
  conversation: Conversation;
  contact: Contact;
  onClose: () => void;
}

export function MessageMenu({ entry, at, conversation, contact, onClose }: Props) {
  const items: MenuItem[] = [];
  const { message } = entry;
  const readable = !message?.unreadable;
  if (readable && (contact.state === 'accepted' || contact.state === 'requested')) {
    items.push({ icon: 'reply', label: t().reply, onSelect: () => (replyingTo.value = { contact: contact.id, text: textOf(entry), outgoing: entry.outgoing }) });
  }
  if (readable) items.push({ icon: 'copy', label: t().copy, onSelect: () => void copy(textOf(entry)) });
  if (message) {
    items.push({ icon: 'info', label: t().details, onSelect: () => (detailed.value = { message, contact: contact.id }) });
    items.push({ icon: 'trash', label: message.state === 'queued' ? t().cancelSending : t().deleteHere, danger: true, onSelect: () => void erase(message, conversation) });
  } else {
    const waiting = entry.unsent!;
    if (waiting.refused) items.push({ icon: 'send', label: t().tryAgain, onSelect: () => void act(() => retry(waiting)) });
    items.push({ icon: 'trash', label: t().deleteHere, danger: true, onSelect: () => void act(() => discard(waiting)) });
  }
  return <Menu label={t().messageActions} items={items} at={at} onClose={onClose} />;
}

async function erase(message: Message, conversation: Conversation): Promise<void> {
  const text = message.state === 'queued' ? t().cancelSendingText : t().deleteHereText;
  if (await confirmed(t().deleteMessage, text, t().erase)) await act(() => conversation.erase(message));
}
