-- What is carried for friends. Numbers are never reused: a late delete must not hit another message.
create table if not exists relayed (
  number integer primary key autoincrement,
  recipient text not null,
  requester text not null,
  id text not null,
  bytes integer not null,
  received_at integer not null,
  expires_at integer not null,
  sender text not null,
  addressee text not null,
  timestamp text not null,
  enctype text not null,
  text text not null
);

create unique index if not exists relayed_once on relayed (recipient, id);
create index if not exists relayed_by_recipient on relayed (recipient, number, bytes);
create index if not exists relayed_by_requester on relayed (requester);
create index if not exists relayed_by_expiry on relayed (expires_at);

-- The quotas are checked for every message: they are counted as rows come and go.
create table if not exists relay_usage (
  requester text primary key,
  messages integer not null,
  bytes integer not null
) without rowid;

create trigger if not exists relayed_added after insert on relayed begin
  insert into relay_usage (requester, messages, bytes) values (new.requester, 1, new.bytes)
  on conflict (requester) do update set messages = messages + 1, bytes = bytes + new.bytes;
end;

create trigger if not exists relayed_removed after delete on relayed begin
  update relay_usage set messages = messages - 1, bytes = bytes - old.bytes where requester = old.requester;
  delete from relay_usage where requester = old.requester and messages = 0;
end;
