using System.Collections.Concurrent;
using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.History;

/// <summary>The read model in a file of its own: one connection writes, readers see the last commit and wait for nobody.</summary>
internal sealed class SqliteMessageHistory : IMessageHistory, IDisposable
{
    private const int MaxIdleReaders = 4;
    private readonly SqliteFile _file;
    private readonly SqliteSession _session;
    private readonly HistoryWriter _writer;
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<SqliteSession> _readers = [];

    /// <summary>Opens the file, or makes a new one in place of one that cannot be read.</summary>
    public SqliteMessageHistory(string path)
    {
        _file = new SqliteFile(path, Durability.Normal);
        Epoch = HistorySchema.Open(_file);
        _session = _file.Open();
        _writer = new HistoryWriter(_session, new SearchIndex(_session));
    }

    public string Epoch { get; }

    public Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation) => Task.Run(
        () =>
        {
            lock (_gate)
            {
                return _session.Write(() => _writer.Apply(slices));
            }
        },
        cancellation);

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) => Read<IReadOnlyDictionary<string, long>>(
        session => session.Query("select persistence_id, sequence from offsets", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary(),
        cancellation);

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation) =>
        Read(session => session.Page(contact, request), cancellation);

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) =>
        Read(session => session.Message(contact, number), cancellation);

    public Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation) => Read(session => session.Search(request), cancellation);

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        Read(session => session.KnownIds(contact, ids), cancellation);

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation) =>
        Read(session => session.QueuedByUuid(contact, uuid), cancellation);

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) =>
        Read<IReadOnlyDictionary<ContactId, ContactSummary>>(session => session.Summaries(), cancellation);

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) =>
        Read<ImmutableArray<ContactId>>(session => [.. session.WithOutbox()], cancellation);

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) =>
        Read(session => session.FeedSince(since, limit), cancellation);

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) => Read(session => session.LastFeedNumber(), cancellation);

    public Task ScrubAsync(CancellationToken cancellation) => _file.ScrubAsync(cancellation);

    public void Dispose()
    {
        lock (_gate)
        {
            _session.Dispose();
        }

        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _file.Release();
    }

    private Task<T> Read<T>(Func<SqliteSession, T> query, CancellationToken cancellation) => Task.Run(
        () =>
        {
            // Kept open with its prepared statements: opening one takes longer than most queries.
            if (!_readers.TryTake(out var session))
            {
                session = _file.Open();
            }

            try
            {
                var result = session.Read(() => query(session));
                Keep(session);
                return result;
            }
            catch
            {
                session.Dispose();
                throw;
            }
        },
        cancellation);

    private void Keep(SqliteSession reader)
    {
        if (_readers.Count < MaxIdleReaders)
        {
            _readers.Add(reader);
        }
        else
        {
            reader.Dispose();
        }
    }
}
