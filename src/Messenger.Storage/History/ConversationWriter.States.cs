using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>What becomes of messages that are there: delivered, refused, read, erased.</summary>
internal sealed partial class ConversationWriter
{
    private const string ForgetPlainId = "id = case when outgoing = 1 then null else id end";

    // An erased message has left the outbox already; its state follows all the same, as it would had it been erased later.
    private void EndWaiting(ContactId contact, Tally summary, long first, long last, MessageState state, string? reason)
    {
        var ended = session.Query(
            """
            update messages set state = $4, reason = $5
            where contact = $1 and number between $2 and $3 and outgoing = 1 and state in (0, 1)
            returning number, erased
            """,
            row => (Number: row.GetInt64(0), Erased: row.Flag(1)),
            contact.Value,
            first,
            last,
            (int)state,
            reason);
        summary.Outbox -= ended.Count(message => !message.Erased);
        foreach (var (number, _) in ended.OrderBy(message => message.Number))
        {
            feed.Announce(FeedKind.MessageState, contact, number);
        }
    }

    // Also what was refused on one way may have come on another.
    private void Read(ContactId contact, long first, long last)
    {
        var read = session.Query(
            """
            update messages set state = 3, reason = null where contact = $1 and number between $2 and $3 and outgoing = 1
              and (state in (2, 4) or (state in (0, 1) and erased = 1))
            returning number
            """,
            row => row.GetInt64(0),
            contact.Value,
            first,
            last);
        foreach (var number in read.Order())
        {
            feed.Announce(FeedKind.MessageState, contact, number);
        }
    }

    // By this the recipient may name it; a sealed one goes by its envelopes.
    private static string? PlainId(string timestamp, string enctype, string? text) =>
        enctype.Length > 0 || text is null ? null : MessageId.Derive(timestamp, enctype, text).Value;

    private static IEnumerable<(long First, long Last)> Runs(ImmutableArray<long> numbers)
    {
        for (var i = 0; i < numbers.Length;)
        {
            var start = i;
            do
            {
                i++;
            }
            while (i < numbers.Length && numbers[i] == numbers[i - 1] + 1);
            yield return (numbers[start], numbers[i - 1]);
        }
    }

    private void Changed(ContactId contact, long message, int rows)
    {
        if (rows > 0)
        {
            feed.Announce(FeedKind.MessageState, contact, message);
        }
    }

    private void Erase(ContactId contact, Tally summary, EraseRequested e)
    {
        foreach (var message in e.Messages)
        {
            Leave(contact, summary, "number = $2", message);
            search.Remove(contact, message, message);
            Changed(contact, message, session.Execute(
                $"update messages set erased = 1, text = null, {ForgetPlainId} where contact = $1 and number = $2 and erased = 0", contact.Value, message));
        }

        if (e.UpTo > 0)
        {
            // One more than the feed keeps: a client that cannot be told of every message must see that it missed some.
            var erased = session.Query(
                "select number from messages where contact = $1 and number <= $2 and erased = 0 order by number desc limit $3",
                row => row.GetInt64(0),
                contact.Value,
                e.UpTo,
                FeedWriter.Kept + 1);
            erased.ForEach(number => feed.Announce(FeedKind.MessageState, contact, number));
            Leave(contact, summary, "number <= $2", e.UpTo);
            search.Remove(contact, 0, e.UpTo);
            session.Post($"update messages set erased = 1, text = null, {ForgetPlainId} where contact = $1 and number <= $2 and erased = 0", contact.Value, e.UpTo);
        }
    }

    private void Leave(ContactId contact, Tally summary, string which, long number)
    {
        var (waiting, unread) = session.Single(
            $"select count(*) filter (where state in (0, 1)), count(*) filter (where state = 5) from messages where contact = $1 and {which} and erased = 0",
            row => (row.GetInt32(0), row.GetInt32(1)),
            contact.Value,
            number);
        summary.Outbox -= waiting;
        summary.Unread -= unread;
    }
}
