-- What is carried for friends. Numbers are never reused: a late delete must not hit another message.
create table if not exists relayed (
  number bigint generated always as identity primary key,
  recipient text not null,
  requester text not null,
  id text not null,
  bytes bigint not null,
  received_at bigint not null,
  expires_at bigint not null,
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
  messages bigint not null,
  bytes bigint not null
);

create or replace function relayed_counted() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into relay_usage as usage (requester, messages, bytes) values (new.requester, 1, new.bytes)
    on conflict (requester) do update set messages = usage.messages + 1, bytes = usage.bytes + new.bytes;
  else
    update relay_usage set messages = messages - 1, bytes = bytes - old.bytes where requester = old.requester;
    delete from relay_usage where requester = old.requester and messages = 0;
  end if;
  return null;
end
$$;

create or replace trigger relayed_counted after insert or delete on relayed for each row execute function relayed_counted();
