using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery;

/// <summary>What answers come to over several requests; what each comes to by itself is in <see cref="SettlingTableTests"/>.</summary>
public class SettlingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliverySettings Settings = new();
    private static readonly Exchange Ping = new Exchange.Ping();
    private static readonly Exchange Send = new Exchange.Deliver([1], Carried: false);
    private static readonly Exchange History = new Exchange.Deliver([1, 2, 3], Carried: false);

    [Fact]
    public void Only_the_messages_answered_1_are_delivered()
    {
        var settled = Settle(History, Statuses(1, 0, 1));
        Assert.Equal([1, 3], Assert.Single(settled.Events.OfType<MessagesDelivered>()).Messages.AsEnumerable());
        Assert.Equal(2, Assert.Single(settled.Events.OfType<MessageDeferred>()).Message);
        Assert.False(settled.Link.KeyDoubted);
    }

    [Fact]
    public void The_same_reason_is_recorded_once()
    {
        var first = Settle(Send, Status(0));
        var state = first.Events.Aggregate(State, (s, e) => s.Apply(e));
        Assert.Empty(Settling.Settle(state, first.Link with { InFlight = Send }, Status(0), 1, Settings, 0.5, Now).Events);
        Assert.Single(Settling.Settle(state, first.Link with { InFlight = Send }, Status(2), 1, Settings, 0.5, Now).Events);
    }

    [Fact]
    public void What_was_erased_while_it_was_under_way_makes_no_event()
    {
        var state = State.Apply(new EraseRequested(Now, [2], 0));
        var settled = Settling.Settle(state, Link.New with { InFlight = History }, Statuses(1, 1, 1), 1, Settings, 0.5, Now);
        Assert.Equal([1, 3], Assert.IsType<MessagesDelivered>(Assert.Single(settled.Events)).Messages.AsEnumerable());
        Assert.Empty(Settling.Settle(state, Link.New with { InFlight = new Exchange.Deliver([2], false) }, Http(413), 1, Settings, 0.5, Now).Events);
    }

    [Fact]
    public void A_message_that_is_not_taken_waits_longer_each_time()
    {
        var link = Link.New;
        var waits = new List<double>();
        for (var i = 0; i < 14; i++)
        {
            link = Settling.Settle(State, link with { InFlight = Send }, Status(0), 1, Settings, 0.5, Now).Link;
            waits.Add((link.Deferred[1].NotBefore - Now).TotalSeconds);
        }

        Assert.Equal([10, 20, 40, 60, 60, 60, 60, 60, 60, 300, 300, 300, 300, 300], waits);
    }

    [Fact]
    public void Each_address_is_tried_before_the_contact_counts_as_lost()
    {
        var first = Settling.Settle(State, Link.New with { InFlight = Ping }, new Outcome.Silence("a"), 3, Settings, 0.5, Now);
        Assert.Equal((false, 1, null, 0), (first.Lost, first.Link.AddressIndex, first.Link.NotBefore, first.Link.Failures));
        var second = Settling.Settle(State, first.Link with { InFlight = Ping }, new Outcome.Silence("b"), 3, Settings, 0.5, Now);
        Assert.Equal((false, 2), (second.Lost, second.Link.AddressIndex));
        var third = Settling.Settle(State, second.Link with { InFlight = Ping }, new Outcome.Silence("c"), 3, Settings, 0.5, Now);
        Assert.Equal((true, 0, 1), (third.Lost, third.Link.AddressIndex, third.Link.Failures));
        Assert.Equal(1, Settling.Settle(State, first.Link with { InFlight = Ping }, new Outcome.Pong(), 3, Settings, 0.5, Now).Link.AddressIndex);
    }

    [Fact]
    public void A_wrong_key_is_told_by_a_refused_ping_after_only_zeros_and_holds_everything()
    {
        var zeros = Settle(History, Statuses(0, 0, 0)).Link;
        Assert.True(zeros.KeyDoubted);
        var held = Settling.Settle(State, zeros with { InFlight = Ping }, Status(0), 1, Settings, 0.5, Now).Link;
        Assert.True(held.KeyHeld);
        Assert.Equal(Now + Settings.RetryMax, held.NotBefore);
        Assert.False(Settling.Settle(State, zeros with { InFlight = Ping }, new Outcome.Pong(), 1, Settings, 0.5, Now).Link.KeyHeld);
        Assert.False(held.Heard(Now).KeyHeld);
        Assert.Null(held.Heard(Now).NotBefore);
        Assert.False(held.Refreshed().KeyHeld);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("400")]
    [InlineData("500")]
    [InlineData("silence")]
    [InlineData("429")]
    public void While_the_key_is_held_no_answer_makes_the_next_ping_follow_at_once(string outcome)
    {
        var held = Link.New with { KeyHeld = true, InFlight = Ping };
        Assert.True(Settling.Settle(State, held, SettlingTableTests.Answer(outcome), 1, Settings, 0.5, Now).Link.NotBefore > Now);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(0, 5)]
    [InlineData(-10, 5)]
    [InlineData(40, 40)]
    [InlineData(3600, 3600)]
    public void A_contact_that_asks_us_to_slow_down_is_left_alone_for_as_long_as_it_says_but_never_not_at_all(int? seconds, int wait)
    {
        var retryAfter = seconds is { } s ? TimeSpan.FromSeconds(s) : (TimeSpan?)null;
        var settled = Settle(History, new Outcome.Rejected(429, retryAfter));
        Assert.Equal(Now.AddSeconds(wait), settled.Link.NotBefore);
        Assert.Equal(settled.Link.NotBefore, settled.Link.Heard(Now).NotBefore);
    }

    [Fact]
    public void A_gateway_that_says_when_to_come_back_is_believed() =>
        Assert.Equal(Now.AddSeconds(40), Settle(Ping, new Outcome.Rejected(503, TimeSpan.FromSeconds(40))).Link.NotBefore);

    [Fact]
    public void A_history_that_is_too_large_or_never_answered_is_halved_and_grows_again_with_each_that_passes()
    {
        var link = Link.New;
        foreach (var outcome in new Outcome[] { Http(413), new Outcome.Silence("timeout") })
        {
            link = Settling.Settle(State, Link.New with { InFlight = new Exchange.Deliver([.. Enumerable.Range(1, 9).Select(n => (long)n)], false) }, outcome, 1, Settings, 0.5, Now).Link;
            Assert.Equal(4, link.BatchLimit);
        }

        foreach (var (size, next) in new[] { (4, 5), (5, 6), (6, 7), (7, 8), (8, 10), (10, 12), (12, 15), (15, 18), (18, 22), (22, 27), (90, 112), (400, 500), (500, 500) })
        {
            link = link with { BatchLimit = size };
            var batch = new Exchange.Deliver([.. Enumerable.Range(1, size).Select(n => (long)n)], false);
            link = Settling.Settle(State, link with { InFlight = batch }, new Outcome.Statuses([.. Enumerable.Repeat(1, size)]), 1, Settings, 0.5, Now).Link;
            Assert.Equal(next, link.BatchLimit);
        }
    }

    [Fact]
    public void A_history_grows_only_when_a_full_one_was_taken_whole()
    {
        var full = new Exchange.Deliver([.. Enumerable.Range(1, Settings.BatchMessages).Select(n => (long)n)], false);
        Assert.Equal(125, Settle(full, new Outcome.Statuses([.. Enumerable.Repeat(1, 100)])).Link.BatchLimit);
        Assert.Null(Settle(full, new Outcome.Statuses([.. Enumerable.Repeat(1, 99), 0])).Link.BatchLimit);
        Assert.Null(Settle(new Exchange.Deliver([1, 2, 3], false), Statuses(1, 1, 1)).Link.BatchLimit);
    }

    [Fact]
    public void A_message_that_is_never_answered_does_not_hold_up_the_others()
    {
        var link = Settle(Send, new Outcome.Silence("reset")).Link;
        Assert.True(DeliverySchedule.IsReady(link.Deferred, 1, Now));
        link = Settling.Settle(State, link.Heard(Now) with { InFlight = Send }, new Outcome.Silence("reset"), 1, Settings, 0.5, Now).Link.Heard(Now);
        var step = DeliverySchedule.Next(State, 3, link, new LinkView(true, true, false, 1), Settings, Now);
        Assert.Equal([2, 3], Assert.IsType<Exchange.Deliver>(step.Start).Numbers.AsEnumerable());
    }

    [Fact]
    public void Settling_when_nothing_is_under_way_is_a_mistake() =>
        Assert.Throws<InvalidOperationException>(() => Settling.Settle(State, Link.New, Status(1), 1, Settings, 0.5, Now));

    private static ContactState State { get; } = Enumerable.Range(1, 3)
        .Aggregate(ContactState.Empty, (s, n) => s.Apply(new MessageQueued(Now, $"u{n}", $"{n}", "", "t", "h")));

    private static Settlement Settle(Exchange exchange, Outcome outcome) =>
        Settling.Settle(State, Link.New with { InFlight = exchange }, outcome, 1, Settings, 0.5, Now);

    private static Outcome.Status Status(int value) => new Outcome.Status(value);

    private static Outcome.Statuses Statuses(params ImmutableArray<int> values) => new Outcome.Statuses(values);

    private static Outcome.Rejected Http(int status) => new Outcome.Rejected(status, null);
}
