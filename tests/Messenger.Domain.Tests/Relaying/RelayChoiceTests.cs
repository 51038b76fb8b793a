using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Relaying;

namespace Messenger.Domain.Tests.Relaying;

public class RelayChoiceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContactId[] Friends = [.. Enumerable.Range(0, 8).Select(n => new ContactId($"f{n}"))];
    private static readonly DeliverySettings Settings = new();
    private static readonly Link Failed = Link.New with { Failures = 1 };

    /// <summary>Asking every few hours for a month; friends come and go, take, decline or do not answer.</summary>
    [Fact]
    public void Nobody_but_a_candidate_is_asked_nobody_twice_a_day_and_never_more_than_three_carry() =>
        Gen.Select(Gen.Int[0, 255], Gen.Int[0, int.MaxValue], Gen.Int[1, 30]).List[1, 60].Sample(
            rounds =>
            {
                var state = ContactState.Empty.Apply(new MessageQueued(Start, "u", "1", "", "t", "h"));
                var asked = new List<RelayAsk>();
                var now = Start;
                foreach (var (online, seed, hours) in rounds)
                {
                    now += TimeSpan.FromHours(hours);
                    var candidates = Friends.Where((_, i) => (online >> i & 1) == 1).ToArray();
                    var random = new Random(seed);
                    var chosen = RelayChoice.Choose(state.Outbox[1], candidates, [], random, now);

                    Assert.Empty(chosen.Except(candidates));
                    Assert.Equal(chosen.Length, chosen.Distinct().Count());
                    Assert.DoesNotContain(chosen, c => asked.Any(a => a.Relay == c && now - a.At < TimeSpan.FromDays(a.Carries ? 14 : 1)));
                    foreach (var relay in chosen)
                    {
                        var status = random.Next(3);
                        asked.Add(new(relay, now, status == 1));
                        state = ContactDecisions.RelayAnswered(state, 1, relay, status, now).Aggregate(state, (s, e) => s.Apply(e));
                    }

                    Assert.InRange(asked.Count(a => a.Carries && now - a.At < TimeSpan.FromDays(14)), 0, 3);
                }
            },
            iter: 500);

    [Fact]
    public void Those_that_are_being_asked_count_as_if_they_carried()
    {
        var entry = new OutboxEntry(Start);
        Assert.Single(RelayChoice.Choose(entry, Friends, Friends[..2], new Random(1), Start));
        Assert.Empty(RelayChoice.Choose(entry, Friends, Friends[..3], new Random(1), Start));
        Assert.DoesNotContain(Friends[0], RelayChoice.Choose(entry, Friends[..3], Friends[..1], new Random(1), Start));
    }

    [Fact]
    public void Those_that_go_first_are_chosen_before_all_others() =>
        Gen.Select(Gen.Int[0, 255], Gen.Int[0, int.MaxValue]).Sample((named, seed) =>
        {
            var first = Friends.Where((_, i) => (named >> i & 1) == 1).ToHashSet();
            var chosen = RelayChoice.Choose(new OutboxEntry(Start), Friends, [], new Random(seed), Start, first);
            Assert.Equal(RelayChoice.Copies, chosen.Length);
            Assert.Equal(Math.Min(first.Count, RelayChoice.Copies), chosen.Count(first.Contains));
            Assert.Equal(chosen.OrderBy(c => first.Contains(c) ? 0 : 1), chosen.AsEnumerable());
        });

    [Fact]
    public void Every_candidate_is_chosen_sometimes()
    {
        var random = new Random(1);
        var chosen = Enumerable.Range(0, 100).SelectMany(_ => RelayChoice.Choose(new OutboxEntry(Start), Friends, [], random, Start)).ToHashSet();
        Assert.Equal(Friends.ToHashSet(), chosen);
    }

    [Fact]
    public void Relays_are_due_after_a_failure_and_ten_seconds()
    {
        var state = ContactState.Empty.Apply(new MessageQueued(Start, "u", "1", "", "t", "h"));
        Assert.Empty(RelayChoice.Due(state, Failed, Settings, Start.AddSeconds(9.9)));
        Assert.Empty(RelayChoice.Due(state, Link.New, Settings, Start.AddSeconds(10)));
        Assert.Equal([1], RelayChoice.Due(state, Failed, Settings, Start.AddSeconds(10)).Select(m => m.Key));
    }

    [Fact]
    public void A_message_queued_before_the_clock_stepped_back_does_not_hold_up_those_after_it()
    {
        var state = ContactState.Empty
            .Apply(new MessageQueued(Start.AddDays(1), "u1", "1", "", "t", "h"))
            .Apply(new MessageQueued(Start, "u2", "2", "", "t", "h"));
        Assert.Equal([2], RelayChoice.Due(state, Failed, Settings, Start.AddMinutes(1)).Select(m => m.Key));
    }

    [Fact]
    public void A_message_that_three_carry_is_due_again_when_their_retention_is_over()
    {
        var state = Friends.Take(3).Aggregate(
            ContactState.Empty.Apply(new MessageQueued(Start, "u", "1", "", "t", "h")), (s, f) => s.Apply(new MessageRelayed(Start, 1, f)));
        Assert.Empty(RelayChoice.Due(state, Failed, Settings, Start + RelayChoice.Retention - TimeSpan.FromSeconds(1)));
        Assert.Single(RelayChoice.Due(state, Failed, Settings, Start + RelayChoice.Retention));
        Assert.Equal(3, RelayChoice.Wanted(state.Outbox[1], Start + RelayChoice.Retention));
        Assert.Empty(RelayChoice.Choose(state.Outbox[1], Friends, [], new Random(1), Start.AddDays(13)));
    }
}
