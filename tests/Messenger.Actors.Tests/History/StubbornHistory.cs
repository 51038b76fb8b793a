using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Actors.Tests.History;

/// <summary>A read model whose writes a test can hold up, count, and make fail before or after the commit.</summary>
internal sealed class StubbornHistory(IMessageHistory inner) : IMessageHistory
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _failures;
    private int _transactions;

    public int Transactions => _transactions;

    public string Epoch => inner.Epoch;

    /// <summary>The next writes fail, every second one after its commit.</summary>
    public void Fail(int times) => _failures = times;

    /// <summary>Writes wait until the result is disposed.</summary>
    public async Task<IDisposable> HoldAsync()
    {
        await _gate.WaitAsync();
        return new Release(_gate);
    }

    public async Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _transactions);
        await _gate.WaitAsync(cancellation);
        try
        {
            var failure = Interlocked.Decrement(ref _failures);
            if (failure >= 0 && failure % 2 == 0)
            {
                throw new IOException("The disk is not in the mood.");
            }

            var applied = await inner.ApplyAsync(slices, cancellation);
            return failure >= 0 ? throw new IOException("The disk did it and says that it did not.") : applied;
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) => inner.OffsetsAsync(cancellation);

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation) =>
        inner.MessagesAsync(contact, request, cancellation);

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) => inner.MessageAsync(contact, number, cancellation);

    public Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation) => inner.MessagesAsync(messages, cancellation);

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        inner.KnownIdsAsync(contact, ids, cancellation);

    public Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        inner.SentAsync(contact, ids, cancellation);

    public Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation) =>
        inner.SentEnvelopesAsync(contact, hashes, cancellation);

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation) =>
        inner.QueuedByUuidAsync(contact, uuid, cancellation);

    public Task<bool> IndexAsync(int limit, CancellationToken cancellation) => inner.IndexAsync(limit, cancellation);

    public Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation) => inner.SearchAsync(request, cancellation);

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) => inner.SummariesAsync(cancellation);

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) => inner.WithOutboxAsync(cancellation);

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) => inner.FeedAsync(since, limit, cancellation);

    public Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation) => inner.SettledBeforeAsync(contact, before, limit, cancellation);

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) => inner.LastFeedNumberAsync(cancellation);

    public Task ScrubAsync(CancellationToken cancellation) => inner.ScrubAsync(cancellation);

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
