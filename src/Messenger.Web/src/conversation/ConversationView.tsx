import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Contact } from '../api/client';
import { go } from '../app/route';
import { ContactDetails } from '../contacts/ContactDetails';
import { EncryptionIcon, encryptionOf, IdentityChange, SafetyNumber } from '../contacts/Privacy';
import { nameOf } from '../contacts/contactList';
import { acceptContact, blockContact, contactOf, contacts, decideKey, denyContact } from '../contacts/contacts';
import { format, t } from '../i18n';
import { act } from '../ui/act';
import { Avatar } from '../ui/Avatar';
import { confirmed } from '../ui/confirm';
import { Icon } from '../ui/Icon';
import { openSearch } from '../search/search';
import { Composer, replyingTo } from './Composer';
import { type Conversation, current, openConversation } from './conversation';
import { MessageDetails } from './MessageDetails';
import { Timeline } from './Timeline';

export const showingDetails = signal(false);

export function ConversationView({ id, message }: { id: string; message?: string }) {
  useEffect(() => openConversation(id, message), [id, message]);
  useEffect(() => {
    showingDetails.value = false;
    replyingTo.value = null;
    return () => openConversation(null);
  }, [id]);
  const contact = contactOf(id);
  const conversation = current.value;
  if (!contact) return contacts.value ? <Gone /> : <section class="conversation" />;
  return (
    <section class="conversation" aria-label={t().conversationWith(nameOf(contact))}>
      <Head contact={contact} />
      {contact.encryption === 'changed' && <IdentityChange contact={contact} />}
      {contact.keyChangeProposed && <KeyChange contact={contact} />}
      {conversation?.contact === id && contact.state !== 'pending' && <Timeline key={id} conversation={conversation} contact={contact} />}
      {contact.state === 'pending' && <Request contact={contact} />}
      <Foot contact={contact} conversation={conversation} />
      {showingDetails.value && <ContactDetails contact={contact} onClose={() => (showingDetails.value = false)} />}
      <MessageDetails />
      <SafetyNumber />
    </section>
  );
}

function Head({ contact }: { contact: Contact }) {
  const name = nameOf(contact);
  const presence = contact.state === 'requested' ? t().requestSent
    : contact.state === 'blocked' ? t().blockedState
    : contact.online ? t().online
    : contact.lastOnline ? t().lastSeen(format().ago(contact.lastOnline))
    : contact.typedAddress;
  return (
    <header class="bar">
      <button type="button" class="round back" aria-label={t().back} onClick={() => go('#/')}><Icon name="back" /></button>
      <button type="button" class="head" onClick={() => (showingDetails.value = true)} title={t().aboutContact}>
        <Avatar id={contact.id} name={name} size="small" online={contact.online} />
        <span class="head-text">
          <h1 dir="auto">{name}</h1>
          <small class={contact.online ? 'online' : ''}>
            {contact.state === 'accepted' && <span class={`head-mark ${contact.encryption}`} title={encryptionOf(contact)}><EncryptionIcon contact={contact} size={13} /><span class="offscreen">{encryptionOf(contact)}</span></span>}
            {presence}
          </small>
        </span>
      </button>
      <button type="button" class="round" aria-label={t().searchHere} title={`${t().searchHere} (Ctrl+Shift+F)`} onClick={() => openSearch(contact.id)}><Icon name="search" /></button>
      <button type="button" class="round" aria-label={t().aboutContact} title={t().aboutContact} onClick={() => (showingDetails.value = true)}><Icon name="info" /></button>
    </header>
  );
}

const Foot = ({ contact, conversation }: { contact: Contact; conversation: Conversation | null }) => {
  if (contact.state === 'pending') return null;
  if (contact.state !== 'blocked') return <Composer key={contact.id} contact={contact} onSent={() => void conversation?.toEnd()} />;
  return (
    <div class="foot-notice">
      <p>{t().youBlocked}</p>
      <button type="button" class="button" onClick={() => void act(() => acceptContact(contact.id))}>{t().unblock}</button>
    </div>
  );
};

function Request({ contact }: { contact: Contact }) {
  const name = nameOf(contact);
  const decide = (work: (id: string) => Promise<void>, leave: boolean) => () => void act(() => work(contact.id)).then((done) => done && leave && go('#/'));
  const block = async (): Promise<void> => {
    if (await confirmed(t().block, t().blockText(name), t().block)) await decide(blockContact, true)();
  };
  return (
    <div class="request-page">
      <div class="card">
        <Avatar id={contact.id} name={name} size="large" />
        <h2 dir="auto">{name}</h2>
        <code class="address">{contact.typedAddress}</code>
        <p>{t().requestText(name)}</p>
        {contact.addressGuessed && <p class="hint">{t().addressGuessed}</p>}
        <div class="actions">
          <button type="button" class="button primary" onClick={decide(acceptContact, false)}>{t().accept}</button>
          <button type="button" class="button" onClick={decide(denyContact, true)}>{t().deny}</button>
          <button type="button" class="button danger" onClick={() => void block()}>{t().block}</button>
        </div>
      </div>
    </div>
  );
}

const KeyChange = ({ contact }: { contact: Contact }) => (
  <div class="key-change" role="alert">
    <Icon name="key" />
    <p>{t().keyChange(nameOf(contact))}</p>
    <div class="actions">
      <button type="button" class="button" onClick={() => void act(() => decideKey(contact.id, false))}>{t().keepKey}</button>
      <button type="button" class="button" onClick={() => void act(() => decideKey(contact.id, true))}>{t().takeKey}</button>
    </div>
  </div>
);

const Gone = () => (
  <section class="conversation empty-page">
    <h1>{t().contactGone}</h1>
    <button type="button" class="button" onClick={() => go('#/')}>{t().back}</button>
  </section>
);
