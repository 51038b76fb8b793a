import { expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hash: '', origin: 'http://localhost', pathname: '/' });
vi.stubGlobal('addEventListener', () => undefined);
const { routeOf } = await import('./route');

it.each([
  ['#/c/abc-1', { kind: 'conversation', contact: 'abc-1' }],
  ['#/c/abc-1/42', { kind: 'conversation', contact: 'abc-1', message: '42' }],
  ['#/c/abc-1/', { kind: 'list' }],
  ['#/node', { kind: 'node' }],
  ['', { kind: 'list' }],
  ['#/c/<script>', { kind: 'list' }],
  ['#/c/../x', { kind: 'list' }],
])('shows for %j %j', (hash, route) => expect(routeOf(hash)).toEqual(route));
