using Messenger.Actors.Ports;
using Messenger.Storage.History;
using Messenger.Storage.Postgres;
using Messenger.Storage.Sql;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.Storage.Tests.History;

[Collection(PostgresCollection.Name)]
public sealed class PostgresMessageHistoryTests : MessageHistoryTests, IDisposable
{
    private readonly PostgresServer _server;
    private readonly string _database;
    private MessageHistory _history;

    public PostgresMessageHistoryTests(PostgresServer server)
    {
        (_server, _database) = (server, server.CreateDatabase());
        _history = PostgresHistory.Open(_database, isShared: true);
    }

    private protected override IMessageHistory History => _history;

    public void Dispose() => _history.Dispose();

    [Fact]
    public void A_database_that_serves_readers_and_the_writer_is_let_go_once()
    {
        var database = new CountedDatabase();

        new MessageHistory(database, database, "epoch", new PostgresSearch(), _ => { }).Dispose();

        Assert.Equal(1, database.Disposals);
    }

    [SkippableFact]
    public async Task It_is_the_same_after_a_restart()
    {
        var friend = new Conversation("friend");
        var number = friend.Queue("hello");
        await Apply(friend.All);
        var epoch = History.Epoch;

        Reopen();

        Assert.Equal(epoch, History.Epoch);
        Assert.Equal("hello", (await Message(number)).Text);
    }

    [SkippableTheory]
    [InlineData("drop schema history cascade")]
    [InlineData("update history.life set version = 99")]
    public async Task A_dropped_schema_or_one_of_another_version_begins_a_new_life(string change)
    {
        var friend = new Conversation("friend");
        friend.Queue("hello");
        await Apply(friend.All);
        var epoch = History.Epoch;
        _server.Query(_database, change);

        Reopen();

        Assert.NotEqual(epoch, History.Epoch);
        Assert.Empty(await History.OffsetsAsync(default));
    }

    [SkippableFact]
    public async Task Erased_text_is_in_no_row_not_even_in_a_dead_one()
    {
        var friend = new Conversation("friend");
        var secret = friend.Receive("a very secret text");
        friend.Receive("nothing special");
        await Apply(friend.All);
        _server.Query(_database, "create extension pageinspect");

        friend.Erase(secret);
        await Apply(friend.Last(1));
        await History.ScrubAsync(default);

        Assert.Equal("2", _server.Query(_database, "select count(*) from heap_page_items(get_raw_page('history.messages', 0)) where t_data is not null"));
        Assert.Equal("nothing special", _server.Query(_database, "select text from history.messages where text is not null"));
    }

    private void Reopen()
    {
        _history.Dispose();
        _history = PostgresHistory.Open(_database, isShared: true);
    }

    private sealed class CountedDatabase : SqlDatabase
    {
        public int Disposals { get; private set; }

        public override string Dialect => throw new NotSupportedException();

        public override T Use<T>(Func<SqlSession, T> work) => throw new NotSupportedException();

        public override Task<T> UseAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation) => throw new NotSupportedException();

        public override Task ScrubAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public override Task TryScrubAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public override void Dispose() => Disposals++;
    }
}
