using System.Collections.Immutable;
using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery;

public class DeliveryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliverySettings Settings = new();
    private static readonly LinkView Friend = new(Dialable: true, HasKey: true, HandshakeDue: false, Addresses: 1);
    private static readonly int[] HttpErrors = [302, 400, 401, 404, 405, 413, 422, 429, 500, 502, 503];
    private static readonly Gen<Outcome> AnyOutcome = Gen.OneOf(
        Gen.Int[-1, 5].Select(n => (Outcome)new Outcome.Status(n)),
        Gen.Int[0, 1].List[0, 4].Select(s => (Outcome)new Outcome.Statuses([.. s])),
        Gen.Const((Outcome)new Outcome.Pong()),
        Gen.Select(Gen.Int[0, 10].Select(i => HttpErrors[i]), Gen.Int[-1, 5]).Select(r =>
            (Outcome)new Outcome.Rejected(r.Item1, r.Item2 < 0 ? null : TimeSpan.FromSeconds(r.Item2))),
        Gen.Const((Outcome)new Outcome.Misshapen("?")),
        Gen.Const((Outcome)new Outcome.Silence("timeout")));

    private static readonly Gen<LinkView> AnyView = Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[1, 3], (key, handshake, addresses) => new LinkView(true, key, handshake, addresses));

    /// <summary>Answers come at once, the same ones over and over: whoever follows an answer at once is told by the count.</summary>
    [Fact]
    public void Whatever_a_contact_answers_it_is_not_called_in_a_frenzy() =>
        Gen.Select(AnyOutcome.Array[1, 4], AnyView, Gen.Bool).Sample(
            (answers, view, held) =>
            {
                var state = Queued(3);
                var link = Link.New with { PingDue = true, WantedUntil = Start.AddMinutes(10), KeyHeld = held };
                var now = Start;
                var calls = 0;
                while (now < Start.AddHours(1))
                {
                    var step = DeliverySchedule.Next(state, state.Sequence, link, view, Settings, now);
                    if (step.Start is { } exchange)
                    {
                        var settled = Settling.Settle(state, link with { InFlight = exchange }, answers[calls++ % answers.Length], view.Addresses, Settings, 0.5, now);
                        (link, state) = (settled.Link, settled.Events.Aggregate(state, (s, e) => s.Apply(e)));
                        Assert.InRange(calls, 0, 3600);
                    }
                    else if (step.LookAgainAt is { } at)
                    {
                        Assert.True(at > now);
                        now = at;
                    }
                    else
                    {
                        break;
                    }
                }
            },
            iter: 3000);

    [Fact]
    public void Nothing_is_started_while_something_is_under_way() =>
        Assert.Equal(default, Next(Queued(1), Link.New with { InFlight = new Exchange.Ping() }));

    [Fact]
    public void A_contact_that_may_not_be_dialed_is_left_alone() =>
        Assert.Equal(default, DeliverySchedule.Next(Queued(1), 1, Link.New with { PingDue = true }, Friend with { Dialable = false }, Settings, Start));

    [Fact]
    public void A_contact_with_nothing_due_is_never_looked_at_again() => Assert.Equal(default, Next(ContactState.Empty, Link.New));

    [Fact]
    public void One_wanted_ping_is_sent_and_not_repeated()
    {
        var step = Next(ContactState.Empty, Link.New with { PingDue = true });
        Assert.IsType<Exchange.Ping>(step.Start);
        var link = Settling.Settle(ContactState.Empty, Link.New with { PingDue = true, InFlight = step.Start }, new Outcome.Pong(), 1, Settings, 0.5, Start).Link;
        Assert.Equal(default, Next(ContactState.Empty, link));
        link = Settling.Settle(ContactState.Empty, Link.New with { PingDue = true, InFlight = step.Start }, new Outcome.Silence(""), 1, Settings, 0.5, Start).Link;
        Assert.Equal(default, Next(ContactState.Empty, link));
    }

    [Fact]
    public void Everything_that_piled_up_goes_as_one_batch_of_at_most_a_hundred_oldest_first()
    {
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), Numbers(Next(Queued(250), Link.New)));
        Assert.Equal([1, 2], Numbers(Next(Queued(2), Link.New)));
    }

    [Fact]
    public void What_is_not_committed_yet_is_not_sent()
    {
        var step = DeliverySchedule.Next(Queued(5), 3, Link.New with { LastContact = Start }, Friend, Settings, Start);
        Assert.Equal([1, 2, 3], Numbers(step));
    }

    [Fact]
    public void What_was_not_taken_goes_behind_those_that_pass()
    {
        var link = Link.New with { Deferred = ImmutableDictionary<long, Deferral>.Empty.Add(1, new(1, Start.AddSeconds(10))) };
        Assert.Equal([2, 3], Numbers(Next(Queued(3), link)));
        var later = DeliverySchedule.Next(Queued(3), 3, link, Friend, Settings, Start.AddSeconds(10));
        Assert.Equal([1, 2, 3], Numbers(later));
    }

    [Fact]
    public void After_a_failure_a_ping_asks_before_a_batch_is_sent()
    {
        var link = Link.New with { Failures = 1, NotBefore = Start.AddSeconds(5) };
        Assert.Equal(new NextStep(null, Start.AddSeconds(5)), Next(Queued(3), link));
        Assert.IsType<Exchange.Ping>(DeliverySchedule.Next(Queued(3), 3, link, Friend, Settings, Start.AddSeconds(5)).Start);
        Assert.IsType<Exchange.Deliver>(Next(Queued(3), link.Heard(Start)).Start);
    }

    [Fact]
    public void A_watched_contact_is_pinged_once_a_minute()
    {
        var link = Link.New with { WantedUntil = Start.AddMinutes(5), LastContact = Start };
        Assert.Equal(new NextStep(null, Start.AddMinutes(1)), Next(ContactState.Empty, link));
        Assert.IsType<Exchange.Ping>(DeliverySchedule.Next(ContactState.Empty, 0, link, Friend, Settings, Start.AddMinutes(1)).Start);
        Assert.Equal(default, DeliverySchedule.Next(ContactState.Empty, 0, link, Friend, Settings, Start.AddMinutes(5)));
    }

    [Fact]
    public void A_contact_is_pinged_every_minute_when_the_seed_is_followed_to_the_letter()
    {
        var always = Settings with { PingAlways = true };
        Assert.IsType<Exchange.Ping>(DeliverySchedule.Next(ContactState.Empty, 0, Link.New, Friend, always, Start).Start);
        Assert.Equal(
            new NextStep(null, Start.AddMinutes(1)), DeliverySchedule.Next(ContactState.Empty, 0, Link.New with { LastContact = Start }, Friend, always, Start));
    }

    [Fact]
    public void Our_handshake_goes_before_everything_and_messages_wait_for_the_contacts_key()
    {
        var asked = new LinkView(Dialable: true, HasKey: false, HandshakeDue: true, Addresses: 1);
        Assert.IsType<Exchange.Handshake>(DeliverySchedule.Next(Queued(1), 1, Link.New, asked, Settings, Start).Start);
        Assert.Equal(default, DeliverySchedule.Next(Queued(1), 1, Link.New, asked with { HandshakeDue = false }, Settings, Start));
        Assert.IsType<Exchange.Deliver>(DeliverySchedule.Next(Queued(1), 1, Link.New with { HandshakeNotBefore = Start.AddSeconds(1) }, asked with { HasKey = true }, Settings, Start).Start);
    }

    [Fact]
    public void A_handshake_that_was_answered_is_not_repeated_before_the_friend_list_could_record_it()
    {
        var due = Friend with { HandshakeDue = true };
        var settled = Settling.Settle(ContactState.Empty, Link.New with { InFlight = new Exchange.Handshake() }, new Outcome.Status(1), 1, Settings, 0.5, Start);
        Assert.Null(DeliverySchedule.Next(ContactState.Empty, 0, settled.Link, due, Settings, Start).Start);
        Assert.IsType<Exchange.Handshake>(DeliverySchedule.Next(ContactState.Empty, 0, settled.Link.Refreshed(), due, Settings, Start).Start);
    }

    [Fact]
    public void A_clock_that_steps_back_does_not_prolong_any_wait()
    {
        var link = (Link.New with
        {
            NotBefore = Start.AddMinutes(5),
            LastContact = Start,
            CarriedDeferred = ImmutableDictionary<long, Deferral>.Empty.Add(9, new(1, Start.AddMinutes(1))),
        }).Seen(Start);
        Assert.Equal(link with { SeenAt = Start.AddSeconds(1) }, link.Seen(Start.AddSeconds(1)));
        var stepped = link.Seen(Start.AddDays(-1));
        Assert.Equal([1, 2], Numbers(DeliverySchedule.Next(Queued(2), 2, stepped, Friend, Settings, Start.AddDays(-1))));
        Assert.True(Assert.IsType<Exchange.Deliver>(DeliverySchedule.Next(ContactState.Empty, 0, stepped, Friend, Settings, Start.AddDays(-1)).Start).Carried);
    }

    [Fact]
    public void What_is_carried_is_tried_again_when_the_contact_has_new_keys()
    {
        var link = Link.New with { CarriedDeferred = ImmutableDictionary<long, Deferral>.Empty.Add(9, new(1, Start.AddMinutes(1))) };
        Assert.Null(Next(ContactState.Empty, link).Start);
        Assert.True(Assert.IsType<Exchange.Deliver>(Next(ContactState.Empty, link.Refreshed()).Start).Carried);
    }

    private static NextStep Next(ContactState state, Link link) => DeliverySchedule.Next(state, state.Sequence, link, Friend, Settings, Start);

    private static long[] Numbers(NextStep step) => [.. Assert.IsType<Exchange.Deliver>(step.Start).Numbers];

    private static ContactState Queued(int count) => Enumerable.Range(1, count)
        .Aggregate(ContactState.Empty, (s, n) => s.Apply(new MessageQueued(Start, $"u{n}", $"{n}", "", "t", "h")));
}
