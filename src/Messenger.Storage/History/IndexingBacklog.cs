using Messenger.Domain.Contacts;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>
/// Messages that are in the read model and not yet in its full-text index, which costs as much as all the rest of it: a burst is shown
/// first and indexed when it is over, or when somebody searches. For one transaction.
/// </summary>
internal sealed class IndexingBacklog(SqlSession session, ISearchIndex index)
{
    private readonly Dictionary<ContactId, (long First, long Last)> _added = [];

    /// <summary>How many messages were added.</summary>
    public int Added { get; private set; }

    /// <summary>Whether the index lacks anything.</summary>
    public static bool IsEmpty(SqlSession session) => session.Single("select 1 from unindexed limit 1", row => row.GetInt32(0)) == 0;

    /// <summary>Notes a message that is not in the index, nor noted before.</summary>
    public void Add(ContactId contact, long number)
    {
        Added++;
        if (_added.TryGetValue(contact, out var run) && number < run.Last)
        {
            // An older one: between the two there may be others.
            Note();
            run = (number, number);
        }
        else if (run == default)
        {
            run = (number, number);
        }

        _added[contact] = (run.First, number);
    }

    /// <summary>Takes messages out of the index before their texts are erased.</summary>
    /// <param name="contact">Whose.</param>
    /// <param name="first">Number of the first one.</param>
    /// <param name="last">Number of the last one.</param>
    public void Remove(ContactId contact, long first, long last)
    {
        // What the index has never seen cannot be taken out of it: first it goes in.
        Note();
        foreach (var run in Runs("where contact = $1 and first <= $2 and last >= $3", contact.Value, last, first))
        {
            Index(run, int.MaxValue);
        }

        index.Remove(contact, first, last);
    }

    /// <summary>Indexes the next messages.</summary>
    /// <param name="limit">At most so many.</param>
    /// <returns>Whether some are left.</returns>
    public bool IndexSome(int limit)
    {
        while (limit > 0 && Runs("order by contact, first limit 1") is [var run])
        {
            limit -= Index(run, limit);
        }

        Write();
        return !IsEmpty(session);
    }

    /// <summary>Writes what was added. At the end of the transaction.</summary>
    public void Write()
    {
        Note();
        index.Write();
    }

    private void Note()
    {
        foreach (var (contact, (first, last)) in _added)
        {
            session.Post("insert into unindexed (contact, first, last) values ($1, $2, $3)", contact.Value, first, last);
        }

        _added.Clear();
    }

    private int Index(Run run, int limit)
    {
        var messages = session.Query(
            "select number, position, text from messages where contact = $1 and number between $2 and $3 and erased = 0 order by number limit $4",
            row => (Number: row.GetInt64(0), Position: row.GetInt64(1), Text: row.GetString(2)),
            run.Contact.Value,
            run.First,
            run.Last,
            limit);
        foreach (var (number, position, text) in messages)
        {
            index.Add(run.Contact, number, position, text);
        }

        session.Post("delete from unindexed where contact = $1 and first = $2", run.Contact.Value, run.First);
        if (messages.Count == limit && messages[^1].Number < run.Last)
        {
            session.Post("insert into unindexed (contact, first, last) values ($1, $2, $3)", run.Contact.Value, messages[^1].Number + 1, run.Last);
        }

        return messages.Count;
    }

    private List<Run> Runs(string which, params ReadOnlySpan<object?> arguments) => session.Query(
        $"select contact, first, last from unindexed {which}", row => new Run(new ContactId(row.GetString(0)), row.GetInt64(1), row.GetInt64(2)), arguments);

    private readonly record struct Run(ContactId Contact, long First, long Last);
}
