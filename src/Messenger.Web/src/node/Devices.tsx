import { useState } from 'preact/hooks';
import { format, t } from '../i18n';
import { forgetDrafts } from '../outbox/drafts';
import { discardAll, unsent } from '../outbox/outbox';
import { signOut } from '../session/session';
import { act } from '../ui/act';
import { copy } from '../ui/clipboard';
import { confirmed } from '../ui/confirm';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { browserName } from './browserName';
import { endSession, listSessions, makeLink } from './node';
import { Part } from './Part';
import { Qr } from './Qr';
import { useLoaded } from './useLoaded';

/** The browsers that are signed in, and a way for another. */
export function Devices() {
  const { value, problem, reload } = useLoaded(listSessions);
  const [link, setLink] = useState<{ url: string; expiresAt: string } | null>(null);
  return (
    <Part title={t().devices}>
      {problem && <p class="problem">{problem}</p>}
      <ul class="rows">
        {value?.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{browserName(one.label)}{one.current && <em class="tag">{t().thisDevice}</em>}</strong>
              <small>{t().lastUsed(format().ago(one.lastUsedAt))} · {t().signedInOn(format().full(one.createdAt))}</small>
            </span>
            {!one.current && <button type="button" class="button danger" onClick={() => void act(() => endSession(one.id)).then(reload)}>{t().signOutDevice}</button>}
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick={() => void act(async () => setLink(await makeLink()))}><Icon name="link" size={18} />{t().addDevice}</button>
        <button type="button" class="button" onClick={() => void leave()}><Icon name="out" size={18} />{t().signOut}</button>
      </div>
      {link && (
        <Dialog title={t().addDevice} onClose={() => setLink(null)}>
          <p>{t().addDeviceText(format().time(link.expiresAt))}</p>
          <Qr text={link.url} label={t().qrOfLink} />
          <button type="button" class="copyable" onClick={() => void copy(link.url)}>
            <code>{link.url}</code>
            <Icon name="copy" size={18} />
            <span class="offscreen">{t().copy}</span>
          </button>
        </Dialog>
      )}
    </Part>
  );
}

async function leave(): Promise<void> {
  const text = unsent.peek().length > 0 ? t().signOutUnsent(unsent.peek().length) : t().signOutText;
  if (!(await confirmed(t().signOut, text, t().signOut))) return;
  await act(async () => {
    await signOut();
    forgetDrafts();
    await discardAll();
  });
}
