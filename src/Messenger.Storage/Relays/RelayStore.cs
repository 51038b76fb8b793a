using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.Postgres;
using Messenger.Storage.Sql;

namespace Messenger.Storage.Relays;

/// <summary>What is carried for friends, in tables of its own.</summary>
internal sealed class RelayStore : IRelayStore
{
    private const string Fields = "number, id, requester, recipient, sender, addressee, text, timestamp, enctype, received_at, expires_at";
    // "relayed!" in ASCII.
    private const long Turn = 0x72656C6179656421;

    private readonly SqlDatabase _database;
    private readonly bool _isShared;
    private readonly Lock _gate = new();

    /// <param name="database">Shared with other stores; it must outlive this one.</param>
    /// <param name="isShared">Whether other members of a cluster write, too.</param>
    public RelayStore(SqlDatabase database, bool isShared = false)
    {
        (_database, _isShared) = (database, isShared);
        _database.Create("relays");
    }

    public Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation) => WriteAsync(
        session => Store(session, message, quota), cancellation);

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) => _database.UseAsync(
        session => session.Query(
            $"""
            select {Fields} from relayed where number in (
              select number from (
                select number, cast(sum(bytes) over (order by number) as bigint) - bytes as before from (
                  select number, bytes from relayed where recipient = $1 order by number limit $2) as oldest) as added_up
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

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => _database.UseAsync(
        session => session.Query(
            "select recipient, count(*), cast(sum(bytes) as bigint) from relayed group by recipient",
            row => new RelayHolding(new ContactId(row.GetString(0)), row.GetInt32(1), row.GetInt64(2))).ToImmutableArray(),
        cancellation);

    private static RelayStoring Store(SqlSession session, RelayedMessage message, RelayQuota quota)
    {
        if (session.Single("select 1 from relayed where recipient = $1 and id = $2", row => row.GetInt64(0), message.Recipient.Value, message.Id.Value) == 1)
        {
            return RelayStoring.Held;
        }

        var (messages, bytes) = session.Single(
            "select messages, bytes from relay_usage where requester = $1", row => (row.GetInt64(0), row.GetInt64(1)), message.Requester.Value);
        var inAll = session.Single("select cast(coalesce(sum(bytes), 0) as bigint) from relay_usage", row => row.GetInt64(0));
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

    // What was deleted must leave the files, too; if a reader is in the way, the next one does it.
    private async Task DeleteAsync(Func<SqlSession, int> delete, CancellationToken cancellation)
    {
        if (await WriteAsync(delete, cancellation) > 0)
        {
            await _database.TryScrubAsync(cancellation);
        }
    }

    // One at a time: a quota is read before it is used.
    private Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation) => _database.UseAsync(
        session =>
        {
            lock (_gate)
            {
                return session.Write(() =>
                {
                    if (_isShared)
                    {
                        session.Post(PostgresDatabase.TakeTurn(Turn));
                    }

                    return work(session);
                });
            }
        },
        cancellation);
}
