import { effect } from '@preact/signals';
import type { Contact, Message } from '../api/client';
import { go, hrefOf } from '../app/route';
import { settings } from '../app/settings';
import { announce, toast } from '../app/toasts';
import { contactOf, requestTotal, unreadTotal } from '../contacts/contacts';
import { nameOf } from '../contacts/contactList';
import { current } from '../conversation/conversation';
import { shownText } from '../conversation/shownText';
import { t } from '../i18n';
import { showCount } from './favicon';
import { chime } from './sound';

const MAX_BODY = 200;

/** A message came in: it is told by the means that fit where the owner is looking. */
export function onIncoming(contact: Contact, message: Message): void {
  if (contact.muted) return;
  const name = nameOf(contact);
  const looking = document.visibilityState === 'visible' && document.hasFocus();
  if (looking && current.peek()?.contact === contact.id) {
    announce(t().incoming(name, shownText(message).slice(0, MAX_BODY)));
    return;
  }
  if (looking) announce(t().incomingElsewhere(name));
  if (settings.peek().sound) oncePerBrowser(`sound ${message.id}`, chime);
  if (!looking) void notify(contact.id, name, settings.peek().notifyText ? shownText(message).slice(0, MAX_BODY) : t().newMessage, `${contact.id} ${message.id}`);
}

/** A stranger asks to be a contact. */
export function onRequest(contact: Contact): void {
  if (document.hasFocus()) announce(t().requestFrom(nameOf(contact)));
  else void notify(contact.id, nameOf(contact), t().wantsToTalk, `request ${contact.id}`);
}

/** Somebody came by an invite, or was accepted elsewhere before this page was told of the request. */
export function onJoined(contact: Contact): void {
  const text = t().joined(nameOf(contact));
  if (document.hasFocus()) {
    toast(text);
    announce(text);
  } else {
    void notify(contact.id, nameOf(contact), text, `joined ${contact.id}`);
  }
}

async function notify(contact: string, title: string, body: string, tag: string): Promise<void> {
  if (!settings.peek().notify || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const options = { body, tag, icon: '/icon-192.png', data: contact };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) {
    await registration.showNotification(title, options);
  } else {
    new Notification(title, options).onclick = () => {
      window.focus();
      go(hrefOf(contact));
    };
  }
}

/** The same thing done by one of the tabs only: whoever gets the lock first. Without locks each tab does it. */
function oncePerBrowser(name: string, work: () => void): void {
  if (!navigator.locks) {
    work();
    return;
  }
  void navigator.locks.request(`messenger ${name}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    work();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });
}

/** Title, favicon and app badge follow the number of unread messages. */
export function showTotals(): void {
  effect(() => {
    const total = unreadTotal.value + requestTotal.value;
    document.title = total > 0 ? `(${total}) ${t().appName}` : t().appName;
    showCount(total);
    if ('setAppBadge' in navigator) void (total > 0 ? navigator.setAppBadge(total) : navigator.clearAppBadge()).catch(() => undefined);
  });
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ open?: string }>) => {
    if (event.data.open && contactOf(event.data.open)) go(hrefOf(event.data.open));
  });
}
