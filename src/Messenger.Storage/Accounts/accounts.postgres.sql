-- Who may use the node's own interface; times are milliseconds since 1970. A rowid is the order of arrival, as SQLite has it anyway.
create table if not exists sessions (
  rowid bigint generated always as identity,
  hash bytea primary key,
  id text not null unique,
  label text not null,
  created bigint not null,
  used bigint not null,
  expires bigint not null
);

create table if not exists login_links (rowid bigint generated always as identity, hash bytea primary key, expires bigint not null);

create table if not exists bearer_tokens (
  hash bytea primary key,
  id text not null unique,
  name text not null unique,
  created bigint not null,
  used bigint
);

create table if not exists password (one bigint primary key check (one = 1), hash text not null);

-- How long messages are kept; no row means for ever.
create table if not exists retention (one bigint primary key check (one = 1), days bigint not null);
