using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Storage.Relays;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Tests.Relays;

public sealed class SqliteRelayStoreTests : RelayStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteFile _file;
    private RelayStore _store;

    public SqliteRelayStoreTests()
    {
        _file = new SqliteFile(_folder.File("node.db"), Durability.Full).Prepared();
        _store = new RelayStore(_file);
    }

    private protected override IRelayStore Store => _store;

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_the_same_after_a_restart()
    {
        var message = Message("hello", new ContactId("anna"), new ContactId("bert"));
        await Store.StoreAsync(message, new RelayQuota(), default);
        _store = new RelayStore(_file);

        Assert.Equal(RelayStoring.Held, await Store.StoreAsync(message, new RelayQuota(), default));
    }

    [Fact]
    public async Task Delivered_text_is_in_no_file_of_the_folder()
    {
        var recipient = new ContactId("bert");
        await Store.StoreAsync(Message("a very secret text", new ContactId("anna"), recipient), new RelayQuota(), default);
        Assert.True(_folder.Holds("very secret text"));

        await Store.RemoveAsync([(await Store.PendingAsync(recipient, 1, 1, default))[0].Number], default);

        Assert.False(_folder.Holds("very secret text"));
    }
}
