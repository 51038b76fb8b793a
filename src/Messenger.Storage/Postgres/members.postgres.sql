-- Members that the cluster goes on without. A process that was stopped in the middle and goes on later does not know that it is one of them:
-- whatever it still wants to write to the journal is refused. A connection says whose it is (PostgresConnection.Journal).
create table if not exists shut_out (member text primary key, at timestamptz not null default now());

create or replace function journal_takes_no_word_of_the_shut_out() returns trigger language plpgsql as $$
begin
  if exists (select 1 from shut_out where member = current_setting('messenger.member', true)) then
    raise exception 'The cluster goes on without this member.';
  end if;
  return null;
end
$$;

-- Not "or replace": that would hold up the other members.
do $$
begin
  if not exists (select 1 from pg_trigger where tgname = 'journal_members' and tgrelid = 'journal'::regclass) then
    create trigger journal_members before insert on journal for each statement execute function journal_takes_no_word_of_the_shut_out();
  end if;
end
$$;

delete from shut_out where at < now() - interval '30 days';
