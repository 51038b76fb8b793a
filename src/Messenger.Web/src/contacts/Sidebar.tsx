import { go, route } from '../app/route';
import { live, nodeGone } from '../live/live';
import { t } from '../i18n';
import { nodeInfo } from '../node/node';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { ContactRow } from './ContactRow';
import { contacts } from './contacts';
import { RequestRow } from './RequestRow';
import { adding, groups as shownGroups, query } from './shown';

export function Sidebar() {
  const node = nodeInfo.value;
  const groups = shownGroups.value;
  const empty = groups.requests.length + groups.conversations.length + groups.blocked.length === 0;
  return (
    <nav class="sidebar" aria-label={t().contacts}>
      <header class="bar">
        <button type="button" class="me" aria-current={route.value.kind === 'node' ? 'page' : undefined} onClick={() => go('#/node')}>
          <Avatar id={node?.address ?? ''} name={node?.nick || t().myNode} size="small" />
          <span class="me-text">
            <strong dir="auto">{node?.nick || t().myNode}</strong>
            <small class={nodeGone.value ? 'warn' : ''}>{nodeGone.value ? t().nodeAway : live.value.state === 'live' ? t().connected : t().connecting}</small>
          </span>
        </button>
        <button type="button" class="round accent" aria-label={t().addContact} title={`${t().addContact} (Alt+N)`} onClick={() => (adding.value = true)}>
          <Icon name="plus" />
        </button>
      </header>
      <div class="search">
        <Icon name="search" size={18} />
        <input
          id="contact-search"
          type="search"
          placeholder={t().searchContacts}
          aria-label={t().searchContacts}
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && query.value) {
              query.value = '';
              event.stopPropagation();
            } else if (event.key === 'ArrowDown') {
              document.querySelector<HTMLElement>('.contact-row')?.focus();
              event.preventDefault();
            }
          }}
        />
      </div>
      <div class="lists" onKeyDown={walk}>
        {groups.requests.length > 0 && (
          <section aria-labelledby="requests-heading">
            <h2 id="requests-heading" class="list-heading">{t().requests}</h2>
            <ul>{groups.requests.map((one) => <RequestRow key={one.id} contact={one} />)}</ul>
          </section>
        )}
        {groups.conversations.length > 0 && (
          <section aria-label={t().conversations}>
            <ul>{groups.conversations.map((one) => <ContactRow key={one.id} contact={one} />)}</ul>
          </section>
        )}
        {groups.blocked.length > 0 && (
          <section aria-labelledby="blocked-heading">
            <h2 id="blocked-heading" class="list-heading">{t().blocked}</h2>
            <ul>{groups.blocked.map((one) => <ContactRow key={one.id} contact={one} />)}</ul>
          </section>
        )}
        {empty && contacts.value && (query.value ? <p class="list-empty">{t().nothingFound}</p> : <Welcome />)}
        {!contacts.value && <Placeholder />}
      </div>
    </nav>
  );
}

const Welcome = () => (
  <div class="list-empty">
    <p>{t().noContacts}</p>
    <button type="button" class="button primary" onClick={() => (adding.value = true)}>{t().addContact}</button>
  </div>
);

const Placeholder = () => (
  <ul class="ghosts" aria-hidden="true">
    {[0, 1, 2, 3].map((one) => <li key={one}><span class="ghost-avatar" /><span class="ghost-lines" /></li>)}
  </ul>
);

/** Up and down walk through the rows. */
function walk(event: KeyboardEvent): void {
  if (event.altKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const rows = [...document.querySelectorAll<HTMLElement>('.contact-row')];
  const index = rows.indexOf(document.activeElement as HTMLElement);
  if (index < 0) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus();
}
