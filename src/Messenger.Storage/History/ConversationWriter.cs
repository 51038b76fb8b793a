using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.History;

/// <summary>The rows of one contact's conversation.</summary>
internal sealed class ConversationWriter(SqliteSession session)
{
    public void Apply(ContactId contact, JournalSlice slice)
    {
        session.Execute("insert or ignore into contacts (contact) values ($1)", contact.Value);
        foreach (var (row, commit) in slice.Events.Cast<ContactCommit>().Index())
        {
            foreach (var (place, happened) in commit.Events.Index())
            {
                Apply(contact, EventNumber.First(slice.First + row) + place, happened);
            }
        }

        session.Execute(
            """
            update contacts set last_message = (
              select number from messages where contact = $1 and erased = 0 order by position desc, author_key desc, number desc limit 1)
            where contact = $1
            """,
            contact.Value);
    }

    private void Apply(ContactId contact, long number, ContactEvent happened)
    {
        switch (happened)
        {
            case MessageQueued e:
                Queue(contact, number, e);
                break;
            case MessageReceived e:
                Receive(contact, number, e);
                break;
            case MessagesDelivered e:
                foreach (var message in e.Messages)
                {
                    ChangeWaiting(contact, message, MessageState.Delivered, reason: null);
                }

                break;
            case MessageRefused e:
                ChangeWaiting(contact, e.Message, MessageState.Refused, e.Reason);
                break;
            case MessageDeferred e:
                Changed(contact, e.Message, session.Execute(
                    "update messages set reason = $3 where contact = $1 and number = $2 and state in (0, 1)", contact.Value, e.Message, e.Reason));
                break;
            case MessageRelayed e:
                session.Execute(
                    "insert or ignore into relays (contact, message, relay) values ($1, $2, $3)", contact.Value, e.Message, e.Relay.Value);
                Changed(contact, e.Message, session.Execute(
                    "update messages set state = 1 where contact = $1 and number = $2 and state in (0, 1)", contact.Value, e.Message));
                break;
            case ReadMarked e:
                session.Execute("update messages set state = 3 where contact = $1 and number <= $2 and state = 5", contact.Value, e.Cursor);
                session.Announce(FeedKind.Read, contact, e.Cursor);
                break;
            case EraseRequested e:
                Erase(contact, e);
                break;
        }
    }

    private void Queue(ContactId contact, long number, MessageQueued e)
    {
        var time = ClaimedTime.ToMicroseconds(e.At);
        var position = DisplayOrder.Append(time, Last(contact).Position);
        session.Execute(
            """
            insert into messages (contact, number, position, author_key, outgoing, state, erased, proven, at, claimed_at, uuid, text_hash, enctype, text)
            values ($1, $2, $3, $3, 1, 0, $4, 1, $5, $6, $7, $8, $9, $10)
            """,
            contact.Value,
            number,
            position,
            e.Text is null,
            time,
            Microseconds(ClaimedTime.Parse(e.Timestamp)),
            e.Uuid,
            e.TextHash,
            e.Enctype,
            e.Text);
        session.Announce(FeedKind.Message, contact, number);
    }

    private void Receive(ContactId contact, long number, MessageReceived e)
    {
        var arrival = ClaimedTime.ToMicroseconds(e.At);
        var claimed = Microseconds(e.ClaimedAt);
        session.Execute(
            """
            insert into messages (contact, number, position, author_key, outgoing, state, erased, proven, at, claimed_at, id, via, enctype, text)
            values ($1, $2, $3, $4, 0, 5, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            contact.Value,
            number,
            Place(contact, e.AuthorKey, arrival),
            e.AuthorKey,
            e.Text is null,
            e.Proven,
            Math.Min(claimed ?? arrival, arrival),
            claimed,
            e.Id.Value,
            e.Via?.Value,
            e.Enctype,
            e.Text);
        session.Announce(FeedKind.Message, contact, number);
    }

    // Erased messages are neighbours too: where a message stands must not depend on when another one was erased.
    private long Place(ContactId contact, long authorKey, long arrival)
    {
        var (lastPosition, lastAuthorKey) = Last(contact);
        if (authorKey >= lastAuthorKey)
        {
            return DisplayOrder.Append(arrival, lastPosition);
        }

        var predecessor = session.Single(
            """
            select position from messages where contact = $1 and outgoing = 0 and author_key <= $2
            order by author_key desc, number desc limit 1
            """,
            row => (long?)row.GetInt64(0),
            contact.Value,
            authorKey);
        var successor = session.Single(
            "select position from messages where contact = $1 and outgoing = 0 and author_key > $2 order by author_key, number limit 1",
            row => row.GetInt64(0),
            contact.Value,
            authorKey);
        return DisplayOrder.Insert(authorKey, arrival, predecessor, successor);
    }

    private (long Position, long AuthorKey) Last(ContactId contact) => session.Single(
        "select last_position, last_author_key from contacts where contact = $1",
        row => (row.GetInt64(0), row.IsDBNull(1) ? long.MinValue : row.GetInt64(1)),
        contact.Value);

    private void ChangeWaiting(ContactId contact, long message, MessageState state, string? reason) => Changed(contact, message, session.Execute(
        "update messages set state = $3, reason = $4 where contact = $1 and number = $2 and state in (0, 1)", contact.Value, message, (int)state, reason));

    private void Changed(ContactId contact, long message, int rows)
    {
        if (rows > 0)
        {
            session.Announce(FeedKind.MessageState, contact, message);
        }
    }

    private void Erase(ContactId contact, EraseRequested e)
    {
        foreach (var message in e.Messages)
        {
            Changed(contact, message, session.Execute(
                "update messages set erased = 1, text = null where contact = $1 and number = $2 and erased = 0", contact.Value, message));
        }

        if (e.UpTo > 0)
        {
            // One more than the feed keeps: a client that cannot be told of every message must see that it missed some.
            session.Execute(
                """
                insert into feed (kind, contact, message)
                select $3, contact, number from messages where contact = $1 and number <= $2 and erased = 0 order by number desc limit $4
                """,
                contact.Value,
                e.UpTo,
                (int)FeedKind.MessageState,
                HistoryWriter.FeedKept + 1);
            session.Execute("update messages set erased = 1, text = null where contact = $1 and number <= $2 and erased = 0", contact.Value, e.UpTo);
        }
    }

    private static long? Microseconds(DateTimeOffset? time) => time is { } known ? ClaimedTime.ToMicroseconds(known) : null;
}
