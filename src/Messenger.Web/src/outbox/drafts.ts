import { signal } from '@preact/signals';

const PREFIX = 'messenger.draft.';

const stored = (): Map<string, string> =>
  new Map(
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => [key.slice(PREFIX.length), localStorage.getItem(key) ?? '']),
  );

/** What was typed and not sent, by contact. */
export const drafts = signal<ReadonlyMap<string, string>>(stored());

addEventListener('storage', (event) => {
  if (event.key === null || event.key.startsWith(PREFIX)) drafts.value = stored();
});

export const draftOf = (contact: string): string => drafts.peek().get(contact) ?? '';

/** Keeps what is being typed; white space alone is no draft. */
export function setDraft(contact: string, text: string): void {
  const kept = text.trim() === '' ? '' : text;
  if (kept === draftOf(contact)) return;
  const changed = new Map(drafts.peek());
  if (kept) {
    localStorage.setItem(PREFIX + contact, kept);
    changed.set(contact, kept);
  } else {
    localStorage.removeItem(PREFIX + contact);
    changed.delete(contact);
  }
  drafts.value = changed;
}

export function forgetDrafts(): void {
  for (const contact of drafts.peek().keys()) localStorage.removeItem(PREFIX + contact);
  drafts.value = new Map();
}
