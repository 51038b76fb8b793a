import { useComputed } from '@preact/signals';
import type { Contact } from '../api/client';
import { hrefOf, route } from '../app/route';
import { shownText } from '../conversation/shownText';
import { StateIcon } from '../conversation/StateIcon';
import { format, t } from '../i18n';
import { drafts } from '../outbox/drafts';
import { unsent } from '../outbox/outbox';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { memo } from '../ui/memo';
import { nameOf } from './contactList';

const PREVIEW = 160;

/** The beginning of a text in one line. */
const preview = (text: string): string => text.slice(0, PREVIEW).replace(/^(> ?.*\n?)+/, '').replace(/\s+/g, ' ').trim() || text.slice(0, PREVIEW);

/** There may be hundreds: a row is drawn again only when something of its own changes. */
export const ContactRow = memo(({ contact }: { contact: Contact }) => {
  const shown = useComputed(() => route.value.kind === 'conversation' && route.value.contact === contact.id).value;
  const name = nameOf(contact);
  const last = contact.lastMessage;
  return (
    <li>
      <a class="contact-row" href={hrefOf(contact.id)} aria-current={shown ? 'page' : undefined}>
        <Avatar id={contact.id} name={name} online={contact.online} />
        <span class="row-text">
          <span class="row-top">
            <strong class="row-name" dir="auto">{name}</strong>
            {contact.encryption === 'verified' && <span class="row-mark verified"><Icon name="verified" size={15} /><span class="offscreen">{contact.sealing?.verifiedByLink ? t().verifiedByLinkShort : t().verified}</span></span>}
            {contact.encryption === 'changed' && <span class="row-mark warn"><Icon name="alert" size={15} /><span class="offscreen">{t().identityChangedShort}</span></span>}
            {contact.muted && <span class="row-mark"><Icon name="mute" size={14} /><span class="offscreen">{t().muted}</span></span>}
            {contact.online && <span class="offscreen">{t().online}</span>}
            {last && <time class="row-time" dateTime={last.at}>{format().short(last.at)}</time>}
          </span>
          <span class="row-bottom">
            <Preview contact={contact} />
            {contact.unread > 0 && (
              <span class={`badge${contact.muted ? ' quiet' : ''}`}>
                {contact.unread > 999 ? '999+' : contact.unread}
                <span class="offscreen">{t().unread(contact.unread)}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
});

function Preview({ contact }: { contact: Contact }) {
  const draft = useComputed(() => drafts.value.get(contact.id)).value;
  const waiting = useComputed(() => unsent.value.findLast((one) => one.contact === contact.id)).value;
  if (draft) return <span class="row-preview"><em class="draft">{t().draft}</em> {preview(draft)}</span>;
  if (waiting) {
    return <span class="row-preview"><StateIcon state={waiting.refused ? 'refused' : 'sending'} relays={0} />{preview(waiting.text)}</span>;
  }
  const last = contact.lastMessage;
  if (last) {
    return (
      <span class="row-preview" dir="auto">
        {last.direction === 'out' && <StateIcon state={last.state} relays={last.relays.length} />}
        {preview(shownText(last))}
      </span>
    );
  }
  return <span class="row-preview hint">{contact.state === 'requested' ? t().requestSent : contact.state === 'blocked' ? contact.typedAddress : t().noMessages}</span>;
}
