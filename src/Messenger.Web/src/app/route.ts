import { computed, signal } from '@preact/signals';

export type Route = { kind: 'list' } | { kind: 'conversation'; contact: string; message?: string } | { kind: 'node' };

/** What an address shows; anything unknown shows the list. */
export function routeOf(hash: string): Route {
  const [, contact, message] = /^#\/c\/([\w-][\w.~-]*)(?:\/(\w+))?$/.exec(hash) ?? [];
  if (contact) return message ? { kind: 'conversation', contact, message } : { kind: 'conversation', contact };
  return hash === '#/node' ? { kind: 'node' } : { kind: 'list' };
}

const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

export const route = computed(() => routeOf(hash.value));

/** The address of a conversation, or of a message in it by its cursor. */
export const hrefOf = (contact: string, message?: string): string => (message ? `#/c/${contact}/${message}` : `#/c/${contact}`);

export function go(to: string): void {
  if (to === '#/') {
    history.pushState(null, '', location.pathname);
    hash.value = '';
  } else {
    location.hash = to;
  }
}
