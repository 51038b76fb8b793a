import { signal } from '@preact/signals';
import type { StreamEvent } from './eventStream';
import { type LiveListener, LiveReader, type LiveStatus } from './liveReader';
import type { FromWorker, ToWorker } from './sharedWorker';

/** Whether the node is heard. */
export const live = signal<LiveStatus>({ state: 'connecting' });

/** True once the node has been out of reach for so long that it is worth telling. */
export const nodeGone = signal(false);

const TELL_AFTER_MS = 2_000;

interface Source {
  send(message: ToWorker): void;
}

/** Opens the browser's one event stream, or this tab's own where workers cannot be shared; the function ends it. */
export function openLive(onEvent: (event: StreamEvent) => void, onLive: (resumed: boolean) => void, onSignedOut: () => void, onLocked: () => void): () => void {
  let gone = 0;
  const listener: LiveListener = {
    status(status) {
      live.value = status;
      clearTimeout(gone);
      if (status.state === 'live') {
        nodeGone.value = false;
        onLive(status.resumed);
      } else if (status.state === 'signedOut') {
        onSignedOut();
      } else if (status.state === 'locked') {
        onLocked();
      } else {
        gone = window.setTimeout(() => (nodeGone.value = true), TELL_AFTER_MS);
      }
    },
    event: onEvent,
  };
  const source = typeof SharedWorker === 'undefined' ? ownStream(listener) : sharedStream(listener);
  source.send('open');

  const nudge = (): void => {
    if (document.visibilityState === 'visible') source.send('nudge');
  };
  const close = (): void => source.send('close');
  const reopen = (event: PageTransitionEvent): void => {
    if (event.persisted) source.send('open');
  };
  document.addEventListener('visibilitychange', nudge);
  addEventListener('online', nudge);
  addEventListener('pagehide', close);
  addEventListener('pageshow', reopen);
  return () => {
    clearTimeout(gone);
    document.removeEventListener('visibilitychange', nudge);
    removeEventListener('online', nudge);
    removeEventListener('pagehide', close);
    removeEventListener('pageshow', reopen);
    close();
  };
}

function sharedStream(listener: LiveListener): Source {
  const worker = new SharedWorker(new URL('./sharedWorker.ts', import.meta.url), { type: 'module', name: 'messenger-live' });
  worker.port.onmessage = (message: MessageEvent<FromWorker>) => {
    if (message.data.kind === 'status') listener.status(message.data.status);
    else listener.event(message.data.event);
  };
  return { send: (message) => worker.port.postMessage(message) };
}

function ownStream(listener: LiveListener): Source {
  const reader = new LiveReader(listener);
  return {
    send(message) {
      if (message === 'open') reader.start();
      else if (message === 'close') reader.stop();
      else reader.nudge();
    },
  };
}
