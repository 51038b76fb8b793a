using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>The rows of one contact's conversation.</summary>
internal sealed partial class ConversationWriter(SqlSession session, FeedWriter feed, IndexingBacklog search)
{
    private const string WaitsForKeys = "Waits for keys of the contact.";

    private static readonly SqlTable Messages = new(
        "messages",
        ("contact", SqlType.Text),
        ("number", SqlType.Number),
        ("position", SqlType.Number),
        ("author_key", SqlType.Number),
        ("outgoing", SqlType.Number),
        ("state", SqlType.Number),
        ("erased", SqlType.Number),
        ("proven", SqlType.Number),
        ("at", SqlType.Number),
        ("claimed_at", SqlType.Number),
        ("id", SqlType.Text),
        ("uuid", SqlType.Text),
        ("text_hash", SqlType.Text),
        ("via", SqlType.Text),
        ("enctype", SqlType.Text),
        ("text", SqlType.Text),
        ("reason", SqlType.Text),
        ("unreadable", SqlType.Number),
        ("warning", SqlType.Number),
        ("chain", SqlType.Text),
        ("seq", SqlType.Number));

    public void Apply(ContactId contact, JournalSlice slice)
    {
        var summary = Summary(contact);
        foreach (var (row, commit) in slice.Events.Cast<ContactCommit>().Index())
        {
            foreach (var (place, happened) in commit.Events.Index())
            {
                Apply(contact, summary, EventNumber.First(slice.First + row) + place, happened);
            }
        }

        session.Post(
            """
            update contacts set outbox = $2, unread = $3, last_position = $4, last_author_key = $5, missing = $6, last_message = (
              select number from messages where contact = $1 and erased = 0 order by position desc, author_key desc, number desc limit 1)
            where contact = $1
            """,
            contact.Value,
            summary.Outbox,
            summary.Unread,
            summary.LastPosition,
            summary.LastAuthorKey,
            summary.Missing);
    }

    private void Apply(ContactId contact, Tally summary, long number, ContactEvent happened)
    {
        switch (happened)
        {
            case MessageQueued e:
                Queue(contact, summary, number, e);
                break;
            case MessageReceived e:
                Receive(contact, summary, number, e);
                break;
            case MessagesDelivered e:
                foreach (var (first, last) in Runs(e.Messages))
                {
                    EndWaiting(contact, summary, first, last, MessageState.Delivered, reason: null);
                }

                break;
            case MessagesRead e:
                foreach (var (first, last) in Runs(e.Messages))
                {
                    Read(contact, first, last);
                }

                break;
            case MessageRefused e:
                EndWaiting(contact, summary, e.Message, e.Message, MessageState.Refused, e.Reason);
                break;
            case MessageDeferred e:
                Changed(contact, e.Message, session.Execute(
                    "update messages set reason = $3 where contact = $1 and number = $2 and state in (0, 1)", contact.Value, e.Message, e.Reason));
                break;
            case MessageRelayed e:
                session.Post(
                    "insert into relays (contact, message, relay) values ($1, $2, $3) on conflict do nothing", contact.Value, e.Message, e.Relay.Value);
                Changed(contact, e.Message, session.Execute(
                    "update messages set state = 1 where contact = $1 and number = $2 and state in (0, 1)", contact.Value, e.Message));
                break;
            case ReadMarked e:
                summary.Unread -= session.Execute(
                    "update messages set state = 3 where contact = $1 and number <= $2 and state = 5 and erased = 0", contact.Value, e.Cursor);
                session.Post("update messages set state = 3 where contact = $1 and number <= $2 and state = 5", contact.Value, e.Cursor);
                feed.Announce(FeedKind.Read, contact, e.Cursor);
                break;
            case EraseRequested e:
                Erase(contact, summary, e);
                break;
            case MessageSealed e:
                Seal(contact, summary, number, e);
                break;
            case MessageOpened e:
                Open(contact, summary, e);
                break;
            case BundleTaken or IdentityOffered or IdentityDecided or VerificationChanged or PlaintextChanged:
                new SealingWriter(session).Apply(contact, happened);
                feed.Announce(FeedKind.Contact, contact);
                break;
        }
    }

