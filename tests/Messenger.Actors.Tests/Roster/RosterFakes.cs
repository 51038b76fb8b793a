using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Tests.Roster;

/// <summary>Seals by turning the text around.</summary>
internal sealed class ReversingVault : IKeyVault
{
    public string Seal(string key) => "~" + new string([.. key.Reverse()]);

    public string Open(string sealedKey) => new([.. sealedKey[1..].Reverse()]);

    public string Seal(ReadOnlySpan<byte> key) => Seal(Convert.ToBase64String(key));

    public byte[] OpenBytes(string sealedKey) => Convert.FromBase64String(Open(sealedKey));

    public string LookupHash(string key) => "#" + key;
}

/// <summary>A network in which each address answers as it is told; nobody is there otherwise.</summary>
internal sealed class ScriptedTransport : IPeerTransport
{
    public ConcurrentDictionary<Address, Func<PeerCall, PeerReply>> Peers { get; } = new();

    public ConcurrentQueue<(Address Address, DialTrust Trust, PeerCall Call)> Calls { get; } = new();

    public Task<PeerReply> CallAsync(Address address, DialTrust trust, PeerCall call, CancellationToken cancellation)
    {
        Calls.Enqueue((address, trust, call));
        return Task.FromResult(Peers.TryGetValue(address, out var peer) ? peer(call) : new PeerReply.NoAnswer("nobody there"));
    }
}

/// <summary>A journal in memory that cannot write a contact of one address, and fails at a write of nothing, as the SQL journal does.</summary>
public sealed class FailingJournal : MemoryJournal
{
    public const string Unwritable = "192.0.2.66";

    protected override Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToArray();
        return writes.Length == 0 || writes.SelectMany(w => (IEnumerable<IPersistentRepresentation>)w.Payload).Any(p => p.Payload is ContactAdded { Addresses: [Unwritable, ..] })
            ? Task.FromException<IImmutableList<Exception?>>(new IOException("The disk is full."))
            : base.WriteMessagesAsync(writes, cancellationToken);
    }
}

/// <summary>A read model of which only the outboxes, the feed and the work at the search index are looked at.</summary>
internal sealed class OutboxHistory : IMessageHistory
{
    private int _indexings;

    public ImmutableArray<ContactId> Outboxes { get; set; } = [];

    /// <summary>The feed's table, oldest first; what comes before is pruned.</summary>
    public ImmutableList<FeedEntry> Feed { get; set; } = [];

    public string Epoch => "epoch";

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) => Task.FromResult(Outboxes);

    /// <summary>How often the search index was worked at.</summary>
    public int Indexings => _indexings;

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(ImmutableDictionary<string, long>.Empty);

    public Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation) => Task.FromResult(new AppliedEvents(
        [], slices.ToImmutableDictionary(s => s.PersistenceId, s => s.First + s.Events.Count - 1), Unindexed: slices.Sum(s => s.Events.Cast<ContactCommit>().Sum(row => row.Events.OfType<MessageQueued>().Count()))));

    public Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<bool> IndexAsync(int limit, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _indexings);
        return Task.FromResult(false);
    }

    public Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) => Task.FromResult<ImmutableArray<FeedEntry>?>(
        Feed is [var first, ..] && since < first.Number - 1 ? null : [.. Feed.Where(entry => entry.Number > since).Take(limit)]);

    public Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) => Task.FromResult(Feed is [.., var last] ? last.Number : 0);

    public Task ScrubAsync(CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>A relay store that remembers what it was told to forget.</summary>
internal sealed class ForgettingRelayStore : IRelayStore
{
    public ImmutableArray<RelayHolding> Holdings { get; set; } = [];

    public ConcurrentQueue<ContactId> Forgotten { get; } = new();

    public ConcurrentQueue<DateTimeOffset> Expired { get; } = new();

    public Task ForgetAsync(ContactId contact, CancellationToken cancellation)
    {
        Forgotten.Enqueue(contact);
        return Task.CompletedTask;
    }

    public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        Expired.Enqueue(now);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => Task.FromResult(Holdings);

    public Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation) => throw new NotSupportedException();
}
