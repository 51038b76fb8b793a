using System.Collections.Immutable;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>A <see cref="ContactState"/> as it is written to disk; it holds no bodies, so that erasing never has to rewrite one.</summary>
public sealed record ContactSnapshot(
    long Sequence,
    ImmutableArray<ContactSnapshot.OutboxRow> Outbox,
    ImmutableArray<ContactSnapshot.ReceivedRow> Received,
    long ReceivedForgotten,
    long ForgottenUpTo,
    ImmutableArray<ContactSnapshot.QueuedRow> Queued,
    long QueuedForgotten,
    long ForgottenUuidTime,
    long LastTimestamp,
    long LastReceived,
    long ReadCursor,
    long BytesStored,
    ImmutableArray<ContactSnapshot.EraseRow> Erasing,
    ContactSnapshot.SealingRow? Sealing = null,
    ContactSnapshot.ReceiptsRow? Receipts = null,
    ContactSnapshot.MovesRow? Moves = null)
{
    /// <summary>Who knows whose address; none while nothing of the kind was said.</summary>
    public sealed record MovesRow(string? AddressTold, long AddressToldCounter, long MovedCounter);

    /// <summary>What concerns the extensions; none when the contact knows of none.</summary>
    public sealed record ReceiptsRow(PeerCaps Caps, ImmutableArray<ReadRange> Owed, long OwedSince, string? Relays = null);

    /// <summary>An <see cref="OutboxEntry"/>.</summary>
    public sealed record OutboxRow(long Number, DateTimeOffset QueuedAt, string? Reason, ImmutableArray<AskRow> Asks, WireRow? Wire = null);

    /// <summary>The form in which a message leaves; none for plaintext as it was queued.</summary>
    public sealed record WireRow(bool IsSealed, bool Waits, long Stored);

    /// <summary>What concerns sealed messages; none when there were none. The rest of it is <see cref="SealingSnapshot"/>'s.</summary>
    public sealed record SealingRow(bool Held, ImmutableArray<UnopenedRow> Unopened, long LastLateText, SealingSnapshot? State);

    /// <summary>An <see cref="UnopenedMessage"/>.</summary>
    public sealed record UnopenedRow(long Number, string Id, UnreadableReason Reason);

    /// <summary>A <see cref="RelayAsk"/>.</summary>
    public sealed record AskRow(string Relay, DateTimeOffset At, bool Carries);

    /// <summary>A received id.</summary>
    public sealed record ReceivedRow(string Id, long Number, long? Claimed);

    /// <summary>A queued uuid.</summary>
    public sealed record QueuedRow(string Uuid, long Number, string TextHash);

    /// <summary>An erase that is not carried out yet.</summary>
    public sealed record EraseRow(long Number, DateTimeOffset At, ImmutableArray<long> Messages, long UpTo);

    /// <summary>Writes a state down.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sealing">The keys and chains that belong to it.</param>
    public static ContactSnapshot Of(ContactState state, SealingSnapshot? sealing = null) => new(
        state.Sequence,
        [.. state.Outbox.Select(o => new OutboxRow(
            o.Key, o.Value.QueuedAt, o.Value.Reason, [.. o.Value.Asks.Select(a => new AskRow(a.Relay.Value, a.At, a.Carries))], Wire(o.Key, o.Value)))],
        [.. state.Received.Entries.Select(e => new ReceivedRow(e.Key.Value, e.Number, e.Value))],
        state.Received.ForgottenNumber,
        state.ForgottenUpTo,
        [.. state.Queued.Entries.Select(e => new QueuedRow(e.Key, e.Number, e.Value))],
        state.Queued.ForgottenNumber,
        state.ForgottenUuidTime,
        state.LastTimestamp,
        state.LastReceived,
        state.ReadCursor,
        state.BytesStored,
        [.. state.Erasing.Select(e => new EraseRow(e.Key, e.Value.At, e.Value.Messages, e.Value.UpTo))],
        state is { Held: false, Unopened.IsEmpty: true, LastLateText: 0 } && sealing is null ? null : new SealingRow(
            state.Held, [.. state.Unopened.Select(u => new UnopenedRow(u.Key, u.Value.Id.Value, u.Value.Reason))], state.LastLateText, sealing),
        state is { Caps: PeerCaps.None, Owed.IsEmpty: true, Relays: "" } ? null : new ReceiptsRow(state.Caps, state.Owed, state.OwedSince, state.Relays.Length > 0 ? state.Relays : null),
        state is { AddressTold: null, MovedCounter: 0 } ? null : new MovesRow(state.AddressTold, state.AddressToldCounter, state.MovedCounter));

    /// <summary>Reads a state back.</summary>
    public ContactState Restore() => new()
    {
        Sequence = Sequence,
        Outbox = Outbox.ToImmutableSortedDictionary(
            o => o.Number,
            o => new OutboxEntry(o.QueuedAt)
            {
                Reason = o.Reason,
                IsSealed = o.Wire?.IsSealed ?? false,
                Waits = o.Wire?.Waits ?? false,
                Stored = o.Wire?.Stored ?? o.Number,
                Asks = [.. o.Asks.Select(a => new RelayAsk(new ContactId(a.Relay), a.At, a.Carries))],
            }),
        Waiting = Outbox.Count(o => o.Wire is { Waits: true }),
        Held = Sealing?.Held ?? false,
        Unopened = (Sealing?.Unopened ?? []).ToImmutableSortedDictionary(u => u.Number, u => new UnopenedMessage(new MessageId(u.Id), u.Reason)),
        LastLateText = Sealing?.LastLateText ?? 0,
        Received = RecentWindow<MessageId, long?>.Restore(Received.Select(r => (new MessageId(r.Id), r.Number, r.Claimed)), ReceivedForgotten),
        ForgottenUpTo = ForgottenUpTo,
        Queued = RecentWindow<string, string>.Restore(Queued.Select(q => (q.Uuid, q.Number, q.TextHash)), QueuedForgotten),
        ForgottenUuidTime = ForgottenUuidTime,
        LastTimestamp = LastTimestamp,
        LastReceived = LastReceived,
        ReadCursor = ReadCursor,
        Caps = Receipts?.Caps ?? PeerCaps.None,
        Relays = Receipts?.Relays ?? "",
        AddressTold = Moves?.AddressTold,
        AddressToldCounter = Moves?.AddressToldCounter ?? 0,
        MovedCounter = Moves?.MovedCounter ?? 0,
        Owed = Receipts?.Owed ?? [],
        OwedSince = Receipts?.OwedSince ?? 0,
        BytesStored = BytesStored,
        Erasing = Erasing.ToImmutableSortedDictionary(e => e.Number, e => new EraseRequested(e.At, e.Messages, e.UpTo)),
    };

    private static WireRow? Wire(long number, OutboxEntry entry) =>
        entry is { IsSealed: false, Waits: false } && entry.Stored == number ? null : new WireRow(entry.IsSealed, entry.Waits, entry.Stored);
}

