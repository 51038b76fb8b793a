import { signal } from '@preact/signals';
import { contactOf } from '../contacts/contacts';
import { adding, shownContacts } from '../contacts/shown';
import { backToFound, openSearch, search } from '../search/search';
import { go, hrefOf, route } from './route';

/** Whether the list of keys is shown. */
export const showingKeys = signal(false);

/** The next or previous of a list, going round; the first or last when none is chosen. */
export function neighbour(ids: readonly string[], current: string | null, step: 1 | -1): string | undefined {
  const index = current === null ? -1 : ids.indexOf(current);
  return index < 0 ? ids.at(step > 0 ? 0 : -1) : ids.at((index + step) % ids.length);
}

const shownContact = (): string | null => {
  const shown = route.peek();
  return shown.kind === 'conversation' ? shown.contact : null;
};

function open(id: string | undefined): void {
  if (id) go(hrefOf(id));
}

/** The keys that work everywhere; what they mean stands in the list of keys. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const ctrl = event.ctrlKey || event.metaKey;
    // Most keys are letters that somebody types.
    if (!ctrl && !event.altKey && event.key !== 'Escape') return;
    if (document.querySelector('dialog[open]') && event.key !== '/') return;
    const letter = event.code;
    if (event.altKey && !ctrl && event.key === 'ArrowDown') open(neighbour(shownContacts(), shownContact(), 1));
    else if (event.altKey && !ctrl && event.key === 'ArrowUp') open(neighbour(shownContacts(), shownContact(), -1));
    else if (event.altKey && !ctrl && letter === 'KeyA') open(shownContacts().find((id) => (contactOf(id)?.unread ?? 0) > 0));
    else if ((ctrl && letter === 'KeyN') || (event.altKey && letter === 'KeyN')) adding.value = true;
    else if (ctrl && letter === 'KeyF') openSearch(event.shiftKey ? shownContact() : null);
    else if (ctrl && (event.key === '/' || letter === 'Slash')) showingKeys.value = !showingKeys.peek();
    else if (event.key === 'Escape' && !event.defaultPrevented && isFromSearch()) backToFound();
    else if (event.key === 'Escape' && !event.defaultPrevented && route.peek().kind !== 'list') go('#/');
    else return;
    event.preventDefault();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}

/** Whether a message is looked at that was chosen among those found. */
function isFromSearch(): boolean {
  const shown = route.peek();
  return shown.kind === 'conversation' && shown.message !== undefined && search.found.peek() !== null && !document.activeElement?.closest('.sidebar');
}
