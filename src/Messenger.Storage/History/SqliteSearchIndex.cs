using System.Text.Json;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>
/// The index in FTS5. Additions wait for <see cref="Write"/>, because FTS5 writes a segment
/// whenever row ids go down.
/// </summary>
internal sealed class SqliteSearchIndex(SqlSession session) : ISearchIndex
{
    /// <summary>Words up to here are found by FTS5's own index of beginnings; in characters.</summary>
    public const int PrefixLength = 3;

    private const int RemovedAtOnce = 1_000;

    private readonly Dictionary<(ContactId Contact, long Number), (long Position, string Text)> _added = [];
    private readonly HashSet<string> _left = [];
    private bool _isBulk;

    public void Add(ContactId contact, long number, long position, string text) => _added[(contact, number)] = (position, text);

    public void Remove(ContactId contact, long first, long last)
    {
        for (var removed = 0; ; removed += RemovedAtOnce)
        {
            var rows = session.Query(
                "select number, position, text from messages where contact = $1 and number between $2 and $3 and erased = 0 order by number limit $4",
                row => (Number: row.GetInt64(0), Position: row.GetInt64(1), Text: row.GetString(2)),
                contact.Value,
                first,
                last,
                RemovedAtOnce);
            if (removed > 0 && rows.Count > 0)
            {
                BeginBulk();
            }

            foreach (var (number, position, text) in rows)
            {
                if (!_added.Remove((contact, number)))
                {
                    Remove(contact, number, position, text);
                }
            }

            if (rows.Count < RemovedAtOnce)
            {
                return;
            }

            first = rows[^1].Number + 1;
        }
    }

    // Takes words out as well that are used no more.
    public void Write()
    {
        if (_added.Count > 0)
        {
            WriteAdded();
        }

        foreach (var word in _left.Where(word => session.Single("select 1 from search where search match $1 limit 1", row => row.GetInt32(0), SearchExpression.Quote(word)) == 0))
        {
            session.Execute("delete from search_words where word = $1", word);
        }

        if (_isBulk)
        {
            session.Execute("insert into search (search) values ('optimize')");
            session.Execute("insert into search (search, rank) values ('secure-delete', 1)");
        }
    }

    private void WriteAdded()
    {
        var words = new HashSet<string>();
        var documents = new SortedDictionary<long, string>();
        foreach (var ((contact, number), (position, text)) in _added)
        {
            var document = SearchWords.Of(text).Select(word => word.Folded).ToList();
            words.UnionWith(document.Where(IsLong));
            documents.Add(Settle(contact, number, position), SearchExpression.Document(contact, document));
        }

        foreach (var (place, document) in documents)
        {
            session.Execute("insert into search (rowid, words) values ($1, $2)", place, document);
        }

        session.Execute("insert or ignore into search_words (word) select value from json_each($1) order by value", JsonSerializer.Serialize(words));
    }

    private long Settle(ContactId contact, long number, long position) => SearchPlace.Of(position, number).First(place => session.Execute(
        "insert or ignore into search_documents (place, contact, number) values ($1, $2, $3)", place, contact.Value, number) == 1);

    private void Remove(ContactId contact, long number, long position, string text)
    {
        var place = SearchPlace.Of(position, number).First(place => session.Execute(
            "delete from search_documents where place = $1 and contact = $2 and number = $3", place, contact.Value, number) == 1);
        var document = SearchWords.Of(text).Select(word => word.Folded).ToList();
        session.Execute("insert into search (search, rowid, words) values ('delete', $1, $2)", place, SearchExpression.Document(contact, document));
        _left.UnionWith(document.Where(IsLong));
    }

    // Overwriting word by word takes longer than writing the index anew, in which nothing is left of what was deleted.
    private void BeginBulk()
    {
        if (!_isBulk)
        {
            session.Execute("insert into search (search, rank) values ('secure-delete', 0)");
            _isBulk = true;
        }
    }

    private static bool IsLong(string word) => word.Length > PrefixLength;
}
