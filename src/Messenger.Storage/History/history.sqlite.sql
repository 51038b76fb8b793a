-- The read model: everything here is derived from the journal. Positions and times are microseconds since 1970,
-- states and kinds are the numbers of MessageState and FeedKind. Raise SqliteHistory.Version with every change.
create table life (epoch text not null);

create table offsets (
  persistence_id text primary key,
  sequence integer not null
) without rowid;

create table contacts (
  contact text primary key,
  outbox integer not null default 0,
  unread integer not null default 0,
  last_message integer,
  last_position integer not null default 0,
  last_author_key integer,
  identity text,
  offered text,
  verified integer not null default 0,
  plaintext integer not null default 0,
  missing integer not null default 0,
  copies_at integer
) without rowid;

create table messages (
  contact text not null,
  number integer not null,
  position integer not null,
  author_key integer not null,
  outgoing integer not null,
  state integer not null,
  erased integer not null,
  proven integer not null,
  at integer not null,
  claimed_at integer,
  id text,
  uuid text,
  text_hash text,
  via text,
  reason text,
  enctype text not null,
  text text,
  unreadable integer,
  warning integer,
  chain text,
  seq integer
);

create unique index messages_by_number on messages (contact, number);
create index messages_as_shown on messages (contact, position, author_key, number) where erased = 0;
create index messages_by_author on messages (contact, author_key, number, position) where outgoing = 0;
create index messages_unread on messages (contact, number) where state = 5;
create index messages_by_id on messages (contact, id) where id is not null;
create index messages_by_uuid on messages (contact, uuid) where uuid is not null;
create index messages_by_chain on messages (contact, chain, seq) where chain is not null;

-- Ids of sealed messages beside that of the message: received, what else names it; sent, its envelopes and the events that hold them.
create table envelopes (
  contact text not null,
  id text not null,
  message integer not null,
  stored integer not null,
  primary key (contact, id)
) without rowid;

-- Runs of messages that the full-text index does not know yet (IndexingBacklog).
create table unindexed (
  contact text not null,
  first integer not null,
  last integer not null,
  primary key (contact, first)
) without rowid;

create table relays (
  contact text not null,
  message integer not null,
  relay text not null,
  primary key (contact, message, relay)
) without rowid;

-- The newest row is never pruned, so that numbers are never reused.
create table feed (
  number integer primary key,
  kind integer not null,
  contact text not null,
  message integer not null
);
