using Akka.Actor;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Tests.Journal;

public sealed class SqliteJournalTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_survive_the_actor_system()
    {
        await using (var first = await SqliteNode.StartAsync(_folder.Path))
        {
            var recorder = first.System.ActorOf(Recorder.For("contact-a"));
            Assert.Equal(1, await recorder.Ask<long>(Row("one"), Patience));
            Assert.Equal(2, await recorder.Ask<long>(Row("two"), Patience));
        }

        await using var second = await SqliteNode.StartAsync(_folder.Path);
        var recovered = await second.System.ActorOf(Recorder.For("contact-a")).Ask<ContactEvent[]>("what", Patience);
        Assert.Equal([Received("one"), Received("two")], recovered);
    }

    [Fact]
    public async Task The_tuning_lies_above_the_defaults_of_the_plugin()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
        var config = node.System.Settings.Config;

        Assert.Equal(1, config.GetInt("akka.persistence.journal.sql.parallelism"));
        Assert.Equal("read-uncommitted", config.GetString("akka.persistence.journal.sql.read-isolation-level"));
        Assert.Equal("read-uncommitted", config.GetString("akka.persistence.snapshot-store.sql.read-isolation-level"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), config.GetTimeSpan("akka.scheduler.tick-duration"));
        Assert.False(config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"));
    }

    [Fact]
    public async Task The_journal_is_in_write_ahead_mode()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
        await node.System.ActorOf(Recorder.For("contact-a")).Ask<long>(Row("one"), Patience);

        Assert.True(File.Exists(_folder.File("journal.db-wal")));
        await using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    [Fact]
    public async Task A_hundred_actors_write_and_recover_at_once()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
        var names = Enumerable.Range(0, 100).Select(i => $"contact-{i}").ToArray();
        var actors = names.Select(n => node.System.ActorOf(Recorder.For(n))).ToArray();
        var writes = Enumerable.Range(0, 20).SelectMany(i => actors.Select(a => a.Ask<long>(Row($"message {i}"), Patience))).ToArray();
        var readers = names.Select(n => node.Reader.ReadAsync(n, 1, 10, default));

        await Task.WhenAll(readers);
        await Task.WhenAll(writes);
        var sequences = await node.Reader.LastSequencesAsync(default);
        Assert.Equal(names.ToDictionary(n => n, _ => 20L), sequences.ToDictionary());

        foreach (var actor in actors)
        {
            await actor.GracefulStop(Patience);
        }

        var noise = actors.Length;
        var writer = node.System.ActorOf(Recorder.For("contact-noise"));
        var traffic = Task.WhenAll(Enumerable.Range(0, noise).Select(i => writer.Ask<long>(Row($"noise {i}"), Patience)));
        var recovered = await Task.WhenAll(names.Select(n => node.System.ActorOf(Recorder.For(n)).Ask<ContactEvent[]>("what", Patience)));
        await traffic;
        Assert.All(recovered, events => Assert.Equal(20, events.Length));
    }

    [Fact]
    public async Task The_reader_finds_the_last_sequences_and_reads_in_portions()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
        Assert.Empty(await node.Reader.LastSequencesAsync(default));
        Assert.Empty((await node.Reader.ReadAsync("contact-a", 1, 10, default)).Events);

        var a = node.System.ActorOf(Recorder.For("contact-a"));
        var b = node.System.ActorOf(Recorder.For("contact-b"));
        foreach (var text in (string[])["one", "two", "three"])
        {
            await a.Ask<long>(Row(text), Patience);
        }

        await b.Ask<long>(Row("four"), Patience);

        var last = await node.Reader.LastSequencesAsync(default);
        Assert.Equal((2, 3, 1), (last.Count, last["contact-a"], last["contact-b"]));
        var slice = await node.Reader.ReadAsync("contact-a", 2, 1, default);
        Assert.Equal(("contact-a", 2), (slice.PersistenceId, slice.First));
        Assert.Equal([Received("two")], slice.Events.SelectMany(EventsOf));
        Assert.Empty((await node.Reader.ReadAsync("contact-a", 4, 10, default)).Events);
    }

    [Fact]
    public async Task Erased_text_is_in_no_file_while_the_node_goes_on_writing()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
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

    [Fact]
    public async Task Erasing_is_bounded_by_the_numbers_given_and_may_be_repeated()
    {
        await using var node = await SqliteNode.StartAsync(_folder.Path);
        var actor = node.System.ActorOf(Recorder.For("contact-a"));
        var count = 1200;
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => actor.Ask<long>(Row($"message {i}"), Patience)));

        for (var round = 0; round < 2; round++)
        {
            await node.Eraser.EraseAsync("contact-a", 2, count - 1, (_, row) => WithoutText(row), default);
        }

        var texts = (await node.Reader.ReadAsync("contact-a", 1, count, default)).Events.SelectMany(EventsOf).Where(e => e.Text is not null);
        Assert.Equal(["message 1", $"message {count}"], texts.Select(e => e.Text));
    }

    private static ContactCommit Row(string text) => new([Received(text)]);

    private static IEnumerable<MessageReceived> EventsOf(object row) => ((ContactCommit)row).Events.Cast<MessageReceived>();

    private static ContactCommit WithoutText(object row) => new([.. EventsOf(row).Select(e => e with { Text = null })]);

    private static MessageReceived Received(string text) => new(Now, MessageId.Derive("1", "", text), "1", "", text, Now, 1, null, true);
}
