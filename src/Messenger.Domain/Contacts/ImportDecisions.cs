using System.Collections.Immutable;
using System.Text;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>A message of another life of this conversation, with the fields that went over the wire.</summary>
/// <param name="Timestamp">The timestamp text.</param>
/// <param name="Enctype">Encryption; empty is plaintext.</param>
/// <param name="Text">The text.</param>
public abstract record ImportedMessage(string Timestamp, string Enctype, string Text)
{
    /// <summary>One that came in.</summary>
    /// <param name="Id">Its derived id.</param>
    /// <param name="Timestamp">As received.</param>
    /// <param name="Enctype">As received.</param>
    /// <param name="Text">The text.</param>
    /// <param name="ArrivedAt">When it arrived there, UTC.</param>
    /// <param name="Via">The relay that brought it.</param>
    /// <param name="Proven">Whether the author was proven.</param>
    /// <param name="IsRead">Whether the owner has read it.</param>
    public sealed record Received(
        MessageId Id, string Timestamp, string Enctype, string Text, DateTimeOffset ArrivedAt, ContactId? Via, bool Proven, bool IsRead)
        : ImportedMessage(Timestamp, Enctype, Text)
    {
        /// <summary>The author's time, UTC, if it was sealed: what is inside goes before <see cref="ImportedMessage.Timestamp"/>.</summary>
        public DateTimeOffset? ClaimedAt { get; init; }
    }

    /// <summary>One that the owner wrote.</summary>
    /// <param name="Uuid">The client's id.</param>
    /// <param name="Timestamp">The wire timestamp, as we emit it.</param>
    /// <param name="Enctype">Encryption.</param>
    /// <param name="Text">The text.</param>
    /// <param name="WrittenAt">When it was queued there, UTC.</param>
    /// <param name="End">What became of it; one that waits is sent from here, as the same message.</param>
    /// <param name="Reason">Why it was refused.</param>
    public sealed record Written(
        string Uuid, string Timestamp, string Enctype, string Text, DateTimeOffset WrittenAt, WrittenEnd End, string? Reason)
        : ImportedMessage(Timestamp, Enctype, Text);
}

/// <summary>What became of an imported message of the owner.</summary>
public enum WrittenEnd
{
    /// <summary>Nothing yet.</summary>
    Waiting,

    /// <summary>It was delivered.</summary>
    Delivered,

    /// <summary>It was refused.</summary>
    Refused,
}

/// <summary>What became of an item of an import.</summary>
public enum Importing
{
    /// <summary>It is new here.</summary>
    Added,

    /// <summary>It was here before.</summary>
    Known,

    /// <summary>Another text was written here under its uuid.</summary>
    Conflict,

    /// <summary>The contact's room is used up.</summary>
    NoRoom,
}

/// <summary>What the read model knows of the items of an import.</summary>
/// <param name="Ids">Derived ids that were received before.</param>
/// <param name="Uuids">Text hashes of uuids that were written before.</param>
public sealed record KnownBefore(ImmutableHashSet<MessageId> Ids, ImmutableDictionary<string, string> Uuids)
{
    /// <summary>Nothing.</summary>
    public static KnownBefore Nothing { get; } = new([], ImmutableDictionary<string, string>.Empty);
}

/// <summary>Takes messages of another life of the conversation in; doing it again changes nothing.</summary>
public static class ImportDecisions
{
    /// <summary>Imports messages.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="items">In the order in which they were stored there.</param>
    /// <param name="older">What the read model knows of them, when ids or uuids have left the state's windows.</param>
    /// <param name="now">The clock.</param>
    /// <returns>With what became of each.</returns>
    public static Decision<ImmutableArray<Importing>> Import(
        ContactState state, IReadOnlyCollection<ImportedMessage> items, KnownBefore older, DateTimeOffset now)
    {
        var batch = new Batch(state, older, now);
        return new([.. items.Select(batch.Add)], batch.Events());
    }

    private sealed class Batch(ContactState state, KnownBefore older, DateTimeOffset now)
    {
        private readonly ImmutableArray<ContactEvent>.Builder _messages = ImmutableArray.CreateBuilder<ContactEvent>();
        private readonly HashSet<MessageId> _ids = [];
        private readonly Dictionary<string, string> _uuids = [];
        private readonly List<long> _delivered = [];
        private readonly List<ContactEvent> _refused = [];
        private long _bytes = state.BytesStored;

        // A read cursor must not run over a message that waits to be read.
        private bool _allRead = state.ReadCursor >= state.LastReceived;
        private long _readUpTo;

        private long Number => state.Sequence + _messages.Count;

        public Importing Add(ImportedMessage item) => item switch
        {
            ImportedMessage.Received received => Add(received),
            ImportedMessage.Written written => Add(written),
            _ => throw new InvalidOperationException($"{item} cannot be imported."),
        };

        public ImmutableArray<ContactEvent> Events()
        {
            if (_delivered.Count > 0)
            {
                _messages.Add(new MessagesDelivered(now, [.. _delivered]));
            }

            _messages.AddRange(_refused);
            if (_readUpTo > 0)
            {
                _messages.Add(new ReadMarked(now, _readUpTo));
            }

            return _messages.ToImmutable();
        }

        private Importing Add(ImportedMessage.Received item)
        {
            if (state.Received.TryFind(item.Id, out _, out _) || older.Ids.Contains(item.Id) || !_ids.Add(item.Id))
            {
                return Importing.Known;
            }

            var size = Encoding.UTF8.GetByteCount(item.Text);
            if (_bytes + size > ContactDecisions.MaxBytesStored)
            {
                _ids.Remove(item.Id);
                return Importing.NoRoom;
            }

            _bytes += size;
            var claimed = item.ClaimedAt ?? ClaimedTime.Parse(item.Timestamp);
            var arrived = Past(item.ArrivedAt);
            _messages.Add(new MessageReceived(
                now, item.Id, item.Timestamp, item.Enctype, item.Text, claimed, ClaimedTime.ToMicroseconds(claimed ?? arrived), item.Via, item.Proven)
            { ArrivedAt = arrived });
            _allRead &= item.IsRead;
            _readUpTo = _allRead ? Number : _readUpTo;
            return Importing.Added;
        }

        private Importing Add(ImportedMessage.Written item)
        {
            var hash = ContactDecisions.HashOf(item.Text);
            var known = state.Queued.TryFind(item.Uuid, out _, out var there) ? there : older.Uuids.GetValueOrDefault(item.Uuid) ?? _uuids.GetValueOrDefault(item.Uuid);
            if (known is not null)
            {
                return known == hash ? Importing.Known : Importing.Conflict;
            }

            _uuids.Add(item.Uuid, hash);
            _messages.Add(new MessageQueued(now, item.Uuid, item.Timestamp, item.Enctype, item.Text, hash) { WrittenAt = Past(item.WrittenAt) });
            if (item.End == WrittenEnd.Delivered)
            {
                _delivered.Add(Number);
            }
            else if (item.End == WrittenEnd.Refused)
            {
                _refused.Add(new MessageRefused(now, Number, item.Reason ?? ""));
            }

            return Importing.Added;
        }

        private DateTimeOffset Past(DateTimeOffset time) => time < now ? time : now;
    }
}
