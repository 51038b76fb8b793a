-- The tables of the journal plugin, which makes what is missing itself, but without the unique index: with it a recovery seeks instead
-- of reading the whole journal, and a second writer of the same persistence id is refused.
create table if not exists journal (
  ordering integer not null primary key autoincrement,
  created integer not null,
  deleted bit not null,
  persistence_id nvarchar(255) not null,
  sequence_number integer not null,
  message varbinary not null,
  manifest nvarchar(500),
  identifier integer,
  writer_uuid nvarchar(128)
);

create unique index if not exists journal_uq on journal (persistence_id, sequence_number);

create table if not exists tags (
  ordering_id integer not null,
  tag nvarchar(64) not null,
  sequence_nr integer not null,
  persistence_id nvarchar(255) not null,
  constraint PK_tags primary key (ordering_id, tag)
);

create table if not exists snapshot (
  persistence_id nvarchar(255) not null,
  sequence_number integer not null,
  created integer not null,
  snapshot varbinary,
  manifest nvarchar(500),
  serializer_id integer,
  constraint PK_snapshot primary key (persistence_id, sequence_number)
);
