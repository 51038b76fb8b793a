import type { ContactEventData, MessageEventData, PresenceEventData, ReadEventData, Retention } from '../api/client';
import { contactOf, loadContacts, onContact, onMessage, onPresence, onRead } from '../contacts/contacts';
import { current } from '../conversation/conversation';
import type { StreamEvent } from '../live/eventStream';
import { openLive } from '../live/live';
import { loadNode, retention } from '../node/node';
import { onIncoming, onJoined, onRequest } from '../notices/notices';
import { flush, refresh, whenQueued } from '../outbox/outbox';
import { search } from '../search/search';
import { ended, locked } from '../session/session';

const RETRY_MS = 2_000;

/** Keeps what is shown the same as what the node knows; the function ends it. */
export function startSyncing(): () => void {
  void refresh();
  whenQueued((message, queued) => {
    if (current.peek()?.contact === message.contact) current.peek()?.onQueued(message, queued);
  });

  // Events that come while the list is read are applied after it: each tells the whole of what it is about.
  let early: StreamEvent[] | null = [];
  let turn = 0;
  let retry = 0;

  const readEverything = async (): Promise<void> => {
    const mine = ++turn;
    clearTimeout(retry);
    early ??= [];
    try {
      await Promise.all([loadContacts(), loadNode(), current.peek()?.refresh()]);
    } catch {
      // Until everything was read, events are only kept: a stream that goes on must not wait for the next break.
      if (mine === turn) retry = window.setTimeout(() => void readEverything(), RETRY_MS);
      return;
    }
    if (mine !== turn) return;
    const missed = early;
    early = null;
    missed.forEach(apply);
  };

  const close = openLive(
    (event) => {
      if (event.type === 'reset') void readEverything();
      else if (early) early.push(event);
      else apply(event);
    },
    (resumed) => {
      if (!resumed || early !== null) void readEverything();
      void flush();
    },
    ended,
    locked,
  );
  return () => {
    turn++;
    clearTimeout(retry);
    close();
  };
}

function apply(event: StreamEvent): void {
  switch (event.type) {
    case 'message':
    case 'message.state': {
      const data = JSON.parse(event.data) as MessageEventData;
      const isNew = event.type === 'message' && data.message?.state === 'received' && data.message.direction === 'in';
      onMessage(data.contact, data.message);
      if (current.peek()?.contact === data.contact) current.peek()?.onMessage(data);
      if (data.message === null) search.forget(data.contact, data.id);
      const contact = contactOf(data.contact);
      if (isNew && contact && data.message) onIncoming(contact, data.message);
      break;
    }
    case 'contact':
    case 'request': {
      const data = JSON.parse(event.data) as ContactEventData;
      onContact(data);
      if (event.type === 'request' && data.contact?.state === 'pending') onRequest(data.contact);
      if (event.type === 'request' && data.contact?.state === 'accepted' && !data.contact.relayOnly) onJoined(data.contact);
      break;
    }
    case 'presence':
      onPresence(JSON.parse(event.data) as PresenceEventData);
      break;
    case 'read': {
      const data = JSON.parse(event.data) as ReadEventData;
      onRead(data);
      if (current.peek()?.contact === data.contact) current.peek()?.onRead(data);
      break;
    }
    case 'retention':
      retention.value = JSON.parse(event.data) as Retention;
      break;
    default:
      // A newer node may tell of things that this page does not know.
      break;
  }
}
