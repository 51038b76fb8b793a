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

/** Typed a moment ago: safe already, and shown elsewhere once typing pauses. */
const fresh = new Map<string, string>();
const PAUSE_MS = 300;
let timer: ReturnType<typeof setTimeout> | undefined;

function publish(): void {
  clearTimeout(timer);
  timer = undefined;
  const changed = new Map(drafts.peek());
  for (const [contact, text] of fresh) {
    if (text) changed.set(contact, text);
    else changed.delete(contact);
  }
  fresh.clear();
  drafts.value = changed;
}

addEventListener('storage', (event) => {
  if (event.key === null || event.key.startsWith(PREFIX)) drafts.value = stored();
});

export const draftOf = (contact: string): string => fresh.get(contact) ?? drafts.peek().get(contact) ?? '';

/** Keeps what is being typed; white space alone is no draft. */
export function setDraft(contact: string, text: string): void {
  const kept = text.trim() === '' ? '' : text;
  if (kept === draftOf(contact)) return;
  fresh.set(contact, kept);
  if (kept) {
    localStorage.setItem(PREFIX + contact, kept);
    timer ??= setTimeout(publish, PAUSE_MS);
  } else {
    localStorage.removeItem(PREFIX + contact);
    publish();
  }
}

export function forgetDrafts(): void {
  publish();
  for (const contact of drafts.peek().keys()) localStorage.removeItem(PREFIX + contact);
  drafts.value = new Map();
}
