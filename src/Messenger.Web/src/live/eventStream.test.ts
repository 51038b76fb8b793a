import { expect, it } from 'vitest';
import { EventStreamParser } from './eventStream';

const TEXT = ': alive\n\nid: a-1\nevent: message\ndata: {"x":1}\n\nevent: presence\r\ndata:{"y"\r\ndata: :2}\r\n\r\ndata: Привет\n\n';
const EVENTS = [
  { id: 'a-1', type: 'message', data: '{"x":1}' },
  { id: null, type: 'presence', data: '{"y"\n:2}' },
  { id: null, type: 'message', data: 'Привет' },
];

it('reads events, whole or broken anywhere', () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const parser = new EventStreamParser();
    const events = [];
    for (let at = 0; at < TEXT.length; at += size) events.push(...parser.push(TEXT.slice(at, at + size)));
    expect(events, `in pieces of ${size}`).toEqual(EVENTS);
  }
});
