using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Storage.Postgres;
using Messenger.Storage.Relays;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.Storage.Tests.Relays;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRelayStoreTests : RelayStoreTests, IDisposable
{
    private readonly PostgresDatabase _database;
    private RelayStore _store;

    public PostgresRelayStoreTests(PostgresServer server)
    {
        _database = new PostgresDatabase(PostgresConnection.Durable(server.CreateDatabase()), "relayed");
        _store = new RelayStore(_database);
    }

    private protected override IRelayStore Store => _store;

    public void Dispose() => _database.Dispose();

    [SkippableFact]
    public async Task It_is_the_same_after_a_restart()
    {
        var message = Message("hello", new ContactId("anna"), new ContactId("bert"));
        await Store.StoreAsync(message, new RelayQuota(), default);
        _store = new RelayStore(_database);

        Assert.Equal(RelayStoring.Held, await Store.StoreAsync(message, new RelayQuota(), default));
    }
}
