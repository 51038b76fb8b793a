using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>What a command comes to: the answer, due once the events are committed.</summary>
/// <param name="Reply">The answer.</param>
/// <param name="Events">What happened; may be empty.</param>
/// <typeparam name="TReply">Type of the answer.</typeparam>
public readonly record struct Decision<TReply>(TReply Reply, ImmutableArray<ContactEvent> Events);

/// <summary>What became of a message to queue.</summary>
public enum Queueing
{
    /// <summary>A new message.</summary>
    Queued,

    /// <summary>That uuid with the same text was queued before.</summary>
    Known,

    /// <summary>That uuid was queued before with another text.</summary>
    Conflict,
}

/// <summary>A received message with its derived id.</summary>
/// <param name="Id">Derived id.</param>
/// <param name="Timestamp">As received.</param>
/// <param name="Enctype">As received.</param>
/// <param name="Text">As received.</param>
/// <param name="Via">The relay that brought it; <see langword="null"/> when it came from the author's node.</param>
public sealed record IncomingMessage(MessageId Id, string Timestamp, string Enctype, string Text, ContactId? Via)
{
    /// <summary>What the envelope said, where it could be opened: <see cref="Text"/> is then what was in it.</summary>
    public IncomingSeal? Seal { get; init; }

    /// <summary>Why <see cref="Text"/> cannot be shown.</summary>
    public UnreadableReason? Unreadable { get; init; }

    /// <summary>Whether the author's signature was right.</summary>
    public bool Signed { get; init; }

    /// <summary>What the owner should know.</summary>
    public MessageWarning? Warning { get; init; }

    /// <summary>Not to be stored; what is known already is answered 1 all the same.</summary>
    public bool Refused { get; init; }

    internal IEnumerable<MessageId> Ids => Seal is null ? [Id] : [Id, Seal.PayloadId];

    // What anybody on the way may have changed says nothing about a sealed message.
    internal long? Claimed => Seal is not null ? Seal.Microseconds
        : Unreadable is null && ClaimedTime.Parse(Timestamp) is { } time ? ClaimedTime.ToMicroseconds(time)
        : null;
}

/// <summary>How a message of the owner is to be sealed.</summary>
/// <param name="Enctype">Encryption on the wire.</param>
/// <param name="NextSeq">Its place in our chain.</param>
/// <param name="Seal">Seals a text under a timestamp; <see langword="null"/> while the message has to wait for keys.</param>
public sealed record QueueSealing(string Enctype, long NextSeq, Func<string, OutgoingSeal>? Seal);

/// <summary>The rules of one contact's conversation: pure, each a function of the state, the command and the time.</summary>
public static class ContactDecisions
{
    /// <summary>Text stored from one contact, in bytes (security.md, Peer listener).</summary>
    public const long MaxBytesStored = 256L << 20;

    /// <summary>The hash by which a repeated uuid is compared: base64url of SHA-256 of the UTF-8.</summary>
    public static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Queues a message of the owner.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="uuid">The client's id.</param>
    /// <param name="text">The text.</param>
    /// <param name="older">What the read model knows of that uuid, when it has left the state's window.</param>
    /// <param name="now">The clock.</param>
    /// <param name="sealing">How to seal it; <see langword="null"/> for plaintext.</param>
    /// <returns>With the message's number: the new or the known one, 0 for a conflict.</returns>
    public static Decision<(Queueing Outcome, long Message)> Queue(
        ContactState state, string uuid, string text, (long Number, string TextHash)? older, DateTimeOffset now, QueueSealing? sealing = null)
    {
        var hash = HashOf(text);
        var known = state.Queued.TryFind(uuid, out var number, out var knownHash) ? (number, knownHash) : older;
        if (known is { } earlier)
        {
            var same = earlier.TextHash == hash;
            return new((same ? Queueing.Known : Queueing.Conflict, same ? earlier.Number : 0), []);
        }

        var timestamp = ClaimedTime.Format(ClaimedTime.NextTimestamp(LastTimestamp(state, sealing), now));
        return new(
            (Queueing.Queued, state.Sequence + 1),
            [new MessageQueued(now, uuid, timestamp, sealing?.Enctype ?? "", text, hash, sealing?.Seal?.Invoke(timestamp))]);
    }

