using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>Queries of the read model.</summary>
internal static class HistoryReader
{
    /// <summary>What <see cref="Row"/> reads, of a message <c>m</c>.</summary>
    public const string Fields =
        """
        m.number, m.uuid, m.outgoing, m.text, m.at, m.claimed_at, m.state, m.reason, m.via, m.proven, m.enctype,
        (select string_agg(relay, ',') from relays where contact = m.contact and message = m.number),
        m.position, m.author_key, m.unreadable, m.warning,
        case when m.chain is null then 0 else m.seq - 1 - (
          select coalesce(max(e.seq), 0) from messages e where e.contact = m.contact and e.chain = m.chain and e.seq < m.seq) end
        """;

    /// <summary>How many columns that is.</summary>
    public const int FieldCount = 17;

    private const string Older = "(m.position, m.author_key, m.number) < ($2, $3, $4) order by m.position desc, m.author_key desc, m.number desc";
    private const string Newer = "(m.position, m.author_key, m.number) > ($2, $3, $4) order by m.position, m.author_key, m.number";
    private static readonly Place End = new(long.MaxValue, long.MaxValue, long.MaxValue);

    private readonly record struct Place(long Position, long AuthorKey, long Number);

    public static MessagePage Page(this SqlSession session, ContactId contact, MessagePageRequest request)
    {
        var cursor = request.Before ?? request.After ?? request.Around;
        if ((cursor is { } number ? Find(session, contact, number) : End) is not { } place)
        {
            return new MessagePage([], null, null);
        }

        var rows = request switch
        {
            { After: not null } => Neighbours(session, Newer, contact, place, request.Limit),
            { Around: not null } => Around(session, contact, place, request.Limit),
            _ => Enumerable.Reverse(Neighbours(session, Older, contact, place, request.Limit)),
        };
        var page = rows.Reverse().ToImmutableArray();
        return page.IsEmpty
            ? new MessagePage([], null, null)
            : new MessagePage([.. page.Select(r => r.Row)], Cursor(session, Older, contact, page[^1]), Cursor(session, Newer, contact, page[0]));
    }

    public static MessageRow? Message(this SqlSession session, ContactId contact, long number) => session.Single(
        $"select {Fields} from messages m where m.contact = $1 and m.number = $2", Row, contact.Value, number);

    public static Dictionary<(ContactId Contact, long Number), MessageRow> Messages(this SqlSession session, IEnumerable<(ContactId Contact, long Number)> messages) =>
        messages.Distinct().GroupBy(message => message.Contact, message => message.Number).SelectMany(ofContact => session.Query(
            $"select {Fields} from messages m where m.contact = $1 and m.number in ({session.NumbersOf("$2")})",
            row => KeyValuePair.Create((ofContact.Key, row.GetInt64(0)), Row(row)),
            ofContact.Key.Value,
            JsonSerializer.Serialize(ofContact))).ToDictionary();

    public static ImmutableHashSet<MessageId> KnownIds(this SqlSession session, ContactId contact, IEnumerable<MessageId> ids) =>
    [
        .. session.Query(
            $"""
            select id from messages where contact = $1 and id in ({session.TextsOf("$2")}) and outgoing = 0
            union select id from envelopes where contact = $1 and id in ({session.TextsOf("$2")})
            """,
            row => new MessageId(row.GetString(0)),
            contact.Value,
            JsonSerializer.Serialize(ids.Select(id => id.Value))),
    ];

    public static ImmutableArray<SentEnvelope> SentEnvelopes(this SqlSession session, ContactId contact, IEnumerable<string> hashes) =>
    [
        .. session.Query(
            $"""
            select message, max(stored) from envelopes where contact = $1 and message in (
              select e.message from envelopes e join messages m on m.contact = e.contact and m.number = e.message
              where e.contact = $1 and e.id in ({session.TextsOf("$2")}) and m.outgoing = 1 and m.state <> 3)
            group by message
            """,
            row => new SentEnvelope(row.GetInt64(0), row.GetInt64(1)),
            contact.Value,
            JsonSerializer.Serialize(hashes)),
    ];

    public static ImmutableArray<NamedMessage> Sent(this SqlSession session, ContactId contact, IEnumerable<MessageId> ids) =>
    [
        .. session.Query(
            $"""
            select number, state from messages where contact = $1 and id in ({session.TextsOf("$2")}) and outgoing = 1
            union select m.number, m.state from envelopes e join messages m on m.contact = e.contact and m.number = e.message
            where e.contact = $1 and e.id in ({session.TextsOf("$2")}) and m.outgoing = 1
            """,
            row => new NamedMessage(row.GetInt64(0), row.GetInt32(1) == (int)MessageState.Read),
            contact.Value,
            JsonSerializer.Serialize(ids.Select(id => id.Value))),
    ];

