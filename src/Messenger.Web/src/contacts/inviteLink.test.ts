import { describe, expect, it } from 'vitest';
import { addressesOf, isLink } from './inviteLink';

const CODE = '0123456789abcdefABCD-_';
const KEY = 'A'.repeat(43);

describe('an invite link', () => {
  it('shows where it leads, without certificates', () => {
    expect(addressesOf(` p2pm:?a=192.0.2.1&a=https%3A%2F%2F%5B200%3A%3A1%5D%3A8000%23sha256%3D${KEY}&c=${CODE}&i=${KEY}\n`)).toEqual(['192.0.2.1', 'https://[200::1]:8000']);
    expect(addressesOf(`P2PM:?i=${KEY}&c=${CODE}&a=node.example`)).toEqual(['node.example']);
  });

  it.each(['', 'p2pm:', 'p2pm:?', 'p2pm:?a=192.0.2.1', `p2pm:?a=192.0.2.1&c=${CODE}`, `p2pm:?a=192.0.2.1&c=${CODE}&i=${KEY.slice(1)}`, `p2pm:?a=&c=${CODE}&i=${KEY}`,
    `p2pm:?c=${CODE}&i=${KEY}`, `p2pm:?a=%&c=${CODE}&i=${KEY}`, `p2pm:?a=1&c=${CODE}&c=${CODE}&i=${KEY}`, `http:?a=1&c=${CODE}&i=${KEY}`])('is not whole: %s', (text) => {
    expect(addressesOf(text)).toBeNull();
  });

  it('is told from an address by its beginning', () => {
    expect([' P2PM:x', 'p2pm.example', 'example.org:7450'].map(isLink)).toEqual([true, false, false]);
  });
});
