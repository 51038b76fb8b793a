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
public sealed record IncomingMessage(MessageId Id, string Timestamp, string Enctype, string Text, ContactId? Via);

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
    /// <returns>With the message's number: the new or the known one, 0 for a conflict.</returns>
    public static Decision<(Queueing Outcome, long Message)> Queue(
        ContactState state, string uuid, string text, (long Number, string TextHash)? older, DateTimeOffset now)
    {
        var hash = HashOf(text);
        var known = state.Queued.TryFind(uuid, out var number, out var knownHash) ? (number, knownHash) : older;
        if (known is { } earlier)
        {
            var same = earlier.TextHash == hash;
            return new((same ? Queueing.Known : Queueing.Conflict, same ? earlier.Number : 0), []);
        }

        var timestamp = ClaimedTime.NextTimestamp(state.LastTimestamp, now);
        return new((Queueing.Queued, state.Sequence + 1), [new MessageQueued(now, uuid, ClaimedTime.Format(timestamp), "", text, hash)]);
    }

    /// <summary>Which of the items are neither known nor surely new: these must be looked up before <see cref="Store"/>.</summary>
    public static ImmutableArray<MessageId> Doubtful(ContactState state, IReadOnlyCollection<IncomingMessage> items) =>
    [
        .. items
            .Where(i => !state.Received.TryFind(i.Id, out _, out _) && state.MayHaveForgotten(Claimed(i.Timestamp)))
            .Select(i => i.Id)
            .Distinct(),
    ];

    /// <summary>Stores messages of the contact; what is known makes no second event.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="items">In the order received.</param>
    /// <param name="older">Ids that the read model knows, among those that were <see cref="Doubtful"/>.</param>
    /// <param name="now">The clock.</param>
    /// <returns>With 1 for each item that is stored or known, 0 for each that there is no room for.</returns>
    public static Decision<ImmutableArray<int>> Store(
        ContactState state, IReadOnlyCollection<IncomingMessage> items, IReadOnlySet<MessageId> older, DateTimeOffset now)
    {
        var statuses = ImmutableArray.CreateBuilder<int>(items.Count);
        var events = ImmutableArray.CreateBuilder<ContactEvent>();
        var fresh = new HashSet<MessageId>();
        var bytes = state.BytesStored;
        foreach (var item in items)
        {
            if (state.Received.TryFind(item.Id, out _, out _) || older.Contains(item.Id) || fresh.Contains(item.Id))
            {
                statuses.Add(1);
                continue;
            }

            var size = Encoding.UTF8.GetByteCount(item.Text);
            if (bytes + size > MaxBytesStored)
            {
                statuses.Add(0);
                continue;
            }

            bytes += size;
            fresh.Add(item.Id);
            var claimed = ClaimedTime.Parse(item.Timestamp);
            events.Add(new MessageReceived(
                now, item.Id, item.Timestamp, item.Enctype, item.Text, claimed, ClaimedTime.ToMicroseconds(claimed ?? now), item.Via, item.Via is null));
            statuses.Add(1);
        }

        return new(statuses.MoveToImmutable(), events.ToImmutable());
    }

    /// <summary>Marks read; the cursor never goes back and never beyond the last received message.</summary>
    public static Decision<long> MarkRead(ContactState state, long cursor, DateTimeOffset now)
    {
        var reached = Math.Min(cursor, state.LastReceived);
        return reached > state.ReadCursor ? new(reached, [new ReadMarked(now, reached)]) : new(state.ReadCursor, []);
    }

    /// <summary>Erases one message that exists; a queued one is cancelled by it.</summary>
    public static Decision<bool> Erase(ContactState state, long message, DateTimeOffset now) =>
        state.Erasing.Values.Any(e => e.UpTo >= message || e.Messages.Contains(message))
            ? new(true, [])
            : new(true, [new EraseRequested(now, [message], 0)]);

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
        return stored.Events.Where((e, place) => HoldsText(e) && IsMeant(first + place, erase)).Any()
            ? new([.. stored.Events.Select((e, place) => IsMeant(first + place, erase) ? WithoutText(e) : e)])
            : stored;
    }

    private static bool IsMeant(long number, EraseRequested erase) => number <= erase.UpTo || erase.Messages.Contains(number);

    private static bool HoldsText(ContactEvent stored) => stored is MessageQueued { Text: not null } or MessageReceived { Text: not null };

    private static ContactEvent WithoutText(ContactEvent stored) => stored switch
    {
        MessageQueued e => e with { Text = null },
        MessageReceived e => e with { Text = null },
        _ => stored,
    };

    /// <summary>Records a relay's answer about a message that still waits.</summary>
    public static ImmutableArray<ContactEvent> RelayAnswered(ContactState state, long message, ContactId relay, int status, DateTimeOffset now)
    {
        if (!state.Outbox.ContainsKey(message))
        {
            return [];
        }

        return status == 1 ? [new MessageRelayed(now, message, relay)] : [new RelayDeclined(now, message, relay, status)];
    }

    private static long? Claimed(string timestamp) => ClaimedTime.Parse(timestamp) is { } time ? ClaimedTime.ToMicroseconds(time) : null;
}
