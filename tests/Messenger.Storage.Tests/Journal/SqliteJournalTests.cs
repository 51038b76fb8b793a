using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Tests.Journal;

public sealed class SqliteJournalTests : JournalTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_tuning_lies_above_the_defaults_of_the_plugin()
    {
        await using var node = await StartAsync();
        var config = node.System.Settings.Config;

        Assert.Equal(1, config.GetInt("akka.persistence.journal.sql.parallelism"));
        Assert.Equal("read-uncommitted", config.GetString("akka.persistence.journal.sql.read-isolation-level"));
        Assert.Equal("read-uncommitted", config.GetString("akka.persistence.snapshot-store.sql.read-isolation-level"));
        Assert.Equal(TimeSpan.FromMilliseconds(200), config.GetTimeSpan("akka.scheduler.tick-duration"));
        Assert.False(config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"));
    }

    [Fact]
    public async Task The_journal_is_in_write_ahead_mode()
    {
        await using var node = await StartAsync();
        await node.System.ActorOf(Recorder.For("contact-a")).Ask<long>(Row("one"), Patience);

        Assert.True(File.Exists(_folder.File("journal.db-wal")));
        await using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    [Fact]
    public async Task Erased_text_is_in_no_file_while_the_node_goes_on_writing()
    {
        await using var node = await StartAsync();
        var actor = node.System.ActorOf(Recorder.For("contact-a"));
        await actor.Ask<long>(Row("a very secret text"), Patience);
        await actor.Ask<long>(Row("nothing special"), Patience);
        await actor.Ask<long>(Row("a large secret text" + new string('x', 20_000)), Patience);
        Assert.True(_folder.Holds("very secret text"));

        var other = node.System.ActorOf(Recorder.For("contact-b"));
        var traffic = Task.WhenAll(Enumerable.Range(0, 200).Select(i => other.Ask<long>(Row($"noise {i}"), Patience)));
        await node.Eraser.EraseAsync(
            "contact-a", 1, 3, (number, row) => number == 2 ? row : WithoutText(row), default);
        await traffic;
        await node.Eraser.ScrubAsync(default);

        Assert.False(_folder.Holds("very secret text"));
        Assert.False(_folder.Holds("large secret text"));
        var left = (await node.Reader.ReadAsync("contact-a", 1, 10, default)).Events.SelectMany(EventsOf).Select(e => e.Text);
        Assert.Equal([null, "nothing special", null], left);
    }

    private protected override Task<StorageNode> StartAsync() => StorageNode.OnSqliteAsync(_folder.Path);
}
