import { useState } from 'preact/hooks';
import { go, hrefOf } from '../app/route';
import { explain, t } from '../i18n';
import { nodeInfo } from '../node/node';
import { copy } from '../ui/clipboard';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { addContact, followInvite } from './contacts';
import { addressesOf, isLink } from './inviteLink';
import { Scanner } from './Scanner';
import { inviting } from './shown';

/** Adds a friend by address or invite link, and leads to the other way round: an invite, or the own address. */
export function AddContact({ onClose }: { onClose: () => void }) {
  const [address, setAddress] = useState('');
  const [nick, setNick] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [scanning, setScanning] = useState(false);
  const link = isLink(address);
  const leadsTo = link ? addressesOf(address) : null;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (link && !leadsTo) {
      setProblem(t().linkBroken);
      return;
    }
    setBusy(true);
    try {
      const contact = await (link ? followInvite : addContact)(address.trim(), nick.trim());
      onClose();
      go(hrefOf(contact.id));
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t().addContact} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span>{t().theirAddress}</span>
          <input
            type="text"
            inputMode="url"
            autocapitalize="off"
            autocomplete="off"
            spellcheck={false}
            required
            autofocus
            placeholder="example.org:7450"
            value={address}
            aria-describedby="address-hint"
            aria-invalid={problem ? true : undefined}
            onInput={(event) => {
              setAddress(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <small id="address-hint" class="hint" hidden={leadsTo !== null}>{t().addressHint}</small>
        </label>
        {leadsTo && (
          <div class="link-target" role="status">
            <Icon name="verified" size={22} />
            <p>{t().linkTo} <strong>{leadsTo.join(', ')}</strong>. {t().linkHint}</p>
          </div>
        )}
        <label class="field">
          <span>{t().nameForThem}</span>
          <input type="text" maxLength={64} autocomplete="off" value={nick} onInput={(event) => setNick(event.currentTarget.value)} />
        </label>
        {problem && <p class="problem" role="alert">{problem}</p>}
        <button type="submit" class="button primary wide" disabled={busy}>{link ? t().addByLink : t().sendRequest}</button>
        {leadsTo ? null : scanning
          ? <Scanner onFound={(text) => {
              setAddress(text);
              setProblem(null);
              setScanning(false);
            }} />
          : <button type="button" class="button wide" onClick={() => setScanning(true)}><Icon name="scan" size={18} />{t().scan}</button>}
      </form>
      {nodeInfo.value && (
        <div class="own-address">
          <button type="button" class="button wide" onClick={() => {
            onClose();
            inviting.value = true;
          }}><Icon name="link" size={18} />{t().inviteFriend}…</button>
          <p>{t().orGiveYours}</p>
          <button type="button" class="copyable" onClick={() => void copy(nodeInfo.value!.address)}>
            <code>{nodeInfo.value.address}</code>
            <Icon name="copy" size={18} />
            <span class="offscreen">{t().copy}</span>
          </button>
        </div>
      )}
    </Dialog>
  );
}
