import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
}

const SHOWN_MS = 6_000;
let next = 0;

export const toasts = signal<Toast[]>([]);

/** What a screen reader says next. */
export const announcement = signal('');

/** Says something to whoever cannot see it; the same words twice are said twice, because a space makes them differ. */
export const announce = (text: string): void => {
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
};

export function dismiss(id: number): void {
  toasts.value = toasts.peek().filter((one) => one.id !== id);
}

export function toast(text: string, isError = false): void {
  const id = next++;
  toasts.value = [...toasts.peek().slice(-2), { id, text, isError }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}
