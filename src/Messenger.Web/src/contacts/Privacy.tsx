import { signal } from '@preact/signals';
import type { Contact } from '../api/client';
import { toast } from '../app/toasts';
import { format, t } from '../i18n';
import { act } from '../ui/act';
import { confirmed } from '../ui/confirm';
import { Dialog } from '../ui/Dialog';
import { Icon, type IconName } from '../ui/Icon';
import { Switch } from '../ui/Switch';
import { nameOf } from './contactList';
import { allowPlaintext, contactOf, decideIdentity, verifyContact } from './contacts';

/** The contact whose safety number is being compared. */
export const comparing = signal<string | null>(null);

const ICONS: Record<Contact['encryption'], IconName> = { plain: 'unlocked', offered: 'lock', awaited: 'clock', verified: 'verified', changed: 'alert' };

export const EncryptionIcon = ({ contact, size }: { contact: Contact; size: number }) => <Icon name={ICONS[contact.encryption]} size={size} />;

/** The same in a few words. */
export const encryptionOf = (contact: Contact): string =>
  contact.encryption === 'verified' && contact.sealing?.verifiedByLink ? t().verifiedByLinkShort : t().encryptionShort[contact.encryption];

/** The same in a sentence. */
function explained(contact: Contact): string {
  const name = nameOf(contact);
  if (contact.encryption === 'plain' && contact.sealing?.plaintextAllowed) return t().plainByChoice(name);
  if (contact.encryption === 'verified' && contact.sealing?.verifiedByLink) return t().verifiedByLink(name);
  return contact.encryption === 'changed' && contact.linked ? t().identityNotOfLink(name) : t().encryptions[contact.encryption](name);
}

/** Whether others can read along, in words, and what can be done about it. */
export function Privacy({ contact }: { contact: Contact }) {
  const name = nameOf(contact);
  const { sealing } = contact;
  const allow = async (allowed: boolean): Promise<void> => {
    if (!allowed || (await confirmed(t().sendPlain, t().sendPlainText(name), t().sendPlain))) await act(() => allowPlaintext(contact.id, allowed));
  };
  return (
    <div class="group privacy">
      <div class={`privacy-state ${contact.encryption}`}>
        <EncryptionIcon contact={contact} size={22} />
        <p>{explained(contact)}</p>
      </div>
      {sealing && (
        <button type="button" class="deed" onClick={() => (comparing.value = contact.id)}><Icon name="verified" size={18} />{t().safetyNumber}</button>
      )}
      {(sealing || contact.encryption === 'awaited') && <Switch label={t().sendPlain} hint={t().sendPlainHint} checked={sealing?.plaintextAllowed ?? false} onChange={(allowed) => void allow(allowed)} />}
      {sealing?.copiesAt && <p class="privacy-note">{t().copiesOfContact(name, format().full(sealing.copiesAt))}</p>}
      {sealing && sealing.missing > 0 && <p class="privacy-note">{t().gap(sealing.missing)}</p>}
    </div>
  );
}

/** The number that both sides see, to be compared by another way than this one. */
export function SafetyNumber() {
  const contact = comparing.value === null ? undefined : contactOf(comparing.value);
  if (!contact?.sealing) return null;
  const { sealing } = contact;
  const name = nameOf(contact);
  const close = (): void => {
    comparing.value = null;
  };
  const done = (work: Promise<boolean>, text: string): void =>
    void work.then((succeeded) => {
      if (succeeded) toast(text);
      if (succeeded) close();
    });
  if (sealing.offered) {
    return (
      <Dialog title={t().newSafetyNumber} onClose={close}>
        <p>{t().compareNew(name)}</p>
        <Digits number={sealing.offered.safetyNumber} />
        <div class="actions">
          <button type="button" class="button" onClick={() => done(act(() => decideIdentity(contact.id, false)), t().saved)}>{t().keepIdentity}</button>
          <button type="button" class="button danger" onClick={() => done(act(() => decideIdentity(contact.id, true)), t().saved)}>{t().takeIdentity}</button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t().safetyNumber} onClose={close}>
      <p>{t().compare(name)}</p>
      <Digits number={sealing.safetyNumber} />
      {sealing.verified && <p class="privacy-state verified"><Icon name="verified" size={22} />{sealing.verifiedByLink ? t().provenByLink : t().comparedAlready}</p>}
      <div class="actions">
        {sealing.verifiedByLink && <button type="button" class="button primary" onClick={() => done(act(() => verifyContact(contact.id, true)), t().markedVerified)}>{t().theyAreTheSame}</button>}
        {sealing.verified
          ? <button type="button" class="button" onClick={() => done(act(() => verifyContact(contact.id, false)), t().markTakenBack)}>{t().takeMarkBack}</button>
          : <button type="button" class="button primary" onClick={() => done(act(() => verifyContact(contact.id, true)), t().markedVerified)}>{t().theyAreTheSame}</button>}
      </div>
    </Dialog>
  );
}

const Digits = ({ number }: { number: string }) => (
  <ol class="digits" aria-label={t().safetyNumber}>{number.split(/\s+/).map((group, index) => <li key={index}>{group}</li>)}</ol>
);

/** Somebody shows another identity than before: nothing is sent until the owner has decided. */
export const IdentityChange = ({ contact }: { contact: Contact }) => (
  <div class="key-change" role="alert">
    <Icon name="alert" />
    <p>{contact.sealing?.verified && !contact.sealing.verifiedByLink ? t().identityChangedVerified(nameOf(contact)) : contact.linked ? t().identityNotOfLink(nameOf(contact)) : t().identityChanged(nameOf(contact))}</p>
    <div class="actions">
      <button type="button" class="button" onClick={() => void act(() => decideIdentity(contact.id, false))}>{t().keepIdentity}</button>
      <button type="button" class="button" onClick={() => (comparing.value = contact.id)}>{t().compareAndDecide}</button>
    </div>
  </div>
);
