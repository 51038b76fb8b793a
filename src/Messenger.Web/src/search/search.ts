import { effect } from '@preact/signals';
import { go } from '../app/route';
import { query, scope } from '../contacts/shown';
import { MessageSearch } from './messageSearch';

/** The one search of the page. */
export const search = new MessageSearch();

effect(() => search.look(query.value, scope.value));

export const SEARCH_FIELD = 'search';

/** Goes to the search field, to look in all conversations or in one. */
export function openSearch(contact: string | null): void {
  scope.value = contact;
  showList();
  setTimeout(() => {
    const field = document.getElementById(SEARCH_FIELD) as HTMLInputElement | null;
    field?.focus();
    field?.select();
  });
}

/** Goes back to the message in the list of what was found that is being shown. */
export function backToFound(): void {
  const row = document.querySelector<HTMLElement>('.hit[aria-current]');
  showList();
  setTimeout(() => (row?.isConnected ? row : document.getElementById(SEARCH_FIELD))?.focus());
}

/** On a phone the list is out of sight while a conversation is shown. */
function showList(): void {
  if (!document.getElementById(SEARCH_FIELD)?.checkVisibility()) go('#/');
}
