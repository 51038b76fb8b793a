import { computed, effect } from '@preact/signals';
import { ApiError, type ReasonCode, Unreachable } from '../api/client';
import { settings } from '../app/settings';
import { type Dictionary, en } from './en';
import { Formats } from './formats';
import { ru } from './ru';

const DICTIONARIES: Record<'en' | 'ru', Dictionary> = { en, ru };

/** The language that is shown: the chosen one, else the first of the browser's that there is. */
export const locale = computed<'en' | 'ru'>(() => {
  const chosen = settings.value.language;
  if (chosen !== 'system') return chosen;
  const wanted = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one === 'en' || one === 'ru');
  return (wanted as 'en' | 'ru' | undefined) ?? 'en';
});

const words = computed(() => DICTIONARIES[locale.value]);

// The same language writes times differently from country to country.
const formats = computed(() => new Formats(navigator.languages.find((one) => one.startsWith(locale.value)) ?? locale.value));

/** The words of the language that is shown. */
export const t = (): Dictionary => words.value;

/** How the language that is shown writes times and sizes. */
export const format = (): Formats => formats.value;

effect(() => {
  document.documentElement.lang = locale.value;
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
