-- The node's own keys for sealed messages. Private ones are sealed by the master key; times are microseconds since 1970.
create table if not exists own_identity (one integer primary key check (one = 1), sealed text not null) strict;

create table if not exists own_prekeys (
  id text primary key,
  public text not null,
  created_at integer not null,
  expires_at integer not null,
  fallback integer not null,
  sealed text not null
) strict;

create table if not exists own_bundle (one integer primary key check (one = 1), json text not null) strict;

-- The life of the database in which the prekeys were made.
create table if not exists own_keys_life (one integer primary key check (one = 1), life text not null) strict;
