using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>Queries of the full-text index. FTS5 walks row ids downwards and stops with the page; nothing is sorted.</summary>
internal sealed class SqliteSearch : ISearch
{
    // Each is opened on its own. Beyond, FTS5 reads all rows of a beginning: slower, but still complete.
    private const int MaxForms = 128;

    private const string Found =
        $"""
        select {HistoryReader.Fields}, d.contact, d.place
        from (select rowid as place from search where search match $1 and rowid < $2 order by rowid desc limit $3) f
        join search_documents d on d.place = f.place
        join messages m on m.contact = d.contact and m.number = d.number
        order by d.place desc
        """;

    public ISearchIndex Index(SqlSession session) => new SqliteSearchIndex(session);

    public SearchPage Find(SqlSession session, SearchRequest request)
    {
        var terms = request.Query.Terms.Select(term => SearchExpression.AnyOf(term, Forms(session, term))).ToList();
        if (request.Contact is { } contact)
        {
            terms.Insert(0, SearchExpression.Quote(SearchExpression.WordOf(contact)));
        }

        if (terms.Contains(""))
        {
            return new SearchPage([], null);
        }

        var found = session.Query(
            Found,
            row => (Hit: new SearchHit(new ContactId(row.GetString(HistoryReader.FieldCount)), HistoryReader.Row(row)), Place: row.GetInt64(HistoryReader.FieldCount + 1)),
            string.Join(" AND ", terms),
            request.Before ?? long.MaxValue,
            request.Limit + 1);
        return new SearchPage([.. found.Take(request.Limit).Select(hit => hit.Hit)], found.Count > request.Limit ? found[request.Limit - 1].Place : null);
    }

    // The words that begin with the last one of a term; null when FTS5 must find them itself.
    private static List<string>? Forms(SqlSession session, SearchTerm term)
    {
        var beginning = term.Words[^1];
        if (!term.IsPrefix || beginning.EnumerateRunes().Count() <= SqliteSearchIndex.PrefixLength)
        {
            return null;
        }

        var forms = session.Query(
            "select word from search_words where word >= $1 and word < $2 order by word limit $3",
            row => row.GetString(0),
            beginning,
            beginning + "\U0010FFFF",
            MaxForms + 1);
        return forms.Count > MaxForms ? null : forms;
    }
}

/// <summary>What FTS5 is given. Words are letters and digits and stand in quotes: none can mean anything else.</summary>
internal static class SearchExpression
{
    /// <summary>The word by which all messages of a contact are found; no text has one like it.</summary>
    public static string WordOf(ContactId contact) => $"§{contact.Value}";

    /// <summary>What is indexed of a message.</summary>
    public static string Document(ContactId contact, IEnumerable<string> words) => $"{WordOf(contact)} {string.Join(' ', words)}";

    public static string Quote(params IEnumerable<string> words) => $"\"{string.Join(' ', words)}\"";

    /// <summary>A term with each of the forms of its last word; empty when there are no forms.</summary>
    public static string AnyOf(SearchTerm term, List<string>? forms) => forms is null
        ? Quote(term.Words) + (term.IsPrefix ? " *" : "")
        : forms.Count == 0 ? "" : $"({string.Join(" OR ", forms.Select(form => Quote([.. term.Words[..^1], form])))})";
}