/// <summary>The keys and chains of a contact as they are written to disk.</summary>
/// <param name="Bundle">The newest bundle of the pinned identity, as JSON.</param>
/// <param name="Verified">Whether the owner compared it.</param>
/// <param name="PlaintextAllowed">Whether messages go as plain text all the same.</param>
/// <param name="Offered">The bundle of another identity that waits for the owner.</param>
/// <param name="Refused">The last identity that the owner did not take.</param>
/// <param name="BundleGiven">The counter of our bundle that was last sealed in.</param>
/// <param name="Outgoing">Our chain.</param>
/// <param name="Incoming">The contact's chains.</param>
/// <param name="ByLink">Whether an invite link verified it, and nobody compared it.</param>
public sealed record SealingSnapshot(
    string? Bundle, bool Verified, bool PlaintextAllowed, string? Offered, string? Refused, long BundleGiven,
    SealingSnapshot.OutgoingRow? Outgoing, ImmutableArray<SealingSnapshot.IncomingRow> Incoming, bool? ByLink = null)
{
    /// <summary>Our chain.</summary>
    public sealed record OutgoingRow(string Sid, long Last, string? LastHash, string? Life = null);

    /// <summary>A chain of the contact.</summary>
    public sealed record IncomingRow(string Sid, DateTimeOffset FirstTime, long Last, string LastHash, ImmutableArray<GapRow> Missing, long Forgotten);

    /// <summary>Messages that have not come.</summary>
    public sealed record GapRow(long From, long To, string? Before, string LastHash);
}
