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

/** Typed a moment ago: kept as soon as it is on the screen, and shown elsewhere once typing pauses. */
const fresh = new Map<string, string>();
const unkept = new Set<string>();
const PAUSE_MS = 300;
let timer: ReturnType<typeof setTimeout> | undefined;

function keep(): void {
  for (const contact of unkept) {
    const text = fresh.get(contact);
    if (text) localStorage.setItem(PREFIX + contact, text);
  }
  unkept.clear();
}

addEventListener('pagehide', keep);

function publish(): void {
  clearTimeout(timer);
  timer = undefined;
  keep();
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
    // Writing to the disk waits for the picture, not the picture for the disk; what is hidden has no pictures.
    if (unkept.size === 0) requestAnimationFrame(() => setTimeout(keep));
    unkept.add(contact);
    timer ??= setTimeout(publish, PAUSE_MS);
  } else {
    unkept.delete(contact);
    localStorage.removeItem(PREFIX + contact);
    publish();
  }
}

export function forgetDrafts(): void {
  publish();
  for (const contact of drafts.peek().keys()) localStorage.removeItem(PREFIX + contact);
  drafts.value = new Map();
}
