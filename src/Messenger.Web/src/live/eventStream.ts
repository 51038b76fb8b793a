/** One event of the stream, its data still text; a comment, by which a silent stream shows that it is alive, has no type. */
export interface StreamEvent {
  id: string | null;
  type: string;
  data: string;
}

/** Reads server-sent events (HTML Standard, 9.2.6) out of chunks of text that may break anywhere. */
export class EventStreamParser {
  private rest = '';
  private id: string | null = null;
  private type = '';
  private data: string[] = [];

  push(chunk: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        this.field(line);
      } else if (this.data.length > 0) {
        events.push({ id: this.id, type: this.type || 'message', data: this.data.join('\n') });
        this.clear();
      } else {
        this.clear();
      }
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    else if (name === 'event') this.type = value;
    else if (name === 'data') this.data.push(value);
  }

  private clear(): void {
    this.id = null;
    this.type = '';
    this.data = [];
  }
}
