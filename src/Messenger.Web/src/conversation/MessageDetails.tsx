import { contactOf } from '../contacts/contacts';
import { nameOf } from '../contacts/contactList';
import { explainReason, format, t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { current } from './conversation';
import { detailed } from './MessageMenu';
import { StateIcon, stateText } from './StateIcon';

/** What is known of a message: times, state and why, who carries it, how it came. */
export function MessageDetails() {
  const shown = detailed.value;
  if (!shown) return null;
  // It may have come further since the dialog was opened.
  const message = current.value?.history.value.items.find((one) => one.id === shown.message.id) ?? shown.message;
  const nameOfId = (id: string): string => {
    const contact = contactOf(id);
    return contact ? nameOf(contact) : t().unknownContact;
  };
  return (
    <Dialog title={t().details} onClose={() => (detailed.value = null)}>
      <dl class="facts">
        <dt>{t().stateLabel}</dt>
        <dd>{message.direction === 'out' && <><StateIcon state={message.state} relays={message.relays.length} /> </>}{stateText(message.state, message.relays.length)}</dd>
        {message.reason && <><dt>{t().reason}</dt><dd>{explainReason(message.reasonCode, message.reason)}</dd></>}
        <dt>{message.direction === 'out' ? t().writtenAt : t().receivedFrom}</dt>
        <dd>{message.direction === 'out' ? format().full(message.at) : nameOfId(shown.contact)}</dd>
        {message.direction === 'in' && <><dt>{t().shownTime}</dt><dd>{format().full(message.at)}</dd></>}
        {message.direction === 'in' && <><dt>{t().claimedTime}</dt><dd>{message.claimedAt ? format().full(message.claimedAt) : t().unreadableTime}</dd></>}
        {message.relays.length > 0 && <><dt>{t().carriedBy}</dt><dd>{message.relays.map(nameOfId).join(', ')}</dd></>}
        {message.via && <><dt>{t().broughtBy}</dt><dd>{nameOfId(message.via)}</dd></>}
        {message.direction === 'in' && <><dt>{t().author}</dt><dd>{message.proven ? t().proven : t().unproven}</dd></>}
        <dt>{t().encryption}</dt>
        <dd>{message.enctype ? <>{t().sealed} <code class="breakable">{message.enctype}</code></> : t().plainText}</dd>
        {message.warning && <><dt>{t().caution}</dt><dd>{t().cautions[message.warning](nameOfId(shown.contact))}</dd></>}
        <dt>{t().size}</dt>
        <dd>{format().bytes(new TextEncoder().encode(message.text).length)}</dd>
      </dl>
    </Dialog>
  );
}
