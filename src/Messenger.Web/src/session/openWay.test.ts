import { expect, it } from 'vitest';
import { isOpenWay } from './openWay';

it.each([
  ['http:', '192.168.1.5', true],
  ['http:', 'box.lan', true],
  ['http:', 'localhost.example.org', true],
  ['http:', '[2001:db8::1]', true],
  ['http:', '[fd00::1]', true],
  ['http:', '[4ff::1]', true],
  ['http:', '[20::1]', true],
  ['http:', '[2001:db8:200::1]', true],
  ['https:', 'box.lan', false],
  ['http:', 'localhost', false],
  ['http:', '127.0.0.1', false],
  ['http:', '[::1]', false],
  ['http:', '[200:1234::1]', false],
  ['http:', '[3ff::1]', false],
  ['http:', '[fc12:3456::1]', false],
])('%s//%s can be read on the way: %s', (protocol, host, open) => expect(isOpenWay(protocol, host)).toBe(open));
