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
    ImmutableArray<ContactSnapshot.EraseRow> Erasing)
{
    /// <summary>An <see cref="OutboxEntry"/>.</summary>
    public sealed record OutboxRow(long Number, DateTimeOffset QueuedAt, string? Reason, ImmutableArray<AskRow> Asks);

    /// <summary>A <see cref="RelayAsk"/>.</summary>
    public sealed record AskRow(string Relay, DateTimeOffset At, bool Carries);

    /// <summary>A received id.</summary>
    public sealed record ReceivedRow(string Id, long Number, long? Claimed);

    /// <summary>A queued uuid.</summary>
    public sealed record QueuedRow(string Uuid, long Number, string TextHash);

    /// <summary>An erase that is not carried out yet.</summary>
    public sealed record EraseRow(long Number, DateTimeOffset At, ImmutableArray<long> Messages, long UpTo);

    /// <summary>Writes a state down.</summary>
    public static ContactSnapshot Of(ContactState state) => new(
        state.Sequence,
        [.. state.Outbox.Select(o => new OutboxRow(
            o.Key, o.Value.QueuedAt, o.Value.Reason, [.. o.Value.Asks.Select(a => new AskRow(a.Relay.Value, a.At, a.Carries))]))],
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
        [.. state.Erasing.Select(e => new EraseRow(e.Key, e.Value.At, e.Value.Messages, e.Value.UpTo))]);

    /// <summary>Reads a state back.</summary>
    public ContactState Restore() => new()
    {
        Sequence = Sequence,
        Outbox = Outbox.ToImmutableSortedDictionary(
            o => o.Number,
            o => new OutboxEntry(o.QueuedAt) { Reason = o.Reason, Asks = [.. o.Asks.Select(a => new RelayAsk(new ContactId(a.Relay), a.At, a.Carries))] }),
        Received = RecentWindow<MessageId, long?>.Restore(Received.Select(r => (new MessageId(r.Id), r.Number, r.Claimed)), ReceivedForgotten),
        ForgottenUpTo = ForgottenUpTo,
        Queued = RecentWindow<string, string>.Restore(Queued.Select(q => (q.Uuid, q.Number, q.TextHash)), QueuedForgotten),
        ForgottenUuidTime = ForgottenUuidTime,
        LastTimestamp = LastTimestamp,
        LastReceived = LastReceived,
        ReadCursor = ReadCursor,
        BytesStored = BytesStored,
        Erasing = Erasing.ToImmutableSortedDictionary(e => e.Number, e => new EraseRequested(e.At, e.Messages, e.UpTo)),
    };
}
