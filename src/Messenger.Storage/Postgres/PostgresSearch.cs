using System.Text.Json;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;
using Messenger.Storage.History;
using Messenger.Storage.Sql;

namespace Messenger.Storage.Postgres;

/// <summary>
/// Full-text search by a tsvector of the folded words of each message. It has no places within the text, which PostgreSQL counts to
/// 16,383 only: whether a phrase stands there is looked up in the text.
/// </summary>
internal sealed class PostgresSearch : ISearch
{
    private const string Found =
        $"""
        select {HistoryReader.Fields}, d.contact, d.place
        from search_documents d join messages m on m.contact = d.contact and m.number = d.number
        where d.words @@ $1::tsquery and d.place < $2 and (d.contact = $4 or $4 = '') order by d.place desc limit $3
        """;

    public ISearchIndex Index(SqlSession session) => new PostgresSearchIndex(session);

    public SearchPage Find(SqlSession session, SearchRequest request)
    {
        var words = string.Join(" & ", request.Query.Terms.SelectMany(WordsOf));
        var wanted = request.Limit + 1;
        var found = new List<(SearchHit Hit, long Place)>();
        for (var before = request.Before ?? long.MaxValue; ;)
        {
            var candidates = session.Query(
                Found,
                row => (Hit: new SearchHit(new ContactId(row.GetString(HistoryReader.FieldCount)), HistoryReader.Row(row)), Place: row.GetInt64(HistoryReader.FieldCount + 1)),
                words,
                before,
                wanted,
                request.Contact?.Value ?? "");
            found.AddRange(candidates.Where(candidate => request.Query.Matches(candidate.Hit.Message.Text!)));
            if (found.Count >= wanted || candidates.Count < wanted)
            {
                return new SearchPage([.. found.Take(request.Limit).Select(f => f.Hit)], found.Count > request.Limit ? found[request.Limit - 1].Place : null);
            }

            before = candidates[^1].Place;
        }
    }

    // Folded words are letters and digits: none can end its quotes.
    private static IEnumerable<string> WordsOf(SearchTerm term) =>
        term.Words.Select((word, i) => $"'{word}'{(term.IsPrefix && i == term.Words.Length - 1 ? ":*" : "")}");
}

/// <summary>The index in PostgreSQL.</summary>
internal sealed class PostgresSearchIndex(SqlSession session) : ISearchIndex
{
    private static readonly SqlTable Documents = new(
        "search_documents", ("place", SqlType.Number), ("contact", SqlType.Text), ("number", SqlType.Number), ("words", SqlType.Words));

    private readonly Dictionary<(ContactId Contact, long Number), (long Position, string Text)> _added = [];

    public void Add(ContactId contact, long number, long position, string text) => _added[(contact, number)] = (position, text);

    public void Remove(ContactId contact, long first, long last)
    {
        foreach (var added in _added.Keys.Where(key => key.Contact == contact && key.Number >= first && key.Number <= last).ToList())
        {
            _added.Remove(added);
        }

        session.Post("delete from search_documents where contact = $1 and number between $2 and $3", contact.Value, first, last);
    }

    public void Write()
    {
        var taken = Taken(_added.Select(added => SearchPlace.Of(added.Value.Position, added.Key.Number).First()));
        foreach (var ((contact, number), (position, text)) in _added)
        {
            // Nearly always the first one.
            var (first, others) = (SearchPlace.Of(position, number).First(), SearchPlace.Of(position, number).Skip(1));
            var place = taken.Add(first) ? first : others.First(other => Taken([other]).Count == 0 && taken.Add(other));
            session.Insert(
                Documents, place, contact.Value, number, string.Join(' ', SearchWords.Of(text).Select(word => word.Folded).Distinct().Select(word => $"'{word}'")));
        }

        _added.Clear();
    }

    private HashSet<long> Taken(IEnumerable<long> places)
    {
        var asked = JsonSerializer.Serialize(places);
        return asked == "[]"
            ? []
            : [.. session.Query("select place from search_documents where place in (select json_array_elements_text($1::json)::bigint)", row => row.GetInt64(0), asked)];
    }
}
