import { signal } from '@preact/signals';
import { t } from '../i18n';
import { Dialog } from './Dialog';

interface Question {
  title: string;
  text: string;
  action: string;
  answer: (yes: boolean) => void;
}

const question = signal<Question | null>(null);

/** Asks before something that cannot be undone. */
export const confirmed = (title: string, text: string, action: string): Promise<boolean> =>
  new Promise((answer) => {
    question.value = { title, text, action, answer };
  });

export function ConfirmDialog() {
  const asked = question.value;
  if (!asked) return null;
  const close = (yes: boolean): void => {
    question.value = null;
    asked.answer(yes);
  };
  return (
    <Dialog title={asked.title} onClose={() => close(false)}>
      <p>{asked.text}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => close(false)}>{t().cancel}</button>
        <button type="button" class="button danger" onClick={() => close(true)}>{asked.action}</button>
      </div>
    </Dialog>
  );
}
