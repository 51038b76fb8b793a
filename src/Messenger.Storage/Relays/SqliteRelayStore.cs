using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Relays;

/// <summary>What is carried for friends, in tables of its own within node.db.</summary>
internal sealed class SqliteRelayStore : IRelayStore, IDisposable
{
    private const string Fields = "number, id, requester, recipient, sender, addressee, text, timestamp, enctype, received_at, expires_at";
    private readonly SqliteFile _file;
    private readonly SqliteSession _session;
    private readonly Lock _gate = new();

    /// <param name="file">Prepared; shared with other stores.</param>
    public SqliteRelayStore(SqliteFile file)
    {
        _file = file;
        _session = file.Open();
        _session.Execute(SqliteFile.Script("relays.sql"));
    }

    public Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation) => Locked(
        session => session.Write(() => Store(session, message, quota)), cancellation);

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) => Locked(
        session => session.Query(
            $"""
            select {Fields} from relayed where number in (
              select number from (
                select number, sum(bytes) over (order by number) - bytes as before from (
                  select number, bytes from relayed where recipient = $1 order by number limit $2))
              where before = 0 or before < $3)
            order by number
            """,
            row => new HeldMessage(
                row.GetInt64(0),
                new RelayedMessage(
                    new MessageId(row.GetString(1)),
                    new ContactId(row.GetString(2)),
                    new ContactId(row.GetString(3)),
                    row.GetString(4),
                    row.GetString(5),
                    row.GetString(6),
                    row.GetString(7),
                    row.GetString(8),
                    row.Time(9),
                    row.Time(10))),
            recipient.Value,
            count,
            bytes).ToImmutableArray(),
        cancellation);

    public Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation) => DeleteAsync(
        session => numbers.Sum(number => session.Execute("delete from relayed where number = $1", number)), cancellation);

    public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => DeleteAsync(
        session => session.Execute("delete from relayed where expires_at <= $1", ClaimedTime.ToMicroseconds(now)), cancellation);

    public Task ForgetAsync(ContactId contact, CancellationToken cancellation) => DeleteAsync(
        session => session.Execute("delete from relayed where recipient = $1 or requester = $1", contact.Value), cancellation);

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => Locked(
        session => session.Query(
            "select recipient, count(*), sum(bytes) from relayed group by recipient",
            row => new RelayHolding(new ContactId(row.GetString(0)), row.GetInt32(1), row.GetInt64(2))).ToImmutableArray(),
        cancellation);

    public void Dispose()
    {
        lock (_gate)
        {
            _session.Dispose();
        }
    }

    private static RelayStoring Store(SqliteSession session, RelayedMessage message, RelayQuota quota)
    {
        if (session.Single("select 1 from relayed where recipient = $1 and id = $2", row => row.GetInt64(0), message.Recipient.Value, message.Id.Value) == 1)
        {
            return RelayStoring.Held;
        }

        var (messages, bytes) = session.Single(
            "select messages, bytes from relay_usage where requester = $1", row => (row.GetInt64(0), row.GetInt64(1)), message.Requester.Value);
        var inAll = session.Single("select coalesce(sum(bytes), 0) from relay_usage", row => row.GetInt64(0));
        if (messages >= quota.MessagesPerRequester || bytes + message.Bytes > quota.BytesPerRequester || inAll + message.Bytes > quota.BytesInAll)
        {
            return RelayStoring.OverQuota;
        }

        session.Execute(
            """
            insert into relayed (recipient, requester, id, bytes, received_at, expires_at, sender, addressee, timestamp, enctype, text)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            message.Recipient.Value,
            message.Requester.Value,
            message.Id.Value,
            message.Bytes,
            ClaimedTime.ToMicroseconds(message.ReceivedAt),
            ClaimedTime.ToMicroseconds(message.ExpiresAt),
            message.From,
            message.To,
            message.Timestamp,
            message.Enctype,
            message.Text);
        return RelayStoring.Stored;
    }

    // Deleted rows are overwritten in the file, and the log that still holds them is emptied; if a reader is in the way, by the next one.
    private Task<bool> DeleteAsync(Func<SqliteSession, int> delete, CancellationToken cancellation) => Locked(
        session => session.Write(() => delete(session)) > 0 && _file.TryTruncateLog(), cancellation);

    private Task<T> Locked<T>(Func<SqliteSession, T> work, CancellationToken cancellation) => Task.Run(
        () =>
        {
            lock (_gate)
            {
                return work(_session);
            }
        },
        cancellation);
}
