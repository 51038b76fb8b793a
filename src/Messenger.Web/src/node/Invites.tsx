import { useEffect } from 'preact/hooks';
import type { InviteItem } from '../api/client';
import { nameOf } from '../contacts/contactList';
import { contactOf, contacts } from '../contacts/contacts';
import { inviting } from '../contacts/shown';
import { format, t } from '../i18n';
import { act } from '../ui/act';
import { confirmed } from '../ui/confirm';
import { Icon } from '../ui/Icon';
import { invitesMade, listInvites, revokeInvite } from './node';
import { Part } from './Part';
import { useLoaded } from './useLoaded';

/** The invite links that still work, and who came by the others. */
export function Invites() {
  const { value, problem, reload } = useLoaded(listInvites);
  useEffect(reload, [invitesMade.value, contacts.value?.size]);
  const end = async (invite: InviteItem): Promise<void> => {
    const sure = invite.usedAt !== null || (await confirmed(t().revokeInvite, t().revokeInviteText, t().revokeInvite));
    if (sure && (await act(() => revokeInvite(invite.id)))) reload();
  };
  return (
    <Part title={t().invites}>
      <p class="muted">{value?.length === 0 ? t().noInvites : t().invitesIntro}</p>
      {problem && <p class="problem">{problem}</p>}
      <ul class="rows">
        {value?.map((one) => (
          <li key={one.id}>
            <span>
              <strong dir="auto">{one.note || t().inviteUnnamed}</strong>
              <small>{one.usedAt ? t().inviteUsed(whoUsed(one), format().full(one.usedAt)) : t().inviteOpen(format().full(one.expiresAt))}</small>
            </span>
            <button type="button" class={`button${one.usedAt ? '' : ' danger'}`} onClick={() => void end(one)}>{one.usedAt ? t().forgetInvite : t().revokeInvite}</button>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button invite-friend" onClick={() => (inviting.value = true)}><Icon name="link" size={18} />{t().inviteFriend}…</button>
      </div>
    </Part>
  );
}

function whoUsed(invite: InviteItem): string {
  const contact = contactOf(invite.usedBy ?? '');
  return contact ? nameOf(contact) : t().unknownContact;
}
