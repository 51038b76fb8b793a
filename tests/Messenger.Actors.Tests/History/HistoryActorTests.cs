using Akka.Actor;
using Akka.Persistence;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Microsoft.Extensions.Time.Testing;
using static Messenger.Actors.Tests.History.HistoryWorld;

namespace Messenger.Actors.Tests.History;

public sealed class HistoryActorTests : IDisposable
{
    private static readonly ContactId Friend = new("friend");
    private static readonly string Id = PersistenceIds.Of(Friend);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("messenger-history-").FullName;
    private readonly MemoryJournal _journal = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_hint_reaches_the_read_model_and_the_live_feed()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        using var stream = world.Feed.Subscribe();
        world.Hint(_journal.Commit(Id, Queued("one"), Received("two")));

        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal(new FeedEntry(1, FeedKind.Message, Friend, EventNumber.First(1)), await stream.Entries.ReadAsync(patience.Token));
        Assert.Equal(new FeedEntry(2, FeedKind.Message, Friend, EventNumber.First(2)), await stream.Entries.ReadAsync(patience.Token));
        Assert.Equal(["one", "two"], await world.Texts(Friend));
        Assert.Equal(0, _journal.Reads);
    }

    [Fact]
    public async Task Repeated_and_overlapping_hints_change_nothing()
    {
        await using var world = await StartAsync(_folder, _journal);
        var first = _journal.Commit(Id, Queued("one"), Queued("two"));
        var second = _journal.Commit(Id, Queued("three"));
        world.Hint(first);
        world.Hint(first);
        world.Hint(new JournalSlice(Id, 2, [first.Events[1], second.Events[0]]));
        world.Hint(second);
        await world.Reached(Id, 3);

        Assert.Equal(["one", "two", "three"], await world.Texts(Friend));
        Assert.Equal(3, await world.History.LastFeedNumberAsync(default));
    }

    [Fact]
    public async Task What_another_member_committed_before_it_was_gone_is_caught_up_with()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        using var stream = world.Feed.Subscribe();
        _journal.Commit(Id, Queued("one"), Queued("two"));

        world.CatchUp();

        using var patience = new CancellationTokenSource(Patience);
        await stream.Entries.ReadAsync(patience.Token);
        await stream.Entries.ReadAsync(patience.Token);
        Assert.Equal(["one", "two"], await world.Texts(Friend));
    }

    [Fact]
    public async Task After_a_busy_transaction_what_comes_waits_a_moment_to_share_the_next_one()
    {
        var time = new FakeTimeProvider();
        await using var world = await StartAsync(_folder, _journal, time);
        await world.Ready();
        world.Hint(_journal.Commit(Id, [.. Enumerable.Range(1, 8).Select(n => Queued($"{n}"))]));
        await world.Reached(Id, 8);
        world.Hint(_journal.Commit(Id, Queued("9")));
        world.Hint(_journal.Commit(Id, Queued("10")));
        using var stream = world.Feed.Subscribe();
        await world.Ready();
        Assert.Equal(1, world.History.Transactions);

        time.Advance(TimeSpan.FromMilliseconds(20));
        using var patience = new CancellationTokenSource(Patience);
        await stream.Entries.ReadAsync(patience.Token);
        await stream.Entries.ReadAsync(patience.Token);
        Assert.Equal(2, world.History.Transactions);
        Assert.Equal(0, _journal.Reads);
    }

    [Fact]
    public async Task A_contact_that_has_somebody_to_answer_does_not_wait_for_the_rest()
    {
        await using var world = await StartAsync(_folder, _journal, new FakeTimeProvider());
        await world.Ready();
        world.Hint(_journal.Commit(Id, [.. Enumerable.Range(1, 8).Select(n => Queued($"{n}"))]));
        await world.Reached(Id, 8);
        world.Hint(_journal.Commit(Id, Queued("9")));

        await world.Reached(Id, 9);

        Assert.Equal(9, (await world.Texts(Friend)).Count());
    }

    [Fact]
    public async Task Who_looks_finds_what_was_told_before_without_waiting_for_the_rest()
    {
        await using var world = await StartAsync(_folder, _journal, new FakeTimeProvider());
        await world.Ready();
        await world.UpToDate();
        world.Hint(_journal.Commit(Id, [.. Enumerable.Range(1, 8).Select(n => Queued($"{n}"))]));
        world.Hint(_journal.Commit(Id, Queued("9")));
        await world.UpToDate();
        Assert.Equal(9, (await world.Texts(Friend)).Count());

        world.Hint(_journal.Commit(Id, Queued("10")));
        await world.UpToDate();
        Assert.Equal(10, (await world.Texts(Friend)).Count());
    }

    [Fact]
    public async Task Who_looks_while_the_journal_is_read_waits_for_all_of_it()
    {
        await using var world = await StartAsync(_folder, _journal, new FakeTimeProvider());
        await world.Ready();
        _journal.Commit(Id, [.. Enumerable.Range(1, 250).Select(n => Queued($"{n}"))]);
        world.Announce(Id, 250);
        await world.UpToDate();
        Assert.Equal(250, (await world.Texts(Friend)).Count());
    }

    [Fact]
    public async Task What_has_to_be_read_from_the_journal_never_waits()
    {
        await using var world = await StartAsync(_folder, _journal, new FakeTimeProvider());
        await world.Ready();
        _journal.Commit(Id, [.. Enumerable.Range(1, 250).Select(n => Queued($"{n}"))]);
        world.Announce(Id, 250);
        await world.Reached(Id, 250);

        Assert.Equal(250, (await world.Texts(Friend)).Count());
    }

    [Fact]
    public async Task A_lost_hint_is_repaired_by_the_next_one()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        _journal.Commit(Id, Queued("one"), Queued("two"));
        world.Hint(_journal.Commit(Id, Queued("three")));
        await world.Reached(Id, 3);

        Assert.Equal(["one", "two", "three"], await world.Texts(Friend));
    }

    [Fact]
    public async Task A_lost_last_hint_is_repaired_by_the_announcement_after_a_recovery()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        using var stream = world.Feed.Subscribe();
        _journal.Commit(Id, Queued("one"));
        world.Announce(Id, 1);

        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal(EventNumber.First(1), (await stream.Entries.ReadAsync(patience.Token)).Message);
        Assert.Equal(["one"], await world.Texts(Friend));
    }

    [Fact]
    public async Task Whoever_waits_for_a_lost_event_gets_it()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        _journal.Commit(Id, Queued("one"));
        await world.Reached(Id, 1);

        Assert.Equal(["one"], await world.Texts(Friend));
    }

    [Fact]
    public async Task Whoever_waits_for_an_event_that_is_still_to_come_is_answered_when_it_came()
    {
        await using var world = await StartAsync(_folder, _journal);
        var reached = world.Reached(Id, 2);
        world.Hint(_journal.Commit(Id, Queued("one")));
        await world.Reached(Id, 1);
        Assert.False(reached.IsCompleted);

        world.Hint(_journal.Commit(Id, Queued("two")));
        await reached;
        Assert.Equal(["one", "two"], await world.Texts(Friend));
    }

    [Fact]
    public async Task What_is_hinted_during_a_transaction_goes_into_the_next_one_together()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        var hold = await world.History.HoldAsync();
        var contacts = Enumerable.Range(0, 20).Select(i => new ContactId($"friend{i}")).ToArray();
        world.Hint(_journal.Commit(Id, Queued("first")));
        foreach (var contact in contacts)
        {
            world.Hint(_journal.Commit(PersistenceIds.Of(contact), Queued("one"), Queued("two")));
        }

        var reached = Task.WhenAll(contacts.Select(c => world.Reached(PersistenceIds.Of(c), 2)));
        await world.Ready();
        hold.Dispose();
        await reached;

        Assert.Equal(2, world.History.Transactions);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_writes_fail_before_or_after_the_commit()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        world.History.Fail(times: 3);
        world.Hint(_journal.Commit(Id, Queued("one"), Queued("two")));
        world.Hint(_journal.Commit(Id, Queued("three")));
        await world.Reached(Id, 3);

        Assert.True(world.History.Transactions >= 2);
        Assert.Equal(["one", "two", "three"], await world.Texts(Friend));
        Assert.Equal(3, await world.History.LastFeedNumberAsync(default));
    }

    [Fact]
    public async Task A_burst_is_indexed_for_the_search_though_nobody_searches()
    {
        await using var world = await StartAsync(_folder, _journal);
        await world.Ready();
        world.Hint(_journal.Commit(Id, [.. Enumerable.Range(0, 1_200).Select(i => Queued($"message {i}"))]));
        await world.Reached(Id, 1_200);

        await world.IndexIsComplete();
    }

    [Fact]
    public async Task A_read_model_that_lags_behind_is_whole_when_the_node_is_ready()
    {
        await using (var before = await StartAsync(_folder, _journal))
        {
            before.Hint(_journal.Commit(Id, Queued("one")));
            await before.Reached(Id, 1);
        }

        var many = Enumerable.Range(0, 1200).Select(i => (object)Queued($"message {i}")).ToArray();
        _journal.Commit(Id, Queued("two"));
        _journal.Commit("contact-other", many);
        await using var after = await StartAsync(_folder, _journal);
        await after.Ready();

        Assert.Equal(["one", "two"], await after.Texts(Friend));
        Assert.Equal(1200, (await after.History.OffsetsAsync(default))["contact-other"]);
    }

    [Fact]
    public async Task A_deleted_read_model_is_rebuilt_from_the_journal_with_the_same_rows()
    {
        IReadOnlyList<string> rows;
        await using (var before = await StartAsync(_folder, journal: null))
        {
            var recorder = before.System.ActorOf(Props.Create(() => new Recorder(Id)));
            object[] events =
            [
                Queued("one"), Received("two"), Queued("three"),
                Row(new MessagesDelivered(DateTimeOffset.UnixEpoch, [EventNumber.First(1)])), Row(new ReadMarked(DateTimeOffset.UnixEpoch, EventNumber.First(2))),
            ];
            foreach (var happened in events)
            {
                var number = await recorder.Ask<long>(happened, Patience);
                before.Hint(new JournalSlice(Id, number, [happened]));
            }

            await before.Reached(Id, events.Length);
            rows = await Rows(before);
        }

        File.Delete(Path.Combine(_folder, "history.db"));
        await using var after = await StartAsync(_folder, journal: null);
        await after.Ready();

        Assert.Equal(rows, await Rows(after));
        Assert.Contains("three", rows[0], StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> Rows(HistoryWorld world) =>
    [
        .. (await world.History.MessagesAsync(Friend, new MessagePageRequest(null, null, null, 1000), default)).Messages.Select(m => m.ToString()),
        .. (await world.History.SummariesAsync(default)).Select(s => s.ToString()),
        .. (await world.History.OffsetsAsync(default)).Select(o => o.ToString()),
    ];

    private sealed class Recorder : ReceivePersistentActor
    {
        public Recorder(string persistenceId)
        {
            PersistenceId = persistenceId;
            Recover<ContactCommit>(_ => { });
            Command<ContactCommit>(row => Persist(row, _ => Sender.Tell(LastSequenceNr)));
        }

        public override string PersistenceId { get; }
    }
}
