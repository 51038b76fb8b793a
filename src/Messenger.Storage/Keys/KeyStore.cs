using Messenger.Actors.Ports;
using Messenger.Domain.Messages;
using Messenger.Storage.Sql;

namespace Messenger.Storage.Keys;

/// <summary>The node's own keys, beside the journal: whoever has the one without the other cannot go on.</summary>
internal sealed class KeyStore : IKeyStore, IDisposable
{
    private readonly SqlDatabase _database;

    /// <param name="database">The journal's; closed together with this one.</param>
    public KeyStore(SqlDatabase database)
    {
        _database = database;
        _database.Create("keys");
    }

    public StoredKeyring Read() => _database.Use(session => session.Read(() => new StoredKeyring(
        session.Single("select sealed from own_identity", row => row.GetString(0)),
        [
            .. session.Query(
                "select id, public, created_at, expires_at, fallback, sealed from own_prekeys order by created_at, expires_at",
                row => new StoredPrekey(row.GetString(0), row.GetString(1), row.Time(2), row.Time(3), row.Flag(4), row.GetString(5))),
        ],
        session.Single("select json from own_bundle", row => row.GetString(0)),
        session.Single("select life from own_keys_life", row => row.GetString(0)) ?? "")));

    public bool Write(KeyringChange change) => _database.Use(session => session.Write(() => Write(session, change)));

    public Task ScrubAsync(CancellationToken cancellation) => _database.ScrubAsync(cancellation);

    public void Dispose() => _database.Dispose();

    private static bool Write(SqlSession session, KeyringChange change)
    {
        // First of all: whoever comes second waits here, and then finds another bundle.
        var isNext = change.Before is { } before
            ? session.Execute("update own_bundle set json = $1 where one = 1 and json = $2", change.Bundle, before)
            : session.Execute("insert into own_bundle (one, json) values (1, $1) on conflict (one) do nothing", change.Bundle);
        if (isNext == 0)
        {
            return false;
        }

        if (change.SealedIdentity is { } identity)
        {
            session.Execute("insert into own_identity (one, sealed) values (1, $1) on conflict (one) do update set sealed = excluded.sealed", identity);
        }

        foreach (var key in change.Created)
        {
            session.Execute(
                "insert into own_prekeys (id, public, created_at, expires_at, fallback, sealed) values ($1, $2, $3, $4, $5, $6)",
                key.Id,
                key.Public,
                ClaimedTime.ToMicroseconds(key.CreatedAt),
                ClaimedTime.ToMicroseconds(key.Expires),
                key.IsFallback ? 1 : 0,
                key.SealedKey);
        }

        foreach (var id in change.Erased)
        {
            session.Execute("delete from own_prekeys where id = $1", id);
        }

        session.Execute("insert into own_keys_life (one, life) values (1, $1) on conflict (one) do update set life = excluded.life", change.Life);
        return true;
    }
}
