import { go, route } from '../app/route';
import { live, nodeGone } from '../live/live';
import { t } from '../i18n';
import { nodeInfo } from '../node/node';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { useGrowing } from '../ui/useGrowing';
import { ContactRow } from './ContactRow';
import { Hits } from '../search/Hits';
import { search, SEARCH_FIELD } from '../search/search';
import { type ContactGroups, nameOf } from './contactList';
import { contactOf, contacts } from './contacts';
import { RequestRow } from './RequestRow';
import { adding, inviting, groups as shownGroups, query, scope } from './shown';

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
      <Search />
      <div class="lists" onKeyDown={walk}>
        {scope.value === null && <Contacts groups={groups} />}
        <Hits />
        {empty && contacts.value && query.value === '' && <Welcome />}
        {empty && contacts.value && query.value !== '' && !search.found.value && !search.busy.value && search.problem.value === null && <p class="list-empty">{t().nothingFound}</p>}
        {!contacts.value && <Placeholder />}
      </div>
    </nav>
  );
}

/** One field for contacts and for what was said; a conversation can be searched alone. */
function Search() {
  const shown = route.value.kind === 'conversation' ? contactOf(route.value.contact) : undefined;
  const only = scope.value === null ? undefined : contactOf(scope.value);
  const clear = (): void => {
    query.value = '';
    scope.value = null;
  };
  return (
    <div class="search" role="search">
      <Icon name="search" size={18} />
      <input
        id={SEARCH_FIELD}
        type="search"
        placeholder={t().search}
        aria-label={scope.value === null ? t().searchAll : t().searchIn(only ? nameOf(only) : t().unknownContact)}
        maxLength={256}
        autocomplete="off"
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && (query.value || scope.value !== null)) {
            clear();
            event.preventDefault();
            event.stopPropagation();
          } else if (event.key === 'ArrowDown') {
            document.querySelector<HTMLElement>('.contact-row')?.focus();
            event.preventDefault();
          }
        }}
      />
      {scope.value !== null
        ? <button type="button" class="chip" aria-pressed="true" onClick={() => (scope.value = null)}><span dir="auto">{t().searchIn(only ? nameOf(only) : t().unknownContact)}</span><Icon name="close" size={14} /></button>
        : query.value !== '' && shown && <button type="button" class="chip" aria-pressed="false" onClick={() => (scope.value = shown.id)}><span dir="auto">{t().searchIn(nameOf(shown))}</span></button>}
    </div>
  );
}

function Contacts({ groups }: { groups: ContactGroups }) {
  const drawn = useGrowing(groups.conversations.length);
  return (
    <>
      {groups.requests.length > 0 && (
        <section aria-labelledby="requests-heading">
          <h2 id="requests-heading" class="list-heading">{t().requests}</h2>
          <ul>{groups.requests.map((one) => <RequestRow key={one.id} contact={one} />)}</ul>
        </section>
      )}
      {groups.conversations.length > 0 && (
        <section aria-label={t().conversations}>
          {query.value !== '' && <h2 class="list-heading">{t().conversations}</h2>}
          <ul>{groups.conversations.slice(0, drawn).map((one) => <ContactRow key={one.id} contact={one} />)}</ul>
        </section>
      )}
      {groups.blocked.length > 0 && (
        <section aria-labelledby="blocked-heading">
          <h2 id="blocked-heading" class="list-heading">{t().blocked}</h2>
          <ul>{groups.blocked.map((one) => <ContactRow key={one.id} contact={one} />)}</ul>
        </section>
      )}
    </>
  );
}

const Welcome = () => (
  <div class="list-empty">
    <p>{t().noContacts}</p>
    <button type="button" class="button primary" onClick={() => (inviting.value = true)}>{t().inviteFriend}</button>
    <button type="button" class="button" onClick={() => (adding.value = true)}>{t().addContact}</button>
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
