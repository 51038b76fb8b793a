using Messenger.Actors.Ports;
using Messenger.Storage.History;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Tests.History;

public sealed class SqliteMessageHistoryTests : MessageHistoryTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private MessageHistory _history;

    public SqliteMessageHistoryTests() => _history = SqliteHistory.Open(_folder.File("history.db"));

    private protected override IMessageHistory History => _history;

    public void Dispose()
    {
        _history.Dispose();
        _folder.Dispose();
    }

    [Fact]
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

    [Fact]
    public async Task A_deleted_file_begins_a_new_life()
    {
        var friend = new Conversation("friend");
        var number = friend.Queue("hello");
        await Apply(friend.All);
        var epoch = History.Epoch;
        _history.Dispose();
        File.Delete(_folder.File("history.db"));

        Reopen();

        Assert.NotEqual(epoch, History.Epoch);
        Assert.Empty(await History.OffsetsAsync(default));
    }

    [Theory]
    [InlineData("not a database at all, but long enough to be looked at by whoever opens it")]
    [InlineData("SQLite format 3\0 and then nothing that makes sense, up to the end of the header of a hundred bytes and more")]
    public async Task A_file_that_cannot_be_read_is_replaced(string content)
    {
        _history.Dispose();
        await File.WriteAllTextAsync(_folder.File("history.db"), content);

        Reopen();

        Assert.Empty(await History.OffsetsAsync(default));
    }

    [Fact]
    public async Task A_file_of_another_version_is_replaced()
    {
        var friend = new Conversation("friend");
        friend.Queue("hello");
        await Apply(friend.All);
        _history.Dispose();
        await using (var connection = new SqliteConnection($"Data Source={_folder.File("history.db")};Pooling=False"))
        {
            connection.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Reopen();

        Assert.Empty(await History.OffsetsAsync(default));
    }

    [Fact]
    public async Task Erased_text_is_in_no_file_of_the_folder()
    {
        var friend = new Conversation("friend");
        var secret = friend.Receive("a very secret text");
        var large = friend.Receive("a large secret text" + new string('x', 20_000));
        for (var i = 0; i < 100; i++)
        {
            friend.Receive($"nothing special {i}");
        }

        await Apply(friend.All);
        Assert.True(_folder.Holds("very secret text"));
        Assert.True(_folder.Holds("large secret text"));

        friend.Erase(secret, large);
        await Apply(friend.Last(1));
        await History.ScrubAsync(default);

        Assert.False(_folder.Holds("very secret text"));
        Assert.False(_folder.Holds("large secret text"));
        Assert.True(_folder.Holds("nothing special 99"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_500)]
    public async Task Erased_words_are_in_no_file_of_the_folder(int erased)
    {
        var friend = new Conversation("friend");
        var last = 0L;
        for (var i = 0; i < erased; i++)
        {
            last = friend.Receive($"zwqxjvkpfh common {i}");
        }

        for (var i = 0; i < 100; i++)
        {
            friend.Receive($"common zwaoe {i}");
        }

        await Apply(friend.All);
        Assert.True(_folder.Holds("qxjvkpfh"));

        friend.EraseUpTo(last);
        await Apply(friend.Last(1));
        await History.ScrubAsync(default);

        // Not even what FTS5 leaves of a word behind one that begins alike, nor its beginnings.
        Assert.False(_folder.Holds("qxjvkpfh"));
        Assert.False(_folder.Holds("zwqx"));
        Assert.False(_folder.Holds("zwq"));
        Assert.Equal(100, (await Find("common zwaoe")).Count);
    }

    private void Reopen()
    {
        _history.Dispose();
        _history = SqliteHistory.Open(_folder.File("history.db"));
    }
}
