import { computed, effect, signal } from '@preact/signals';
import { ApiError, type ReasonCode, Unreachable } from '../api/client';
import { settings } from '../app/settings';
import type { Dictionary } from './en';
import { Formats } from './formats';

type Locale = 'en' | 'ru';

const load = (language: Locale): Promise<Dictionary> => (language === 'ru' ? import('./ru').then((words) => words.ru) : import('./en').then((words) => words.en));

/** The language that is shown: the chosen one, else the first of the browser's that there is. */
export const locale = computed<Locale>(() => {
  const chosen = settings.value.language;
  if (chosen !== 'system') return chosen;
  const wanted = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one === 'en' || one === 'ru');
  return (wanted as Locale | undefined) ?? 'en';
});

const words = signal<{ language: Locale; dictionary: Dictionary } | null>(null);

/** Fetches the words of the language that is wanted; nothing can be shown before. */
export async function learnWords(): Promise<void> {
  const language = locale.peek();
  const dictionary = await load(language);
  if (language === locale.peek()) words.value = { language, dictionary };
}

// The same language writes times differently from country to country.
const formats = computed(() => {
  const language = words.value?.language ?? locale.value;
  return new Formats(navigator.languages.find((one) => one.startsWith(language)) ?? language);
});

/** The words of the language that is shown. */
export const t = (): Dictionary => words.value!.dictionary;

/** How the language that is shown writes times and sizes. */
export const format = (): Formats => formats.value;

effect(() => {
  if (words.value) document.documentElement.lang = words.value.language;
});
effect(() => {
  // Chosen anew: what is shown stays as it is until the other words are here.
  if (words.peek() && words.peek()!.language !== locale.value) learnWords().catch(() => undefined);
});

/** What went wrong, in words for a person: the node's own where we have none for its code. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return t().nodeUnreachable;
  if (error instanceof ApiError) return explainCode(error.code) ?? error.detail;
  return String(error);
}

/** The words for a stable code of the API; null when there are none. */
export const explainCode = (code: string): string | null => (t().problems as Record<string, string>)[code] ?? null;

/** Why something waits or failed: in our words for its code, with the number that the node's own text names; else that text. */
export const explainReason = (code: ReasonCode | null, text: string): string =>
  code !== null && code in t().reasons ? t().reasons[code](/\d+/.exec(text)?.[0] ?? '') : text;
