-- The read model: everything here is derived from the journal. Positions and times are microseconds since 1970, flags 0 and 1,
-- states and kinds are the numbers of MessageState and FeedKind. Raise PostgresHistory.Version with every change.
create table life (version bigint not null, epoch text not null);

create table offsets (
  persistence_id text primary key,
  sequence bigint not null
);

create table contacts (
  contact text primary key,
  outbox bigint not null default 0,
  unread bigint not null default 0,
  last_message bigint,
  last_position bigint not null default 0,
  last_author_key bigint,
  identity text,
  offered text,
  verified bigint not null default 0,
  plaintext bigint not null default 0,
  missing bigint not null default 0,
  copies_at bigint
) with (fillfactor = 70);

create table messages (
  contact text not null,
  number bigint not null,
  position bigint not null,
  author_key bigint not null,
  outgoing bigint not null,
  state bigint not null,
  erased bigint not null,
  proven bigint not null,
  at bigint not null,
  claimed_at bigint,
  id text,
  uuid text,
  text_hash text,
  via text,
  reason text,
  enctype text not null,
  text text,
  unreadable bigint,
  warning bigint,
  chain text,
  seq bigint
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
  message bigint not null,
  stored bigint not null,
  primary key (contact, id)
);

-- Runs of messages that the full-text index does not know yet (IndexingBacklog).
create table unindexed (
  contact text not null,
  first bigint not null,
  last bigint not null,
  primary key (contact, first)
);

create table relays (
  contact text not null,
  message bigint not null,
  relay text not null,
  primary key (contact, message, relay)
);

-- The newest row is never pruned, so that numbers are never reused.
create table feed (
  number bigint primary key,
  kind bigint not null,
  contact text not null,
  message bigint not null
);

-- The full-text index (PostgresSearch): which folded words a message has, not where. A place is one in time over all conversations.
create table search_documents (
  place bigint primary key,
  contact text not null,
  number bigint not null,
  words tsvector not null
);

create unique index search_by_message on search_documents (contact, number);
create index search_by_words on search_documents using gin (words);
