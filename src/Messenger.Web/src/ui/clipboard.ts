import { announce, toast } from '../app/toasts';
import { t } from '../i18n';

/** Copies a text; without a secure context by the old way, which needs no permission. */
export async function copy(text: string): Promise<void> {
  if (await write(text)) {
    toast(t().copied);
    announce(t().copied);
  } else {
    toast(t().copyFailed, true);
  }
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'offscreen';
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
