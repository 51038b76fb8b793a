import { EventStreamParser, type StreamEvent } from './eventStream';

/** `resumed` says that nothing was missed since the stream was last live. */
export type LiveStatus = { state: 'connecting' } | { state: 'live'; resumed: boolean } | { state: 'lost' } | { state: 'signedOut' } | { state: 'locked' };

export interface LiveListener {
  status(status: LiveStatus): void;
  event(event: StreamEvent): void;
}

// The node shows that it is alive every 20 s.
const SILENCE_MS = 50_000;
const STALE_MS = 25_000;
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;

/** Keeps one event stream open for ever: opens it again with the last id whenever it ends, breaks or falls silent. */
export class LiveReader {
  private since: string | null = null;
  private heardAt = 0;
  private abort: AbortController | null = null;
  private wake: (() => void) | null = null;
  private run = 0;

  constructor(private readonly listener: LiveListener) {}

  start(): void {
    if (this.run % 2 === 0) void this.keepOpen(++this.run);
  }

  stop(): void {
    if (this.run % 2 === 1) this.run++;
    this.abort?.abort();
    this.wake?.();
  }

  /** The browser woke up or came back to a network: a stream that only seems open is opened anew, a wait is cut short. */
  nudge(): void {
    if (this.wake) this.wake();
    else if (Date.now() - this.heardAt > STALE_MS) this.abort?.abort();
  }

  // Runs have odd numbers: whichever loop finds that its number has passed was stopped, whatever was started since.
  private async keepOpen(run: number): Promise<void> {
    let wait = MIN_WAIT_MS;
    this.listener.status({ state: 'connecting' });
    while (this.run === run) {
      const wasLive = await this.read(run);
      if (this.run !== run) return;
      if (wasLive) wait = MIN_WAIT_MS;
      this.listener.status({ state: 'lost' });
      await this.pause(wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, MAX_WAIT_MS);
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const self = this;
      function done(): void {
        clearTimeout(timer);
        self.wake = null;
        resolve();
      }
      this.wake = done;
    });
  }

  /** Reads one stream to its end; whether it was ever live. */
  private async read(run: number): Promise<boolean> {
    const abort = new AbortController();
    this.abort = abort;
    this.heardAt = Date.now();
    const watchdog = setInterval(() => {
      if (Date.now() - this.heardAt > SILENCE_MS) abort.abort();
    }, 5_000);
    let live = false;
    try {
      const query = this.since ? `?since=${encodeURIComponent(this.since)}` : '';
      const response = await fetch(`/api/v1/events${query}`, { headers: { Accept: 'text/event-stream' }, signal: abort.signal, cache: 'no-store' });
      if (response.status === 401) {
        if (this.run === run) this.run++;
        this.listener.status({ state: 'signedOut' });
        return false;
      }
      if (response.status === 503 && ((await response.json()) as { code?: string }).code === 'locked') {
        if (this.run === run) this.run++;
        this.listener.status({ state: 'locked' });
        return false;
      }
      if (!response.ok || !response.body) return false;
      const parser = new EventStreamParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return live;
        this.heardAt = Date.now();
        for (const event of parser.push(value)) {
          if (!live) {
            live = true;
            this.listener.status({ state: 'live', resumed: this.since !== null });
          }
          this.pass(event);
        }
      }
    } catch {
      // The network's ways to break are many and all mean the same here: the stream is opened again.
      return live;
    } finally {
      clearInterval(watchdog);
      abort.abort();
    }
  }

  private pass(event: StreamEvent): void {
    if (event.id) this.since = event.id;
    else if (event.type === 'hello' || event.type === 'reset') this.since = (JSON.parse(event.data) as { latest: string }).latest;
    this.listener.event(event);
  }
}