    private void Queue(ContactId contact, Tally summary, long number, MessageQueued e)
    {
        // What was written elsewhere stands where it was written, not where it was imported.
        var time = ClaimedTime.ToMicroseconds(e.WrittenAt ?? e.At);
        var position = e.WrittenAt is null ? DisplayOrder.Append(time, summary.LastPosition) : time;
        session.Insert(
            Messages,
            contact.Value,
            number,
            position,
            position,
            1,
            (int)MessageState.Queued,
            e.Text is null ? 1 : 0,
            1,
            time,
            Microseconds(ClaimedTime.Parse(e.Timestamp)),
            PlainId(e.Timestamp, e.Enctype, e.Text),
            e.Uuid,
            e.TextHash,
            null,
            e.Enctype,
            e.Text,
            e.Enctype.Length > 0 && e.Seal is null ? WaitsForKeys : null,
            null,
            null,
            null,
            null);
        Index(contact, number, e.Text);
        Note(contact, e.Seal?.Hash, number, number);
        summary.LastPosition = Math.Max(summary.LastPosition, position);
        summary.Outbox += e.Text is null ? 0 : 1;
        feed.Announce(FeedKind.Message, contact, number);
    }

    private void Receive(ContactId contact, Tally summary, long number, MessageReceived e)
    {
        var arrival = ClaimedTime.ToMicroseconds(e.ArrivedAt ?? e.At);
        var claimed = Microseconds(e.ClaimedAt);
        var position = Place(contact, summary, e.AuthorKey, arrival, imported: e.ArrivedAt is not null);
        session.Insert(
            Messages,
            contact.Value,
            number,
            position,
            e.AuthorKey,
            0,
            (int)MessageState.Received,
            e.Text is null ? 1 : 0,
            e.Proven ? 1 : 0,
            Math.Min(claimed ?? arrival, arrival),
            claimed,
            e.Id.Value,
            null,
            null,
            e.Via?.Value,
            e.Enctype,
            Shown(e),
            null,
            (long?)Unreadable(e),
            (long?)e.Warning,
            e.Seal?.Sid,
            e.Seal?.Seq);
        Index(contact, number, e.Text);
        Note(contact, e.Seal, number);
        NoteCopies(contact, e.Warning, e.At);
        summary.Missing = e.Seal?.Missing ?? summary.Missing;
        summary.LastPosition = Math.Max(summary.LastPosition, position);
        summary.LastAuthorKey = Math.Max(summary.LastAuthorKey ?? long.MinValue, e.AuthorKey);
        summary.Unread += e.Text is null ? 0 : 1;
        feed.Announce(FeedKind.Message, contact, number);
    }

    private void Index(ContactId contact, long number, string? text)
    {
        if (text is not null)
        {
            search.Add(contact, number);
        }
    }

    // Erased messages are neighbours too: where a message stands must not depend on when another one was erased.
    private long Place(ContactId contact, Tally summary, long authorKey, long arrival, bool imported)
    {
        if (!imported && !(authorKey < summary.LastAuthorKey))
        {
            return DisplayOrder.Append(arrival, summary.LastPosition);
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
            row => (long?)row.GetInt64(0),
            contact.Value,
            authorKey);
        return DisplayOrder.Insert(authorKey, arrival, predecessor, successor);
    }

    private Tally Summary(ContactId contact)
    {
        session.Post("insert into contacts (contact) values ($1) on conflict do nothing", contact.Value);
        return session.Single(
            "select outbox, unread, last_position, last_author_key, missing from contacts where contact = $1",
            row => new Tally
            {
                Outbox = row.GetInt32(0),
                Unread = row.GetInt32(1),
                LastPosition = row.GetInt64(2),
                LastAuthorKey = row.IsDBNull(3) ? null : row.GetInt64(3),
                Missing = row.GetInt64(4),
            },
            contact.Value)!;
    }

    private static long? Microseconds(DateTimeOffset? time) => time is { } known ? ClaimedTime.ToMicroseconds(known) : null;

    /// <summary>What the contact's row counts; written once per slice.</summary>
    private sealed class Tally
    {
        public int Outbox { get; set; }

        public int Unread { get; set; }

        public long LastPosition { get; set; }

        public long? LastAuthorKey { get; set; }

        public long Missing { get; set; }
    }
}
