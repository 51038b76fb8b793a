using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.Tests.History;

/// <summary>The journal of one contact as a test writes it down; one event per second and, unless told otherwise, per row.</summary>
internal sealed class Conversation(string contact)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly List<ContactCommit> _rows = [];

    public ContactId Contact { get; } = new(contact);

    public string PersistenceId => PersistenceIds.Of(Contact);

    /// <summary>How many rows there are.</summary>
    public int Length => _rows.Count;

    public DateTimeOffset Now => Start.AddSeconds(_rows.Sum(r => r.Events.Length));

    public JournalSlice All => Slice(1, Length);

    public JournalSlice Slice(int first, int last) => new(PersistenceId, first, _rows.GetRange(first - 1, last - first + 1));

    public JournalSlice Last(int count) => Slice(Length - count + 1, Length);

    /// <summary>Adds an event; returns its number.</summary>
    public long Add(ContactEvent happened)
    {
        _rows.Add(new ContactCommit([happened]));
        return EventNumber.First(_rows.Count);
    }

    /// <summary>Puts the last rows into one; returns the number of its first event.</summary>
    public long Join(int rows)
    {
        var joined = new ContactCommit([.. _rows.TakeLast(rows).SelectMany(r => r.Events)]);
        _rows.RemoveRange(_rows.Count - rows, rows);
        _rows.Add(joined);
        return EventNumber.First(_rows.Count);
    }

    /// <summary>The event of a number.</summary>
    public ContactEvent this[long number] => _rows[(int)EventNumber.RowOf(number) - 1].Events[EventNumber.PlaceOf(number)];

    public long Queue(string text, string? uuid = null) => Add(new MessageQueued(
        Now, uuid ?? $"uuid-{Length}", ClaimedTime.Format(ClaimedTime.ToMicroseconds(Now)), "", text, $"hash of {text}"));

    public long Receive(string text, DateTimeOffset? claimed = null, ContactId? via = null)
    {
        var at = Now;
        return Add(new MessageReceived(
            at,
            MessageId.Derive($"{claimed?.Ticks ?? Length}", "", text),
            "as received",
            "",
            text,
            claimed,
            ClaimedTime.ToMicroseconds(claimed ?? at),
            via,
            via is null));
    }

    public long Deliver(params ImmutableArray<long> messages) => Add(new MessagesDelivered(Now, messages));

    public long Relay(long message, string relay) => Add(new MessageRelayed(Now, message, new ContactId(relay)));

    public long Erase(params ImmutableArray<long> messages) => Add(new EraseRequested(Now, messages, 0));

    public long EraseUpTo(long number) => Add(new EraseRequested(Now, [], number));

    /// <summary>What the eraser makes of the journal: the texts of these messages are gone.</summary>
    public void Overwrite(params ReadOnlySpan<long> messages)
    {
        foreach (var message in messages)
        {
            var row = EventNumber.RowOf(message);
            _rows[(int)row - 1] = ContactDecisions.WithoutTexts(row, _rows[(int)row - 1], new EraseRequested(Now, [message], 0));
        }
    }
}
