import type { ContactDiagnostics } from '../api/client';
import { hrefOf } from '../app/route';
import { nameOf } from '../contacts/contactList';
import { contactOf, contacts, pingContact } from '../contacts/contacts';
import { explainReason, format, t } from '../i18n';
import { act } from '../ui/act';
import { Avatar } from '../ui/Avatar';
import { diagnose } from './node';
import { Part } from './Part';
import { useLoaded } from './useLoaded';

const EVERY_MS = 5_000;

const known = (id: string): string => {
  const contact = contactOf(id);
  return contact ? nameOf(contact) : t().unknownContact;
};

/** What waits, for whom, why, and until when; what is carried for others; who was turned away. */
export function Delivery() {
  const { value, problem, reload } = useLoaded(diagnose, EVERY_MS);
  const waiting = value?.contacts.filter((one) => one.outbox > 0) ?? [];
  return (
    <>
      <Part title={t().delivery}>
        {problem && <p class="problem">{problem}</p>}
        {value && value.otherCopies.length > 0 && (
          <p class="problem">{t().otherCopy(value.otherCopies.map((one) => known(one.contact)).join(', '))}</p>
        )}
        {value && waiting.length === 0 && <p class="muted">{contacts.value?.size ? t().nothingWaits : t().nothingWaitsYet}</p>}
        <ul class="rows">{waiting.map((one) => <Waiting key={one.contact} item={one} onTried={reload} />)}</ul>
        {value && value.possibleAddresses.length > 0 && (
          <p class="notice">{t().possibleAddresses} <span class="breakable">{value.possibleAddresses.join(', ')}</span></p>
        )}
      </Part>
      {value && value.held.length > 0 && (
        <Part title={t().carried}>
          <ul class="rows">
            {value.held.map((one) => (
              <li key={one.recipient}><span><strong>{known(one.recipient)}</strong><small>{t().messages(one.messages)} · {format().bytes(one.bytes)}</small></span></li>
            ))}
          </ul>
        </Part>
      )}
      {value && value.refused.length > 0 && (
        <Part title={t().refusedCalls}>
          <ul class="rows">
            {value.refused.slice(0, 20).map((one) => (
              <li key={one.at + one.source}>
                <span>
                  <strong>{one.action} · {one.source}</strong>
                  <small><time dateTime={one.at}>{format().full(one.at)}</time>{one.from && <> · <bdi>{one.from.slice(0, 80)}</bdi></>}</small>
                  <small>{explainReason(one.reasonCode, one.reason)}</small>
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function Waiting({ item, onTried }: { item: ContactDiagnostics; onTried: () => void }) {
  const name = known(item.contact);
  const carriers = new Set(item.relaysAsked.filter((one) => one.carries).map((one) => one.relay));
  const next = item.keyHeld ? t().keyHeld : item.nextTry ? t().nextTry(format().ago(item.nextTry)) : t().noNextTry;
  return (
    <li>
      <Avatar id={item.contact} name={name} size="small" />
      <span>
        <a href={hrefOf(item.contact)}><strong dir="auto">{name}</strong></a>
        <small>{t().messagesWait(item.outbox)} · {next}</small>
        {item.lastError && <small class="warn">{explainReason(item.lastErrorCode, item.lastError)}</small>}
        {carriers.size > 0 && <small>{t().carriedBy}: {[...carriers].map(known).join(', ')}</small>}
      </span>
      <button type="button" class="button" onClick={() => void act(() => pingContact(item.contact)).then(onTried)}>{t().tryNow}</button>
    </li>
  );
}
