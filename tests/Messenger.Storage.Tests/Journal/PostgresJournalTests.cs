using Akka.Actor;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.Storage.Tests.Journal;

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalTests(PostgresServer server) : JournalTests
{
    private readonly string _database = server.CreateDatabase();

    [SkippableFact]
    public async Task The_tuning_lies_above_the_defaults_of_the_plugin()
    {
        await using var node = await StartAsync();
        var config = node.System.Settings.Config;

        Assert.Equal(100_000, config.GetInt("akka.persistence.journal.sql.buffer-size"));
        Assert.Equal(3, config.GetInt("akka.persistence.journal.sql.parallelism"));
    }

    [SkippableFact]
    public async Task A_server_that_is_back_serves_everybody_at_once_however_often_it_was_asked_in_vain()
    {
        await using var node = await StartAsync();
        Assert.Equal(1, await node.System.ActorOf(Recorder.For("contact-0")).Ask<long>(Row("one"), Patience));

        server.Stop();
        try
        {
            for (var asked = 0; asked < 30; asked++)
            {
                await node.System.ActorOf(Recorder.For("contact-0")).WatchAsync().WaitAsync(Patience);
            }
        }
        finally
        {
            server.Start();
        }

        var written = await Task.WhenAll(Enumerable.Range(1, 30).Select(i => node.System.ActorOf(Recorder.For($"contact-{i}")).Ask<long>(Row("two"), Patience)));
        Assert.All(written, number => Assert.Equal(1, number));
    }

    [SkippableFact]
    public async Task A_member_that_was_shut_out_writes_no_more_and_the_others_do()
    {
        await using var first = await StorageNode.OnPostgresAsync(_database, isMember: true);
        await using var second = await StorageNode.OnPostgresAsync(_database, isMember: true);
        var there = first.System.ActorOf(Recorder.For("contact-a"));
        Assert.Equal(1, await there.Ask<long>(Row("one"), Patience));

        await second.ShutOutAsync(first);
        var stopped = there.WatchAsync();
        there.Tell(Row("too late"));
        await stopped.WaitAsync(Patience);

        var here = second.System.ActorOf(Recorder.For("contact-a"));
        Assert.Equal(2, await here.Ask<long>(Row("two"), Patience));
        Assert.Equal([Received("one"), Received("two")], (await second.Reader.ReadAsync("contact-a", 1, 10, default)).Events.SelectMany(EventsOf));
    }

    [SkippableFact]
    public async Task Erased_text_is_in_no_row_not_even_in_a_dead_one()
    {
        await using var node = await StartAsync();
        var actor = node.System.ActorOf(Recorder.For("contact-a"));
        await actor.Ask<long>(Row("a very secret text"), Patience);
        await actor.Ask<long>(Row("nothing special"), Patience);
        server.Query(_database, "create extension pageinspect");
        Assert.Equal(2, CountVersions());

        await node.Eraser.EraseAsync("contact-a", 1, 1, (_, row) => WithoutText(row), default);
        Assert.Equal(3, CountVersions());
        await node.Eraser.ScrubAsync(default);

        Assert.Equal(2, CountVersions());
        Assert.Equal("0", server.Query(_database, "select count(*) from journal where encode(message, 'escape') like '%very secret%'"));
    }

    private protected override Task<StorageNode> StartAsync() => StorageNode.OnPostgresAsync(_database);

    private int CountVersions() =>
        int.Parse(server.Query(_database, "select count(*) from heap_page_items(get_raw_page('journal', 0)) where t_data is not null"), null);
}
