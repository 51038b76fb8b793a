import { useState } from 'preact/hooks';
import { go, hrefOf } from '../app/route';
import { explain, t } from '../i18n';
import { nodeInfo } from '../node/node';
import { copy } from '../ui/clipboard';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { addContact } from './contacts';

/** Asks a friend's node to be a contact, and shows the own address for the other way round. */
export function AddContact({ onClose }: { onClose: () => void }) {
  const [address, setAddress] = useState('');
  const [nick, setNick] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const contact = await addContact(address.trim(), nick.trim());
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
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
          <small id="address-hint" class="hint">{t().addressHint}</small>
        </label>
        <label class="field">
          <span>{t().nameForThem}</span>
          <input type="text" maxLength={64} autocomplete="off" value={nick} onInput={(event) => setNick(event.currentTarget.value)} />
        </label>
        {problem && <p class="problem" role="alert">{problem}</p>}
        <button type="submit" class="button primary wide" disabled={busy}>{t().sendRequest}</button>
      </form>
      {nodeInfo.value && (
        <div class="own-address">
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
