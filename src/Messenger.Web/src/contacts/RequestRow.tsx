import type { Contact } from '../api/client';
import { hrefOf, route } from '../app/route';
import { t } from '../i18n';
import { Avatar } from '../ui/Avatar';
import { nameOf } from './contactList';

export const RequestRow = ({ contact }: { contact: Contact }) => {
  const shown = route.value.kind === 'conversation' && route.value.contact === contact.id;
  const name = nameOf(contact);
  return (
    <li>
      <a class="contact-row request" href={hrefOf(contact.id)} aria-current={shown ? 'page' : undefined}>
        <Avatar id={contact.id} name={name} />
        <span class="row-text">
          <strong class="row-name" dir="auto">{name}</strong>
          <span class="row-preview">{t().wantsToTalk}</span>
        </span>
        <span class="badge dot"><span class="offscreen">{t().newRequest}</span></span>
      </a>
    </li>
  );
};
