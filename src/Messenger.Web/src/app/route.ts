import { computed, signal } from '@preact/signals';

export type Route = { kind: 'list' } | { kind: 'conversation'; contact: string } | { kind: 'node' };

/** What an address shows; anything unknown shows the list. */
export function routeOf(hash: string): Route {
  const contact = /^#\/c\/([\w.~-]+)$/.exec(hash)?.[1];
  if (contact) return { kind: 'conversation', contact };
  return hash === '#/node' ? { kind: 'node' } : { kind: 'list' };
}

const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

export const route = computed(() => routeOf(hash.value));
export const hrefOf = (contact: string): string => `#/c/${contact}`;

export function go(to: string): void {
  if (to === '#/') {
    history.pushState(null, '', location.pathname);
    hash.value = '';
  } else {
    location.hash = to;
  }
}
