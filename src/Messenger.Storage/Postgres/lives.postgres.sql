-- The lives of the database (IDatabaseLife) as members of a cluster were told of them; the last one is the present one.
create table if not exists lives (number bigint generated always as identity primary key, id text not null unique);
