-- The full-text index of the read model (SqliteSearchIndex, SqliteSearch). It holds folded words alone, no texts; a document's row id is its
-- place in time, so that walking row ids downwards is newest first without sorting. What is deleted is overwritten at once.
create virtual table search using fts5(words, content='', columnsize=0, tokenize='ascii', prefix='1 2 3');
insert into search (search, rank) values ('secure-delete', 1);
insert into search (search, rank) values ('automerge', 8);

create table search_documents (
  place integer primary key,
  contact text not null,
  number integer not null
);

-- Every longer word in use: a beginning is looked up here, because FTS5 would read all rows of all words that begin so.
create table search_words (word text primary key) without rowid;
