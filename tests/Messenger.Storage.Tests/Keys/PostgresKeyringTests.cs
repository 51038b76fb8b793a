using Messenger.Actors.Ports;
using Messenger.Storage.Keys;
using Messenger.Storage.Postgres;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.Storage.Tests.Keys;

[Collection(PostgresCollection.Name)]
public sealed class PostgresKeyringTests : KeyringTests, IDisposable
{
    private readonly KeyStore _store;

    public PostgresKeyringTests(PostgresServer server) =>
        _store = new KeyStore(new PostgresDatabase(PostgresConnection.Durable(server.CreateDatabase()), "own_prekeys"));

    private protected override IKeyStore Store => _store;

    public void Dispose() => _store.Dispose();

    // The server's files are its own: here the rows alone count.
    private protected override bool Holds(string text) => _store.Read().Prekeys.Any(key => key.SealedKey == text);
}
