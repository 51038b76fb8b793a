import { useEffect, useRef } from 'preact/hooks';
import type { SearchHit } from '../api/client';
import { hrefOf, route } from '../app/route';
import { nameOf } from '../contacts/contactList';
import { contactOf } from '../contacts/contacts';
import { current } from '../conversation/conversation';
import { explain, format, t } from '../i18n';
import { live } from '../live/live';
import { Avatar } from '../ui/Avatar';
import { search } from './search';

/** The messages that were found; further ones are read as the list is scrolled. */
export function Hits() {
  const found = search.found.value;
  const problem = search.problem.value;
  const isLive = live.value.state === 'live';
  useEffect(() => {
    if (isLive && search.problem.peek() !== null) void search.more();
  }, [isLive]);
  if (!found && problem === null) return null;
  return (
    <section aria-labelledby="found-heading">
      <h2 id="found-heading" class="list-heading">{t().foundMessages}</h2>
      <p class="offscreen" role="status">{found && !search.busy.value ? t().found(found.hits.length, found.before !== null) : ''}</p>
      {found?.hits.length === 0 && <p class="list-empty">{t().noMessageFound}</p>}
      <ul>{found?.hits.map((hit) => <Hit key={`${hit.contact} ${hit.message.id}`} hit={hit} />)}</ul>
      {problem !== null && (
        <div class="list-empty">
          <p class="problem" role="alert">{explain(problem)}</p>
          <button type="button" class="button" onClick={() => void search.more()}>{t().tryAgain}</button>
        </div>
      )}
      {problem === null && found?.before != null && <More key={found.before} />}
    </section>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const contact = contactOf(hit.contact);
  const name = contact ? nameOf(contact) : t().unknownContact;
  const href = hrefOf(hit.contact, hit.message.cursor);
  const shown = route.value;
  const isShown = shown.kind === 'conversation' && shown.contact === hit.contact && shown.message === hit.message.cursor;
  return (
    <li>
      <a
        class="contact-row hit"
        href={href}
        aria-current={isShown ? 'true' : undefined}
        onClick={() => {
          // The address stays, so nobody else notices that it is wanted again.
          if (isShown) void current.peek()?.show(hit.message.cursor);
        }}
      >
        <Avatar id={hit.contact} name={name} size="small" />
        <span class="row-text">
          <span class="row-top">
            <strong class="row-name" dir="auto">{name}</strong>
            <time class="row-time" dateTime={hit.message.at}>{format().short(hit.message.at)}</time>
          </span>
          <span class="hit-text" dir="auto">
            {hit.message.direction === 'out' && <span class="hit-author">{t().you}: </span>}
            {hit.snippet.map((part, index) => (part.match ? <mark key={index}>{part.text}</mark> : part.text))}
          </span>
        </span>
      </a>
    </li>
  );
}

/** The end of what has been read: when it comes near, more is read. */
function More() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && void search.more(), { rootMargin: '300px' });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return <div ref={ref} class="more" />;
}
