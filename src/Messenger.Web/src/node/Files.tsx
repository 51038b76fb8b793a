import { useState } from 'preact/hooks';
import type { ImportAnswer, MessageImportAnswer } from '../api/client';
import { loadContacts } from '../contacts/contacts';
import { t } from '../i18n';
import { act } from '../ui/act';
import { importContacts, importMessages } from './node';
import { Part } from './Part';

const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MOST_SHOWN = 50;

/** The contact list and the conversations as files, out and in. */
export function Files() {
  const [contacts, setContacts] = useState<ImportAnswer | null>(null);
  const [messages, setMessages] = useState<MessageImportAnswer | null>(null);
  const takeContacts = async (file: File): Promise<void> => {
    const list = file.size <= MAX_LIST_BYTES ? parse(await file.text()) : null;
    if (!list) throw new Error(t().notAList);
    setContacts(await importContacts(list));
    await loadContacts();
  };
  const takeMessages = async (file: File): Promise<void> => {
    setMessages(await importMessages(file));
    await loadContacts();
  };
  return (
    <>
      <Part title={t().contactFiles}>
        <p class="muted">{t().contactFilesIntro}</p>
        <div class="actions">
          <a class="button" href="/api/v1/export/contacts" download="contacts.json">{t().exportFile}</a>
          <Import accept="application/json,.json" take={takeContacts} />
        </div>
        {contacts && (
          <div role="status">
            <p>{t().imported(contacts.added, contacts.existing)}</p>
            <Refused rows={contacts.refused.map((one) => ({ what: one.address, reason: one.reason }))} />
          </div>
        )}
      </Part>
      <Part title={t().messageFiles}>
        <p class="muted">{t().messageFilesIntro} <code>messenger backup</code></p>
        <div class="actions">
          <a class="button" href="/api/v1/export/messages" download="messages.jsonl">{t().exportFile}</a>
          <Import accept=".jsonl,.ndjson,application/x-ndjson" take={takeMessages} />
        </div>
        {messages && (
          <div role="status">
            <p>{t().importedMessages(messages.added, messages.existing, messages.refused)}</p>
            <Refused rows={messages.problems.map((one) => ({ what: t().line(one.line), reason: one.reason }))} />
          </div>
        )}
      </Part>
    </>
  );
}

function Import({ accept, take }: { accept: string; take: (file: File) => Promise<void> }) {
  return (
    <label class="button">
      {t().importFile}
      <input
        type="file"
        class="offscreen"
        accept={accept}
        onChange={(event) => {
          const input = event.currentTarget;
          const file = input.files?.[0];
          if (file) void act(() => take(file)).then(() => (input.value = ''));
        }}
      />
    </label>
  );
}

const Refused = ({ rows }: { rows: { what: string; reason: string }[] }) =>
  rows.length === 0 ? null : (
    <ul class="rows">
      {rows.slice(0, MOST_SHOWN).map((one) => <li key={one.what}><span><strong dir="auto">{one.what}</strong><small lang="en">{one.reason}</small></span></li>)}
    </ul>
  );

function parse(text: string): Record<string, unknown> | null {
  try {
    const list: unknown = JSON.parse(text);
    return typeof list === 'object' && list !== null && !Array.isArray(list) ? (list as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
