import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'system' | 'en' | 'ru';

/** What this browser is to do; other browsers of the same owner may do otherwise. */
export interface Settings {
  theme: Theme;
  language: Language;
  /** Enter sends and Shift+Enter breaks the line; else Enter breaks the line and Ctrl+Enter sends. */
  enterSends: boolean;
  notify: boolean;
  /** Whether a notification shows the text. */
  notifyText: boolean;
  sound: boolean;
  /** Whether the owner knows that others can read along between this browser and the node. */
  openWayUnderstood: boolean;
}

const KEY = 'messenger.settings';
const DEFAULTS: Settings = { theme: 'system', language: 'system', enterSends: true, notify: false, notifyText: true, sound: true, openWayUnderstood: false };

const read = (): Settings => {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return DEFAULTS;
  }
};

export const settings = signal<Settings>(read());

addEventListener('storage', (event) => {
  if (event.key === KEY) settings.value = read();
});

export function change(changes: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...changes };
  localStorage.setItem(KEY, JSON.stringify(settings.peek()));
}

effect(() => {
  document.documentElement.dataset['theme'] = settings.value.theme;
});
