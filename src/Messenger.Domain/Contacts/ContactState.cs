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

    /// <summary>What the contact's node understands, as far as it has said.</summary>
    public PeerCaps Caps { get; init; }

    /// <summary>The contact's own servers, as in <see cref="Advertisement.Relays"/>.</summary>
    public string Relays { get; init; } = "";

    /// <summary>Our address as the contact knows it; <see langword="null"/> while that is not known.</summary>
    public string? AddressTold { get; init; }

    /// <summary>The counter with which it was told.</summary>
    public long AddressToldCounter { get; init; }

    /// <summary>The counter of the last change of the contact's address.</summary>
    public long MovedCounter { get; init; }

    /// <summary>What was read and is to be told to the author, in order.</summary>
    public ImmutableArray<ReadRange> Owed { get; init; } = [];

    /// <summary>Number of the last event that added to <see cref="Owed"/>.</summary>
    public long OwedSince { get; init; }

    /// <summary>Bytes of text stored from this contact since the conversation was last erased.</summary>
    public long BytesStored { get; init; }

    /// <summary>Whether everything to the contact is held because it showed another identity.</summary>
    public bool Held { get; init; }

    /// <summary>Messages that could not be read, by number; the newest <see cref="MaxUnopened"/>.</summary>
    public ImmutableSortedDictionary<long, UnopenedMessage> Unopened { get; init; } = ImmutableSortedDictionary<long, UnopenedMessage>.Empty;

    /// <summary>Number of the last event that holds a text of an older message: erasing has to look up to there.</summary>
    public long LastLateText { get; init; }

    /// <summary>Erasing that was asked for and not carried out yet, by the number of the request.</summary>
    public ImmutableSortedDictionary<long, EraseRequested> Erasing { get; init; } = ImmutableSortedDictionary<long, EraseRequested>.Empty;

    /// <summary>How many unreadable messages are remembered.</summary>
    public const int MaxUnopened = 256;

    /// <summary>How many messages of the outbox wait for keys of the contact: a new one has to wait behind them.</summary>
    public int Waiting { get; init; }

    /// <summary>Whether a message is to be erased and may not be yet.</summary>
    public bool IsErasing(long message) => Erasing.Values.Any(e => e.UpTo >= message || e.Messages.Contains(message));

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
            MessagesDelivered e => state.With(Outbox.RemoveRange(e.Messages), mayWait: Waiting > 0),
            MessageRefused e => state.With(Outbox.Remove(e.Message), mayWait: Waiting > 0),
            MessageDeferred e => state.Change(e.Message, entry => entry with { Reason = e.Reason }),
            MessageRelayed e => state.Change(e.Message, entry => entry.Asked(new(e.Relay, e.At, true))),
            RelayDeclined e => state.Change(e.Message, entry => entry.Asked(new(e.Relay, e.At, false))),
            MessageReceived e => state.AfterReceived(e),
            ReadMarked { Tells: true } e => state with { ReadCursor = e.Cursor, Owed = ReceiptDecisions.Owe(Owed, ReadCursor, e.Cursor), OwedSince = state.Sequence },
            ReadMarked e => state with { ReadCursor = e.Cursor },
            ReceiptsTold e => state with { Owed = ReceiptDecisions.Told(Owed, e.UpTo) },
            CapsShown e => state with { Caps = e.Caps, Relays = e.Relays ?? "" },
            MessagesRead => state,
            AddressTold e => state with { AddressTold = e.Address, AddressToldCounter = Math.Max(AddressToldCounter, e.Counter) },
            AddressMoved e => state with { MovedCounter = e.Counter },
            EraseRequested e => state.AfterErase(e),
            BundleTaken { SealsQueued: true } => state.With(Map(entry => entry.IsSealed ? entry : entry with { Waits = true }), mayWait: true),
            BundleTaken or VerificationChanged or PlaintextChanged => state,
            IdentityOffered => state with { Held = true },
            IdentityDecided { Taken: true } => state.With(Map(entry => entry with { Waits = entry.Waits || entry.IsSealed, IsSealed = false }), mayWait: true) with { Held = false },
            IdentityDecided => state with { Held = false },
            MessageSealed e => state.AfterSealed(e),
            MessageOpened e => state.AfterOpened(e),
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
            Waiting = Waiting + (e.Enctype.Length > 0 && e.Seal is null ? 1 : 0),
            Outbox = Outbox.Add(Sequence, new OutboxEntry(e.At) { IsSealed = e.Seal is not null, Waits = e.Enctype.Length > 0 && e.Seal is null, Stored = Sequence }),
            Queued = queued,
            ForgottenUuidTime = Math.Max(ForgottenUuidTime, dropped is { } gone ? TimeInside(gone.Key) ?? 0 : 0),
            LastTimestamp = Math.Max(LastTimestamp, micros),
        };
    }

    private ContactState AfterReceived(MessageReceived e)
    {
        long? claimed = e.ClaimedAt is { } time ? ClaimedTime.ToMicroseconds(time) : null;
        var state = e.Seal is { } seal ? Know(seal.Ids(), seal.Microseconds) : Know([e.Id], e.Unreadable is null ? claimed : null);
        return state with
        {
            LastReceived = Sequence,
            BytesStored = BytesStored + (e.Text is null ? 0 : Encoding.UTF8.GetByteCount(e.Text)),
            Unopened = e.Unreadable is { } reason and not UnreadableReason.UnknownEnctype ? Remember(new(e.Id, reason)) : Unopened,
        };
    }

    private ContactState Know(IEnumerable<MessageId> ids, long? claimed)
    {
        var (received, forgotten) = (Received, ForgottenUpTo);
        foreach (var id in ids)
        {
            if (!received.TryFind(id, out _, out _))
            {
                received = received.Add(id, Sequence, claimed, out var dropped);
                forgotten = Math.Max(forgotten, dropped?.Value ?? 0);
            }
        }

        return this with { Received = received, ForgottenUpTo = forgotten };
    }

    private ImmutableSortedDictionary<long, UnopenedMessage> Remember(UnopenedMessage message)
    {
        var unopened = Unopened.Add(Sequence, message);
        return unopened.Count <= MaxUnopened ? unopened : unopened.Remove(unopened.Keys.First());
    }

    private ContactState AfterSealed(MessageSealed e)
    {
        // One that was delivered comes back: its recipient could not open it.
        var entry = Outbox.GetValueOrDefault(e.Message, new OutboxEntry(e.At));
        return this with
        {
            Outbox = Outbox.SetItem(e.Message, entry with { IsSealed = e.Seal is not null, Waits = false, Stored = Sequence, Reason = null }),
            Waiting = Waiting - (entry.Waits ? 1 : 0),
            LastLateText = Sequence,
        };
    }

    private ContactState AfterOpened(MessageOpened e) => Know(e.Seal.Ids(), e.Seal.Microseconds) with
    {
        Unopened = Unopened.Remove(e.Message),
        LastLateText = Sequence,
    };

    private ImmutableSortedDictionary<long, OutboxEntry> Map(Func<OutboxEntry, OutboxEntry> change) =>
        Outbox.IsEmpty ? Outbox : Outbox.ToImmutableSortedDictionary(o => o.Key, o => change(o.Value));

    private ContactState With(ImmutableSortedDictionary<long, OutboxEntry> outbox, bool mayWait) =>
        this with { Outbox = outbox, Waiting = mayWait ? outbox.Values.Count(entry => entry.Waits) : 0 };

    private ContactState AfterErase(EraseRequested e) => With(
        e.UpTo > 0 ? Outbox.RemoveRange(Outbox.Keys.Where(n => n <= e.UpTo)) : Outbox.RemoveRange(e.Messages), mayWait: Waiting > 0) with
    {
        Erasing = Erasing.Add(Sequence, e),
        Unopened = e.UpTo > 0 ? Unopened.RemoveRange(Unopened.Keys.Where(n => n <= e.UpTo)) : Unopened.RemoveRange(e.Messages),
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

    /// <summary>Whether what leaves is sealed.</summary>
    public bool IsSealed { get; init; }

    /// <summary>Whether it has to be sealed first and waits for keys of the contact.</summary>
    public bool Waits { get; init; }

    /// <summary>Number of the event that holds what leaves: its own, or that of a <see cref="MessageSealed"/>.</summary>
    public long Stored { get; init; }

    /// <summary>Relays that answered about it, the last answer of each.</summary>
    public ImmutableArray<RelayAsk> Asks { get; init; } = [];

    internal OutboxEntry Asked(RelayAsk ask) => this with { Asks = [.. Asks.Where(a => a.Relay != ask.Relay), ask] };
}

/// <summary>A message that could not be read.</summary>
/// <param name="Id">Its derived id: the hash of its envelope.</param>
/// <param name="Reason">Why.</param>
public readonly record struct UnopenedMessage(MessageId Id, UnreadableReason Reason);

/// <summary>A relay's answer.</summary>
/// <param name="Relay">The relay.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Carries">It stored a copy.</param>
public readonly record struct RelayAsk(ContactId Relay, DateTimeOffset At, bool Carries);