    // Within a millisecond sealed messages are ordered by their place modulo 1,000: where that begins again, so does a millisecond.
    private static long LastTimestamp(ContactState state, QueueSealing? sealing) => sealing is not null && sealing.NextSeq % IncomingSeal.PerMillisecond == 0
        ? (state.LastTimestamp / IncomingSeal.PerMillisecond * IncomingSeal.PerMillisecond) + IncomingSeal.PerMillisecond - 1
        : state.LastTimestamp;

    /// <summary>Which of the items are neither known nor surely new: these must be looked up before <see cref="Store"/>.</summary>
    public static ImmutableArray<MessageId> Doubtful(ContactState state, IReadOnlyCollection<IncomingMessage> items) =>
    [
        .. items
            .Where(i => !i.Ids.Any(id => state.Received.TryFind(id, out _, out _)) && state.MayHaveForgotten(i.Claimed))
            .SelectMany(i => i.Ids)
            .Distinct(),
    ];

    /// <summary>Stores messages of the contact; what is known makes no second event.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="items">In the order received.</param>
    /// <param name="older">Ids that the read model knows, among those that were <see cref="Doubtful"/>.</param>
    /// <param name="now">The clock.</param>
    /// <returns>With 1 for each item that is stored or known, 0 for each that is refused or that there is no room for.</returns>
    public static Decision<ImmutableArray<int>> Store(
        ContactState state, IReadOnlyCollection<IncomingMessage> items, IReadOnlySet<MessageId> older, DateTimeOffset now)
    {
        var statuses = ImmutableArray.CreateBuilder<int>(items.Count);
        var events = ImmutableArray.CreateBuilder<ContactEvent>();
        var fresh = new HashSet<MessageId>();
        var opened = new HashSet<long>();
        var bytes = state.BytesStored;
        foreach (var item in items)
        {
            if (item.Ids.Any(id => state.Received.TryFind(id, out _, out _) || older.Contains(id) || fresh.Contains(id)))
            {
                statuses.Add(1);
                continue;
            }

            var size = Encoding.UTF8.GetByteCount(item.Text);
            if (item.Refused || bytes + size > MaxBytesStored)
            {
                statuses.Add(0);
                continue;
            }

            bytes += size;
            fresh.UnionWith(item.Ids);
            var placeholders = Placeholders(state, item).Where(opened.Add).ToImmutableArray();
            events.Add(placeholders.IsEmpty ? Received(now, item) : Opened(now, placeholders[0], item));
            if (placeholders.Length > 1)
            {
                events.Add(new EraseRequested(now, placeholders[1..], 0));
            }

            statuses.Add(1);
        }

        return new(statuses.MoveToImmutable(), events.ToImmutable());
    }

    /// <summary>What becomes of an unreadable message that can be read now.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="message">Its number.</param>
    /// <param name="item">What it says, under the id that it had.</param>
    /// <param name="now">The clock.</param>
    public static ImmutableArray<ContactEvent> Open(ContactState state, long message, IncomingMessage item, DateTimeOffset now) =>
        !state.Unopened.ContainsKey(message) || item.Seal is null ? []
        : state.Received.TryFind(item.Seal.PayloadId, out _, out _) ? [new EraseRequested(now, [message], 0)]
        : [Opened(now, message, item)];

    // Of several envelopes of a message that could not be opened the first one keeps its place, and the others were never messages.
    private static IEnumerable<long> Placeholders(ContactState state, IncomingMessage item) => item.Seal is not { } seal || state.Unopened.IsEmpty ? []
        : seal.Earlier().SelectMany(id => state.Unopened.Where(u => u.Value.Id == id).Select(u => u.Key)).Order();

    private static MessageOpened Opened(DateTimeOffset now, long message, IncomingMessage item) => new(now, message, item.Text, item.Seal!, item.Warning);

    private static MessageReceived Received(DateTimeOffset now, IncomingMessage item)
    {
        var claimed = item.Seal is { } seal ? DateTimeOffset.FromUnixTimeMilliseconds(seal.Time) : ClaimedTime.Parse(item.Timestamp);
        return new MessageReceived(
            now, item.Id, item.Timestamp, item.Enctype, item.Text, claimed, item.Seal?.AuthorKey ?? ClaimedTime.ToMicroseconds(claimed ?? now), item.Via,
            item.Signed || (item.Via is null && item.Unreadable != UnreadableReason.UnknownAuthor), item.Seal, item.Unreadable, item.Warning);
    }

