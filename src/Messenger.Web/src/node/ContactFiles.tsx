import { useState } from 'preact/hooks';
import type { ImportAnswer } from '../api/client';
import { loadContacts } from '../contacts/contacts';
import { t } from '../i18n';
import { act } from '../ui/act';
import { EXPORT_PATH, importContacts } from './node';
import { Part } from './Part';

const MAX_BYTES = 4 * 1024 * 1024;

/** The contact list as a file, out and in. */
export function ContactFiles() {
  const [answer, setAnswer] = useState<ImportAnswer | null>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    await act(async () => {
      const list = file.size <= MAX_BYTES ? parse(await file.text()) : null;
      if (!list) throw new Error(t().notAList);
      setAnswer(await importContacts(list));
      await loadContacts();
    });
  };
  return (
    <Part title={t().contactFiles}>
      <p class="muted">{t().contactFilesIntro}</p>
      <div class="actions">
        <a class="button" href={EXPORT_PATH} download="contacts.json">{t().exportContacts}</a>
        <label class="button">
          {t().importContacts}
          <input
            type="file"
            class="offscreen"
            accept="application/json,.json"
            onChange={(event) => {
              const input = event.currentTarget;
              void take(input.files?.[0]).then(() => (input.value = ''));
            }}
          />
        </label>
      </div>
      {answer && (
        <div role="status">
          <p>{t().imported(answer.added, answer.existing)}</p>
          {answer.refused.length > 0 && (
            <ul class="rows">{answer.refused.slice(0, 50).map((one) => <li key={one.address}><span><strong dir="auto">{one.address}</strong><small lang="en">{one.reason}</small></span></li>)}</ul>
          )}
        </div>
      )}
    </Part>
  );
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const list: unknown = JSON.parse(text);
    return typeof list === 'object' && list !== null && !Array.isArray(list) ? (list as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
