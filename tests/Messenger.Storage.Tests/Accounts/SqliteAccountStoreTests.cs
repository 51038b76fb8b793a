using Messenger.Storage.Accounts;

namespace Messenger.Storage.Tests.Accounts;

public sealed class SqliteAccountStoreTests : AccountStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<AccountStore> _opened = [];

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        _folder.Dispose();
    }

    private protected override AccountStore Open()
    {
        _opened.Add(new AccountStore(_folder.File("node.db")));
        return _opened[^1];
    }
}
