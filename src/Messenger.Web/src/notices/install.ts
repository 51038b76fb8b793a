import { signal } from '@preact/signals';
import { t } from '../i18n';

interface InstallPrompt extends Event {
  prompt(): Promise<void>;
}

/** The browser's offer to install; null while there is none. */
export const installPrompt = signal<InstallPrompt | null>(null);

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  installPrompt.value = event as InstallPrompt;
});
addEventListener('appinstalled', () => (installPrompt.value = null));

export const installed = (): boolean => matchMedia('(display-mode: standalone)').matches;

/** Why there is no offer to install, and what to do about it. */
export const whyNotInstallable = (): string => (isSecureContext ? t().installByMenu : t().notInstallable(location.origin));

/** Keeps the shell for when the node is away; browsers allow it in secure contexts only. */
export function keepShell(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js');
}
