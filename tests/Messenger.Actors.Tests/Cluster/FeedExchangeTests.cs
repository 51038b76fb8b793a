using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.Cluster;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Tests.Cluster;

public sealed class FeedExchangeTests : RosterWorld
{
    private readonly MembersByHand _members;
    private readonly LiveFeed _feed = new();

    public FeedExchangeTests() => _members = new(this);

    [Fact]
    public void What_is_committed_here_is_shown_here_and_told_to_every_other_member()
    {
        var (second, third) = (_members.Add("second"), _members.Add("third"));
        StartExchange();
        using var stream = _feed.Subscribe();
        _feed.Publish(Commit(2));
        Assert.Equal([1, 2], Numbers(stream, 2));
        Assert.Equal([1, 2], second.ExpectMsg<FeedGrew>().Entries.Select(e => e.Number));
        Assert.Equal([1, 2], third.ExpectMsg<FeedGrew>().Entries.Select(e => e.Number));
    }

    [Fact]
    public void What_another_member_tells_is_shown_once_and_told_to_nobody()
    {
        var second = _members.Add("second");
        var exchange = StartExchange();
        using var stream = _feed.Subscribe();
        var told = Commit(2);
        exchange.Tell(new FeedGrew(told));
        exchange.Tell(new FeedGrew(told));
        _feed.Publish(Commit(1));
        Assert.Equal([1, 2, 3], Numbers(stream, 3));

        // The only word of this member is of its own entry.
        Assert.Equal([3], second.ExpectMsg<FeedGrew>().Entries.Select(e => e.Number));
        second.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void What_comes_too_early_is_shown_after_what_is_missing()
    {
        var exchange = StartExchange();
        using var stream = _feed.Subscribe();
        Commit(600);
        exchange.Tell(new FeedGrew(Commit(1)));
        Assert.Equal(Enumerable.Range(1, 601).Select(number => (long)number), Numbers(stream, 601));
    }

    [Fact]
    public void What_nobody_told_is_found_by_looking_while_somebody_watches()
    {
        StartExchange();
        using var stream = _feed.Subscribe();
        Commit(1);
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([1], Numbers(stream, 1));
    }

    [Fact]
    public void Streams_look_for_themselves_when_the_table_has_no_more_what_is_missing()
    {
        StartExchange();
        using var stream = _feed.Subscribe();
        Commit(10);
        Outboxes.Feed = Outboxes.Feed.RemoveRange(0, 5);
        Pass(TimeSpan.FromSeconds(2));
        AwaitCondition(() => stream.Entries.Completion.IsCompleted);
        Assert.Equal(0, _feed.Audience);
    }

    private IActorRef StartExchange()
    {
        var exchange = Sys.ActorOf(Props.Create(() => new FeedExchange(Outboxes, _feed, _members)));

        // Its first look at the table came before it deals with this.
        exchange.Tell(new Identify(0), TestActor);
        ExpectMsg<ActorIdentity>();
        return exchange;
    }

    private static FeedEntry Entry(long number) => new(number, FeedKind.Message, new("anna"), number);

    private ImmutableArray<FeedEntry> Commit(int count)
    {
        ImmutableArray<FeedEntry> entries = [.. Enumerable.Range(Outboxes.Feed.Count + 1, count).Select(number => Entry(number))];
        Outboxes.Feed = Outboxes.Feed.AddRange(entries);
        return entries;
    }

    private List<long> Numbers(FeedSubscription stream, int count)
    {
        var numbers = new List<long>();
        AwaitCondition(() =>
        {
            while (stream.Entries.TryRead(out var entry))
            {
                numbers.Add(entry.Number);
            }

            return numbers.Count >= count;
        });
        return numbers;
    }
}
