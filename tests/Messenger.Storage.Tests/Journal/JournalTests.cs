using Akka.Actor;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.Tests.Journal;

/// <summary>What every journal does, whatever database it is in.</summary>
public abstract class JournalTests
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [SkippableFact]
    public async Task Events_survive_the_actor_system()
    {
        await using (var first = await StartAsync())
        {
            var recorder = first.System.ActorOf(Recorder.For("contact-a"));
            Assert.Equal(1, await recorder.Ask<long>(Row("one"), Patience));
            Assert.Equal(2, await recorder.Ask<long>(Row("two"), Patience));
        }

        await using var second = await StartAsync();
        var recovered = await second.System.ActorOf(Recorder.For("contact-a")).Ask<ContactEvent[]>("what", Patience);
        Assert.Equal([Received("one"), Received("two")], recovered);
    }

    [SkippableFact]
    public async Task A_hundred_actors_write_and_recover_at_once()
    {
        await using var node = await StartAsync();
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

    [SkippableFact]
    public async Task A_second_writer_of_the_same_contact_is_refused_and_stops()
    {
        await using var node = await StartAsync();
        var first = node.System.ActorOf(Recorder.For("contact-a"));
        var second = node.System.ActorOf(Recorder.For("contact-a"));
        Assert.Empty(await first.Ask<ContactEvent[]>("what", Patience));
        Assert.Empty(await second.Ask<ContactEvent[]>("what", Patience));
        var stopped = second.WatchAsync();

        Assert.Equal(1, await first.Ask<long>(Row("one"), Patience));
        second.Tell(Row("another one"));
        await stopped.WaitAsync(Patience);

        Assert.Equal(2, await first.Ask<long>(Row("two"), Patience));
        Assert.Equal([Received("one"), Received("two")], (await node.Reader.ReadAsync("contact-a", 1, 10, default)).Events.SelectMany(EventsOf));
    }

    [SkippableFact]
    public async Task The_reader_finds_the_last_sequences_and_reads_in_portions()
    {
        await using var node = await StartAsync();
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

    [SkippableFact]
    public async Task Erasing_is_bounded_by_the_numbers_given_and_may_be_repeated()
    {
        await using var node = await StartAsync();
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

    /// <summary>A node on the database of this test.</summary>
    private protected abstract Task<StorageNode> StartAsync();

    private protected static ContactCommit Row(string text) => new([Received(text)]);

    private protected static IEnumerable<MessageReceived> EventsOf(object row) => ((ContactCommit)row).Events.Cast<MessageReceived>();

    private protected static ContactCommit WithoutText(object row) => new([.. EventsOf(row).Select(e => e with { Text = null })]);

    private protected static MessageReceived Received(string text) => new(Now, MessageId.Derive("1", "", text), "1", "", text, Now, 1, null, true);
}
