using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Roster;
using Messenger.Domain.Contacts;
using static Messenger.Actors.History.HistoryProtocol;
using static Messenger.Actors.Tests.History.HistoryWorld;

namespace Messenger.Actors.Tests.History;

public sealed class SearchIndexingTests : TestKit
{
    private const string Id = "contact-friend";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);
    private readonly OutboxHistory _history = new();
    private readonly MemoryJournal _journal = new();
    private readonly IActorRef _actor;

    public SearchIndexingTests()
        : base(ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\""))
    {
        _actor = Sys.ActorOf(Props.Create(() => new HistoryActor(_history, _journal, new LiveFeed(), TimeProvider.System)));
        _actor.Ask<Ready>(new WaitUntilReady(), RemainingOrDefault).Wait(RemainingOrDefault);
        Heard();
        Advance(Moment * 2);
        AwaitAssert(() => Assert.Equal(1, _history.Indexings));
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void New_texts_are_indexed_when_nothing_was_written_for_a_moment()
    {
        Write(Queued("one"));
        Advance(Moment);
        Assert.Equal(1, _history.Indexings);
        Advance(Moment);
        AwaitAssert(() => Assert.Equal(2, _history.Indexings));
    }

    [Fact]
    public void While_deliveries_are_written_the_index_waits()
    {
        Write(Queued("one"));
        for (var delivered = 0; delivered < 5; delivered++)
        {
            Advance(Moment);
            Write(Row(new MessagesDelivered(DateTimeOffset.UnixEpoch, [EventNumber.First(1)])));
        }

        Assert.Equal(1, _history.Indexings);
        Advance(Moment);
        Advance(Moment);
        AwaitAssert(() => Assert.Equal(2, _history.Indexings));
    }

    private void Write(object row)
    {
        var slice = _journal.Commit(Id, row);
        _actor.Tell(new Committed(slice));
        _actor.Ask<Reached>(new WaitFor(Id, slice.First), RemainingOrDefault).Wait(RemainingOrDefault);
        _actor.Ask<Lag>(new GetLag(), RemainingOrDefault).Wait(RemainingOrDefault);
        Heard();
    }

    private void Advance(TimeSpan time)
    {
        Scheduler.Advance(time);
        Heard();
    }

    // What was said to the indexer before this has been heard when it answers; the history answers about its lag when it has said all.
    private void Heard() => Sys.ActorSelection(_actor.Path / "search-indexer").Ask<ActorIdentity>(new Identify(null), RemainingOrDefault).Wait(RemainingOrDefault);
}
