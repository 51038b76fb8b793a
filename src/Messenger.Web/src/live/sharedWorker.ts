// One event stream for all tabs of this browser: over HTTP/1.1 a browser opens six connections to a host, and each stream holds one.
import type { StreamEvent } from './eventStream';
import { LiveReader, type LiveStatus } from './liveReader';

export type FromWorker = { kind: 'status'; status: LiveStatus } | { kind: 'event'; event: StreamEvent };
export type ToWorker = 'open' | 'close' | 'nudge';

const ports = new Set<MessagePort>();
let status: LiveStatus = { state: 'connecting' };

const tell = (message: FromWorker): void => ports.forEach((port) => port.postMessage(message));

const reader = new LiveReader({
  status(next) {
    status = next;
    tell({ kind: 'status', status: next });
  },
  event: (event) => tell({ kind: 'event', event }),
});

addEventListener('connect', (connect) => {
  const port = (connect as MessageEvent).ports[0]!;
  port.onmessage = (message: MessageEvent<ToWorker>) => {
    if (message.data === 'open') {
      ports.add(port);
      // Whoever joins a stream that is live knows nothing yet: for them it is not a resumption.
      port.postMessage({ kind: 'status', status: status.state === 'live' ? { state: 'live', resumed: false } : status } satisfies FromWorker);
      reader.start();
    } else if (message.data === 'close') {
      ports.delete(port);
      if (ports.size === 0) reader.stop();
    } else {
      reader.nudge();
    }
  };
});
