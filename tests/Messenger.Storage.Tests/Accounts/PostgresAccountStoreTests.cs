using Messenger.Storage.Accounts;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.Storage.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class PostgresAccountStoreTests(PostgresServer server) : AccountStoreTests, IDisposable
{
    private readonly string _database = server.CreateDatabase();
    private readonly List<AccountStore> _opened = [];

    public void Dispose() => _opened.ForEach(store => store.Dispose());

    private protected override AccountStore Open()
    {
        _opened.Add(PostgresStorage.OpenAccounts(_database));
        return _opened[^1];
    }
}
