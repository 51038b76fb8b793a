using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>The read model in a database: one transaction at a time writes, readers see the last commit and wait for nobody.</summary>
/// <param name="database">With the tables of history.*.sql; it is this one's alone.</param>
/// <param name="writing">The same for the one who writes; it may be the very same.</param>
/// <param name="epoch">The life of these tables.</param>
/// <param name="search">How this engine finds texts.</param>
/// <param name="takeTurn">First of all in a transaction that writes: waits for other processes that do.</param>
internal sealed class MessageHistory(SqlDatabase database, SqlDatabase writing, string epoch, ISearch search, Action<SqlSession> takeTurn) : IMessageHistory, IDisposable
{
    private const int IndexedAtOnce = 1_000;
    private readonly Lock _gate = new();

    public string Epoch => epoch;

    public Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation) =>
        Write((session, index) => new HistoryWriter(session, index).Apply(slices), cancellation);

    public Task<bool> IndexAsync(int limit, CancellationToken cancellation) => Write((_, index) => index.IndexSome(limit), cancellation);

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) => Read<IReadOnlyDictionary<string, long>>(
        session => session.Query("select persistence_id, sequence from offsets", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary(),
        cancellation);

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation) =>
        Read(session => session.Page(contact, request), cancellation);

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) =>
        Read(session => session.Message(contact, number), cancellation);

    public Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation) =>
        Read<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>>(session => session.Messages(messages), cancellation);

    public async Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation)
    {
        if (!await Read(IndexingBacklog.IsEmpty, cancellation))
        {
            while (await IndexAsync(IndexedAtOnce, cancellation))
            {
            }
        }

        return await Read(session => search.Find(session, request), cancellation);
    }

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        Read(session => session.KnownIds(contact, ids), cancellation);

    public Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation) =>
        Read(session => session.SentEnvelopes(contact, hashes), cancellation);

    public Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        Read(session => session.Sent(contact, ids), cancellation);

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation) =>
        Read(session => session.QueuedByUuid(contact, uuid), cancellation);

    public Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation) =>
        Read<ImmutableArray<long>>(session => [.. session.SettledBefore(contact, before, limit)], cancellation);

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) =>
        Read<IReadOnlyDictionary<ContactId, ContactSummary>>(session => session.Summaries(), cancellation);

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) =>
        Read<ImmutableArray<ContactId>>(session => [.. session.WithOutbox()], cancellation);

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) =>
        Read(session => session.FeedSince(since, limit), cancellation);

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) => Read(session => session.LastFeedNumber(), cancellation);

    public Task ScrubAsync(CancellationToken cancellation) => database.ScrubAsync(cancellation);

    public void Dispose()
    {
        database.Dispose();
        if (writing != database)
        {
            writing.Dispose();
        }
    }

    // The lock goes before the session: so there is one that writes, with a cache that nobody else makes worthless.
    private Task<T> Write<T>(Func<SqlSession, IndexingBacklog, T> work, CancellationToken cancellation) => Task.Run(
        () =>
        {
            lock (_gate)
            {
                return writing.Use(session => session.Write(() =>
                {
                    takeTurn(session);
                    return work(session, new IndexingBacklog(session, search.Index(session)));
                }));
            }
        },
        cancellation);

    private Task<T> Read<T>(Func<SqlSession, T> query, CancellationToken cancellation) =>
        database.UseAsync(session => session.Read(() => query(session)), cancellation);
}
