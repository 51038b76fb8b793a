using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.Tests.History;

/// <summary>The journal of one contact as a test writes it down; one event per second.</summary>
internal sealed class Conversation(string contact)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly List<object> _events = [];

    public ContactId Contact { get; } = new(contact);

    public string PersistenceId => PersistenceIds.Of(Contact);

    public int Length => _events.Count;

    public DateTimeOffset Now => Start.AddSeconds(_events.Count);

    public JournalSlice All => Slice(1, Length);

    public JournalSlice Slice(int first, int last) => new(PersistenceId, first, _events.GetRange(first - 1, last - first + 1));

    public JournalSlice Last(int count) => Slice(Length - count + 1, Length);

    /// <summary>Adds an event; returns its number.</summary>
    public long Add(ContactEvent happened)
    {
        _events.Add(happened);
        return _events.Count;
    }

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
            _events[(int)message - 1] = _events[(int)message - 1] switch
            {
                MessageQueued e => e with { Text = null },
                MessageReceived e => e with { Text = null },
                var other => other,
            };
        }
    }
}
