-- Who may use the node's own interface; times are milliseconds since 1970.
create table if not exists sessions (
  hash blob primary key,
  id text not null unique,
  label text not null,
  created integer not null,
  used integer not null,
  expires integer not null
) strict;

create table if not exists login_links (hash blob primary key, expires integer not null) strict;

create table if not exists bearer_tokens (
  hash blob primary key,
  id text not null unique,
  name text not null unique,
  created integer not null,
  used integer
) strict;

create table if not exists password (one integer primary key check (one = 1), hash text not null) strict;

-- How long messages are kept; no row means for ever.
create table if not exists retention (one integer primary key check (one = 1), days integer not null) strict;
