-- The tables of the journal plugin, which makes what is missing itself, but without the unique index: with it a recovery seeks instead
-- of reading the whole journal, and a second writer of the same persistence id is refused.
create table if not exists journal (
  ordering bigint generated always as identity constraint "PK_journal" primary key,
  created bigint not null,
  deleted boolean not null,
  persistence_id text not null,
  sequence_number bigint not null,
  message bytea not null,
  manifest text,
  identifier integer,
  writer_uuid text
);

-- Looked for first: "if not exists" alone would hold up the other members of a cluster.
do $$
begin
  if to_regclass('journal_uq') is null then
    create unique index journal_uq on journal (persistence_id, sequence_number);
  end if;
end
$$;

create table if not exists tags (
  ordering_id bigint not null,
  tag text not null,
  sequence_nr bigint not null,
  persistence_id text not null,
  constraint "PK_tags" primary key (ordering_id, tag)
);

create table if not exists snapshot (
  persistence_id text not null,
  sequence_number bigint not null,
  created bigint not null,
  snapshot bytea,
  manifest text,
  serializer_id integer,
  constraint "PK_snapshot" primary key (persistence_id, sequence_number)
);
