-- The node's own keys for sealed messages. Private ones are sealed by the master key; times are microseconds since 1970.
create table if not exists own_identity (one bigint primary key check (one = 1), sealed text not null);

create table if not exists own_prekeys (
  id text primary key,
  public text not null,
  created_at bigint not null,
  expires_at bigint not null,
  fallback bigint not null,
  sealed text not null
);

create table if not exists own_bundle (one bigint primary key check (one = 1), json text not null);

-- The life of the database in which the prekeys were made.
create table if not exists own_keys_life (one bigint primary key check (one = 1), life text not null);
