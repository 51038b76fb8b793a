/** Whether a text wants to be an invite link. */
export const isLink = (text: string): boolean => /^\s*p2pm:/i.test(text);

/** The addresses that an invite link leads to, without the certificates; null when it is not whole. The node judges it again. */
export function addressesOf(text: string): string[] | null {
  const query = /^\s*p2pm:\?(\S+)\s*$/i.exec(text)?.[1];
  if (!query) return null;
  const parts = query.split('&').map((part) => [part.slice(0, 1), part.slice(2)] as const);
  const valuesOf = (name: string): string[] => parts.filter(([one]) => one === name).map(([, value]) => value);
  const whole = (name: string, length: number): boolean => valuesOf(name).length === 1 && valuesOf(name)[0]!.length >= length;
  if (!whole('c', 16) || !whole('i', 43)) return null;
  try {
    const addresses = valuesOf('a').map((address) => decodeURIComponent(address).replace(/#.*$/, ''));
    return addresses.length > 0 && addresses.every((address) => address !== '') ? addresses : null;
  } catch {
    return null;
  }
}
