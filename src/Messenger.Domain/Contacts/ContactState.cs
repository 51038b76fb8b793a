using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>
/// What a contact's journal adds up to. It holds no bodies: the outbox is journal numbers, ids are a bounded window and older
/// ones are looked up in the read model (architecture.md, ContactActor).
/// </summary>
public sealed record ContactState
{
    /// <summary>A contact of which nothing is known yet.</summary>
    public static ContactState Empty { get; } = new();

    /// <summary><see cref="EventNumber"/> of the last event applied: the next one gets the number after it.</summary>
    public long Sequence { get; init; }

    /// <summary>Messages not delivered yet, by number, oldest first.</summary>
    public ImmutableSortedDictionary<long, OutboxEntry> Outbox { get; init; } = ImmutableSortedDictionary<long, OutboxEntry>.Empty;

    /// <summary>Recently received ids with the microseconds their author claimed, if readable.</summary>
    public RecentWindow<MessageId, long?> Received { get; init; } = RecentWindow<MessageId, long?>.Empty;

    /// <summary>Highest claimed time among the ids that left <see cref="Received"/>; a plaintext above it cannot be known.</summary>
    public long ForgottenUpTo { get; init; }

    /// <summary>Recently queued uuids with the hash of their text.</summary>
    public RecentWindow<string, string> Queued { get; init; } = RecentWindow<string, string>.Empty;

    /// <summary>Highest time inside a UUIDv7 (RFC 9562) among those that left <see cref="Queued"/>, milliseconds since 1970; 0 for none.</summary>
    public long ForgottenUuidTime { get; init; }

    /// <summary>Timestamp of the last message queued, microseconds since 1970.</summary>
    public long LastTimestamp { get; init; }

    /// <summary>Number of the last message of the contact.</summary>
    public long LastReceived { get; init; }

    /// <summary>Everything up to this number is read.</summary>
    public long ReadCursor { get; init; }

    /// <summary>Bytes of text stored from this contact since the conversation was last erased.</summary>
    public long BytesStored { get; init; }

    /// <summary>Erasing that was asked for and not carried out yet, by the number of the request.</summary>
    public ImmutableSortedDictionary<long, EraseRequested> Erasing { get; init; } = ImmutableSortedDictionary<long, EraseRequested>.Empty;

    /// <summary>Whether an id that is not in <see cref="Received"/> may have been received before.</summary>
    /// <param name="claimedMicroseconds">What the author claims, if readable.</param>
    public bool MayHaveForgotten(long? claimedMicroseconds) =>
        Received.ForgottenNumber > 0 && (claimedMicroseconds is not { } claimed || claimed <= ForgottenUpTo);

    /// <summary>Whether a uuid that is not in <see cref="Queued"/> may have been queued before: equal uuids have equal times inside.</summary>
    public bool MayHaveForgotten(string uuid) =>
        Queued.ForgottenNumber > 0 && !Queued.TryFind(uuid, out _, out _) && !(TimeInside(uuid) > ForgottenUuidTime);

    /// <summary>The state whose next event is the first of a journal row.</summary>
    /// <param name="row">Journal sequence number, above that of every event applied.</param>
    public ContactState Begin(long row) => this with { Sequence = EventNumber.First(row) - 1 };

    /// <summary>The state after a row of the journal.</summary>
    /// <param name="row">Its sequence number.</param>
    /// <param name="commit">What it holds.</param>
    public ContactState Apply(long row, ContactCommit commit) => commit.Events.Aggregate(Begin(row), (state, next) => state.Apply(next));

    /// <summary>The state after the next event.</summary>
    public ContactState Apply(ContactEvent next)
    {
        var state = this with { Sequence = Sequence + 1 };
        return next switch
        {
            MessageQueued e => state.AfterQueued(e),
            MessagesDelivered e => state with { Outbox = Outbox.RemoveRange(e.Messages) },
            MessageRefused e => state with { Outbox = Outbox.Remove(e.Message) },
            MessageDeferred e => state.Change(e.Message, entry => entry with { Reason = e.Reason }),
            MessageRelayed e => state.Change(e.Message, entry => entry.Asked(new(e.Relay, e.At, true))),
            RelayDeclined e => state.Change(e.Message, entry => entry.Asked(new(e.Relay, e.At, false))),
            MessageReceived e => state.AfterReceived(e),
            ReadMarked e => state with { ReadCursor = e.Cursor },
            EraseRequested e => state.AfterErase(e),
            EraseCompleted e => state with { Erasing = Erasing.Remove(e.Request) },
            _ => throw new InvalidOperationException($"{next.GetType().Name} is not an event of a contact."),
        };
    }

    private ContactState AfterQueued(MessageQueued e)
    {
        var micros = ClaimedTime.Parse(e.Timestamp) is { } time ? ClaimedTime.ToMicroseconds(time) : LastTimestamp;
        var queued = Queued.Add(e.Uuid, Sequence, e.TextHash, out var dropped);
        return this with
        {
            Outbox = Outbox.Add(Sequence, new OutboxEntry(e.At)),
            Queued = queued,
            ForgottenUuidTime = Math.Max(ForgottenUuidTime, dropped is { } gone ? TimeInside(gone.Key) ?? 0 : 0),
            LastTimestamp = Math.Max(LastTimestamp, micros),
        };
    }

    private ContactState AfterReceived(MessageReceived e)
    {
        long? claimed = e.ClaimedAt is { } time ? ClaimedTime.ToMicroseconds(time) : null;
        var received = Received.Add(e.Id, Sequence, claimed, out var dropped);
        return this with
        {
            Received = received,
            ForgottenUpTo = Math.Max(ForgottenUpTo, dropped?.Value ?? 0),
            LastReceived = Sequence,
            BytesStored = BytesStored + (e.Text is null ? 0 : Encoding.UTF8.GetByteCount(e.Text)),
        };
    }

    private ContactState AfterErase(EraseRequested e) => this with
    {
        Erasing = Erasing.Add(Sequence, e),
        Outbox = e.UpTo > 0 ? Outbox.RemoveRange(Outbox.Keys.Where(n => n <= e.UpTo)) : Outbox.RemoveRange(e.Messages),
        BytesStored = e.UpTo > 0 ? 0 : BytesStored,
    };

    private static long? TimeInside(string uuid) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && parsed.Version == 7
            ? (long)(BinaryPrimitives.ReadUInt64BigEndian(parsed.ToByteArray(bigEndian: true)) >> 16)
            : null;

    private ContactState Change(long message, Func<OutboxEntry, OutboxEntry> change) =>
        Outbox.TryGetValue(message, out var entry) ? this with { Outbox = Outbox.SetItem(message, change(entry)) } : this;
}

/// <summary>A message that waits.</summary>
/// <param name="QueuedAt">Since when, UTC.</param>
public sealed record OutboxEntry(DateTimeOffset QueuedAt)
{
    /// <summary>Why the recipient's node did not take it last time.</summary>
    public string? Reason { get; init; }

    /// <summary>Relays that answered about it, the last answer of each.</summary>
    public ImmutableArray<RelayAsk> Asks { get; init; } = [];

    internal OutboxEntry Asked(RelayAsk ask) => this with { Asks = [.. Asks.Where(a => a.Relay != ask.Relay), ask] };
}

/// <summary>A relay's answer.</summary>
/// <param name="Relay">The relay.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Carries">It stored a copy.</param>
public readonly record struct RelayAsk(ContactId Relay, DateTimeOffset At, bool Carries);
