using Messenger.Actors.Ports;
using Messenger.Storage.Keys;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Tests.Keys;

public sealed class SqliteKeyringTests : KeyringTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly KeyStore _store;

    public SqliteKeyringTests() => _store = new KeyStore(new SqliteFile(_folder.File("journal.db"), Durability.Full).Prepared());

    private protected override IKeyStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private protected override bool Holds(string text) => _folder.Holds(text);
}