    /// <summary>Marks read; the cursor never goes back and never beyond the last received message.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="cursor">Up to where.</param>
    /// <param name="now">The clock.</param>
    /// <param name="tells">Whether the author is to be told.</param>
    public static Decision<long> MarkRead(ContactState state, long cursor, DateTimeOffset now, bool tells = false)
    {
        var reached = Math.Min(cursor, state.LastReceived);
        return reached > state.ReadCursor ? new(reached, [new ReadMarked(now, reached) { Tells = tells ? true : null }]) : new(state.ReadCursor, []);
    }

    /// <summary>Erases one message that exists; a queued one is cancelled by it.</summary>
    public static Decision<bool> Erase(ContactState state, long message, DateTimeOffset now) =>
        state.IsErasing(message)
            ? new(true, [])
            : new(true, [new EraseRequested(now, [message], 0)]);

    /// <summary>Erases those of several messages that are settled: what still waits to be sent, or is being erased already, stays as it is.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="messages">Numbers of messages that exist.</param>
    /// <param name="now">The clock.</param>
    /// <returns>Whether there was one.</returns>
    public static Decision<bool> EraseSettled(ContactState state, ImmutableArray<long> messages, DateTimeOffset now)
    {
        ImmutableArray<long> settled = [.. messages.Where(message => !state.Outbox.ContainsKey(message) && !state.IsErasing(message))];
        return settled.IsEmpty ? new(false, []) : new(true, [new EraseRequested(now, settled, 0)]);
    }

    /// <summary>Erases everything so far.</summary>
    public static Decision<bool> EraseAll(ContactState state, DateTimeOffset now) =>
        state is { LastTimestamp: 0, LastReceived: 0 } ? new(true, []) : new(true, [new EraseRequested(now, [], state.Sequence)]);

    /// <summary>What stands in place of a journal row after erasing: the same events without the texts that are meant.</summary>
    /// <param name="row">The row's sequence number.</param>
    /// <param name="stored">The row.</param>
    /// <param name="erase">What is to be erased.</param>
    /// <returns>The same instance when nothing of it is meant.</returns>
    public static ContactCommit WithoutTexts(long row, ContactCommit stored, EraseRequested erase)
    {
        var first = EventNumber.First(row);
        return stored.Events.Where((e, place) => HoldsText(e) && IsMeant(MessageOf(e, first + place), erase)).Any()
            ? new([.. stored.Events.Select((e, place) => IsMeant(MessageOf(e, first + place), erase) ? WithoutText(e) : e)])
            : stored;
    }

    /// <summary>The rows in which texts of messages to be erased may stand.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="erase">What is to be erased.</param>
    public static (long From, long To) RowsOf(ContactState state, EraseRequested erase)
    {
        var (first, last) = erase.UpTo > 0 ? (0, erase.UpTo) : (erase.Messages.Min(), erase.Messages.Max());
        return (Math.Max(1, EventNumber.RowOf(first)), EventNumber.RowOf(Math.Max(last, state.LastLateText)));
    }

    private static long MessageOf(ContactEvent stored, long number) => stored switch
    {
        MessageSealed e => e.Message,
        MessageOpened e => e.Message,
        _ => number,
    };

    private static bool IsMeant(long number, EraseRequested erase) => number <= erase.UpTo || erase.Messages.Contains(number);

    private static bool HoldsText(ContactEvent stored) => stored is
        MessageQueued { Text: not null } or MessageReceived { Text: not null } or MessageOpened { Text: not null }
        or MessageSealed { Text: not null } or MessageSealed { Seal.Wire: not null };

    private static ContactEvent WithoutText(ContactEvent stored) => stored switch
    {
        MessageQueued e => e with { Text = null, Seal = WithoutText(e.Seal) },
        MessageSealed e => e with { Text = null, Seal = WithoutText(e.Seal) },
        MessageReceived e => e with { Text = null },
        MessageOpened e => e with { Text = null },
        _ => stored,
    };

    private static OutgoingSeal? WithoutText(OutgoingSeal? seal) => seal is null ? null : seal with { Wire = null };

    /// <summary>Records a relay's answer about a message that still waits.</summary>
    public static ImmutableArray<ContactEvent> RelayAnswered(ContactState state, long message, ContactId relay, int status, DateTimeOffset now)
    {
        if (!state.Outbox.ContainsKey(message))
        {
            return [];
        }

        return status == 1 ? [new MessageRelayed(now, message, relay)] : [new RelayDeclined(now, message, relay, status)];
    }
}
