import { useState } from 'preact/hooks';
import type { NewInvite } from '../api/client';
import { explain, format, t } from '../i18n';
import { makeInvite } from '../node/node';
import { Qr } from '../node/Qr';
import { copy } from '../ui/clipboard';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';

const WEEK = 168;

/** Makes a link by which one friend becomes a contact, and shows it once. */
export function InviteFriend({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<NewInvite | null>(null);
  return (
    <Dialog title={t().inviteFriend} onClose={onClose}>
      {made ? <Link made={made} /> : <Make onMade={setMade} />}
    </Dialog>
  );
}

function Make({ onMade }: { onMade: (made: NewInvite) => void }) {
  const [note, setNote] = useState('');
  const [hours, setHours] = useState(WEEK);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    makeInvite(note.trim(), hours).then(onMade, (error: unknown) => setProblem(explain(error)));
  };
  return (
    <form onSubmit={submit}>
      <p>{t().inviteIntro}</p>
      <label class="field">
        <span>{t().inviteFor}</span>
        <input type="text" maxLength={64} autocomplete="off" autofocus value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t().inviteLasts}</span>
        <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {Object.entries(t().lasts).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      </label>
      {problem && <p class="problem" role="alert">{problem}</p>}
      <button type="submit" class="button primary wide">{t().makeInvite}</button>
    </form>
  );
}

const Link = ({ made }: { made: NewInvite }) => (
  <>
    <p role="status">{t().inviteReady(format().full(made.expiresAt))}</p>
    <Qr text={made.link} label={t().qrOfInvite} />
    <button type="button" class="copyable" onClick={() => void copy(made.link)}>
      <code>{made.link}</code>
      <Icon name="copy" size={18} />
      <span class="offscreen">{t().copy}</span>
    </button>
  </>
);
