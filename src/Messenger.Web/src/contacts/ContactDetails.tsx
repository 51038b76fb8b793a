import { useState } from 'preact/hooks';
import type { Contact } from '../api/client';
import { go } from '../app/route';
import { toast } from '../app/toasts';
import { explainReason, format, t } from '../i18n';
import { act } from '../ui/act';
import { Avatar } from '../ui/Avatar';
import { confirmed } from '../ui/confirm';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Switch } from '../ui/Switch';
import { nameOf } from './contactList';
import { Privacy } from './Privacy';
import { acceptContact, blockContact, editContact, eraseConversation, pingContact, removeContact } from './contacts';

/** Everything about a contact that the owner may see and change. */
export function ContactDetails({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const name = nameOf(contact);
  const friend = contact.state === 'accepted' || contact.state === 'requested';
  return (
    <Dialog title={t().aboutContact} kind="sheet" onClose={onClose}>
      <div class="profile">
        <Avatar id={contact.id} name={name} size="large" online={contact.online} />
        <strong dir="auto">{name}</strong>
        <span class="muted">{contact.online ? t().online : contact.lastOnline ? t().lastSeen(format().ago(contact.lastOnline)) : t().neverSeen}</span>
      </div>
      {contact.state !== 'pending' && <Privacy contact={contact} />}
      <Name contact={contact} />
      <Addresses contact={contact} />
      {friend && (
        <div class="group">
          <Switch label={t().muteLabel} hint={t().muteHint} checked={contact.muted} onChange={(muted) => void act(() => editContact(contact.id, { muted }))} />
          <Switch label={t().canResendLabel} hint={t().canResendHint} checked={contact.canResend} onChange={(canResend) => void act(() => editContact(contact.id, { canResend }))} />
          <Switch label={t().mayRelayLabel} hint={t().mayRelayHint} checked={contact.mayRelay} onChange={(mayRelay) => void act(() => editContact(contact.id, { mayRelay }))} />
        </div>
      )}
      {contact.weakKey && <p class="notice">{t().weakKey}</p>}
      <dl class="facts">
        <dt>{t().addedAt}</dt>
        <dd>{format().full(contact.addedAt)}</dd>
        {contact.lastConnect && <><dt>{t().lastConnect}</dt><dd>{format().full(contact.lastConnect)}</dd></>}
        {contact.aliases.length > 0 && <><dt>{t().aliases}</dt><dd>{contact.aliases.join(', ')}</dd></>}
        {contact.outbox > 0 && <><dt>{t().outboxLabel}</dt><dd>{t().messages(contact.outbox)}</dd></>}
      </dl>
      <Deeds contact={contact} name={name} onClose={onClose} />
    </Dialog>
  );
}

function Name({ contact }: { contact: Contact }) {
  const [nick, setNick] = useState(contact.nick);
  const save = (event: Event): void => {
    event.preventDefault();
    void act(() => editContact(contact.id, { nick: nick.trim() })).then((done) => done && toast(t().saved));
  };
  return (
    <form class="field-row" onSubmit={save}>
      <label class="field">
        <span>{t().nameForThem}</span>
        <input type="text" maxLength={64} value={nick} dir="auto" onInput={(event) => setNick(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button" disabled={nick.trim() === contact.nick}>{t().save}</button>
    </form>
  );
}

function Addresses({ contact }: { contact: Contact }) {
  const known = contact.addresses.join('\n');
  const [text, setText] = useState(known);
  const wanted = text.split(/[\s,;]+/).filter(Boolean);
  const save = (event: Event): void => {
    event.preventDefault();
    void act(() => editContact(contact.id, { addresses: wanted })).then((done) => done && toast(t().saved));
  };
  return (
    <form onSubmit={save}>
      <label class="field">
        <span>{t().addresses}</span>
        <textarea
          rows={Math.min(5, wanted.length + 1)}
          spellcheck={false}
          autocapitalize="off"
          value={text}
          aria-describedby="addresses-hint"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <small id="addresses-hint" class="hint">{contact.addressGuessed ? t().addressGuessed : t().addressesHint}</small>
      </label>
      {wanted.join('\n') !== known && <button type="submit" class="button" disabled={wanted.length === 0}>{t().saveAddresses}</button>}
    </form>
  );
}

function Deeds({ contact, name, onClose }: { contact: Contact; name: string; onClose: () => void }) {
  const ping = async (): Promise<void> => {
    const answer = await pingContact(contact.id);
    toast(answer.online ? t().pingOnline(name) : t().pingOffline(name, explainReason(answer.reasonCode, answer.detail)), !answer.online);
  };
  const erase = async (): Promise<void> => {
    if (await confirmed(t().eraseConversation, t().eraseConversationText(name), t().erase)) await act(() => eraseConversation(contact.id));
  };
  const remove = async (): Promise<void> => {
    if (!(await confirmed(t().removeContact, t().removeContactText(name), t().remove))) return;
    if (await act(() => removeContact(contact.id))) {
      onClose();
      go('#/');
    }
  };
  const block = async (): Promise<void> => {
    if (await confirmed(t().block, t().blockText(name), t().block)) await act(() => blockContact(contact.id));
  };
  return (
    <div class="group deeds">
      {contact.state !== 'blocked' && <button type="button" onClick={() => void act(ping)}><Icon name="relay" size={18} />{t().ping}</button>}
      {contact.state === 'blocked'
        ? <button type="button" onClick={() => void act(() => acceptContact(contact.id))}><Icon name="check" size={18} />{t().unblock}</button>
        : <button type="button" class="danger" onClick={() => void block()}><Icon name="block" size={18} />{t().block}</button>}
      <button type="button" class="danger" onClick={() => void erase()}><Icon name="trash" size={18} />{t().eraseConversation}</button>
      <button type="button" class="danger" onClick={() => void remove()}><Icon name="close" size={18} />{t().removeContact}</button>
    </div>
  );
}