    public static (long Number, string TextHash)? QueuedByUuid(this SqlSession session, ContactId contact, string uuid) => session.Single(
        "select number, text_hash from messages where contact = $1 and uuid = $2",
        row => ((long, string)?)(row.GetInt64(0), row.GetString(1)),
        contact.Value,
        uuid);

    // States: not queued, relayed or received.
    public static List<long> SettledBefore(this SqlSession session, ContactId contact, DateTimeOffset before, int limit) => session.Query(
        """
        select number from messages where contact = $1 and erased = 0 and position < $2 and state not in (0, 1, 5)
        order by position, author_key, number limit $3
        """,
        row => row.GetInt64(0),
        contact.Value,
        ClaimedTime.ToMicroseconds(before),
        limit);

    public static Dictionary<ContactId, ContactSummary> Summaries(this SqlSession session) => session.Query(
        $"select {Fields}, c.contact, c.outbox, c.unread, c.identity, c.offered, c.verified, c.plaintext, c.missing, c.copies_at from contacts c left join messages m on m.contact = c.contact and m.number = c.last_message",
        row => KeyValuePair.Create(
            new ContactId(row.GetString(FieldCount)),
            new ContactSummary(row.GetInt32(FieldCount + 1), row.GetInt32(FieldCount + 2), row.IsDBNull(0) ? null : Row(row), Sealing(row)))).ToDictionary();

    public static List<ContactId> WithOutbox(this SqlSession session) =>
        session.Query("select contact from contacts where outbox > 0 order by contact", row => new ContactId(row.GetString(0)));

    // The message itself belongs to the newer half; it counts among the limit, and what one half lacks the other does not make up for.
    private static IEnumerable<(MessageRow Row, Place Place)> Around(SqlSession session, ContactId contact, Place place, int limit)
    {
        var older = limit / 2;
        var justBefore = place with { Number = place.Number - 1 };
        return Enumerable.Reverse(Neighbours(session, Older, contact, place, older)).Concat(Neighbours(session, Newer, contact, justBefore, limit - older));
    }

    private static List<(MessageRow Row, Place Place)> Neighbours(SqlSession session, string side, ContactId contact, Place place, int limit) =>
        session.Query(
            $"select {Fields} from messages m where m.contact = $1 and m.erased = 0 and {side} limit $5",
            row => (Row(row), new Place(row.GetInt64(12), row.GetInt64(13), row.GetInt64(0))),
            contact.Value,
            place.Position,
            place.AuthorKey,
            place.Number,
            limit);

    private static long? Cursor(SqlSession session, string side, ContactId contact, (MessageRow Row, Place Place) edge) => session.Single(
        $"select 1 from messages m where m.contact = $1 and m.erased = 0 and {side} limit 1",
        _ => (long?)edge.Row.Number,
        contact.Value,
        edge.Place.Position,
        edge.Place.AuthorKey,
        edge.Place.Number);

    private static Place? Find(SqlSession session, ContactId contact, long number) => session.Single(
        "select position, author_key from messages where contact = $1 and number = $2",
        row => (Place?)new Place(row.GetInt64(0), row.GetInt64(1), number),
        contact.Value,
        number);

    private static SealingSummary? Sealing(DbDataReader row) => row.IsDBNull(FieldCount + 3) && row.IsDBNull(FieldCount + 4) && !row.Flag(FieldCount + 6) ? null : new(
        row.TextOrNull(FieldCount + 3),
        row.TextOrNull(FieldCount + 4),
        row.GetInt32(FieldCount + 5) != 0,
        row.Flag(FieldCount + 6),
        row.GetInt64(FieldCount + 7),
        row.GetInt32(FieldCount + 5) == SealingWriter.ByLink,
        row.TimeOrNull(FieldCount + 8));

    public static MessageRow Row(DbDataReader row) => new(
        row.GetInt64(0),
        row.TextOrNull(1) ?? "",
        row.Flag(2),
        row.TextOrNull(3),
        row.Time(4),
        row.TimeOrNull(5),
        (MessageState)row.GetInt32(6),
        row.TextOrNull(7),
        row.TextOrNull(11) is { } relays ? [.. relays.Split(',').Select(r => new ContactId(r))] : [],
        row.TextOrNull(8) is { } via ? new ContactId(via) : null,
        row.Flag(9),
        row.GetString(10),
        row.IsDBNull(14) ? null : (UnreadableReason)row.GetInt32(14),
        row.IsDBNull(15) ? null : (MessageWarning)row.GetInt32(15),
        row.GetInt64(16));
}
