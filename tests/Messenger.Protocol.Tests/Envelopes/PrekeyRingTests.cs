using CsCheck;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class PrekeyRingTests
{
    [Fact]
    public void The_first_turn_makes_a_prekey_and_a_fallback()
    {
        var turn = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create);
        Assert.Equal(2, turn.Created.Length);
        Assert.Empty(turn.Erased);
        Assert.Equal(Now.AddDays(14), Assert.Single(turn.Ring.CurrentPrekeys(Now)).Expires);
        Assert.Equal(Now.AddDays(90), turn.Ring.CurrentFallback(Now)!.Expires);
        Assert.Equal(turn.Created.Select(secret => secret.Id), turn.Ring.Keys.Select(key => key.Prekey.Id));
    }

    [Fact]
    public void Turning_again_at_once_changes_nothing()
    {
        var ring = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create).Ring;
        var again = ring.Turn(Now, () => throw new InvalidOperationException("Nothing is due."));
        Assert.False(again.Changed);
        Assert.Equal(ring.Keys.AsEnumerable(), again.Ring.Keys);
    }

    [Fact]
    public void Days_7_14_and_44_of_a_prekey()
    {
        var first = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create).Ring;
        var prekey = first.CurrentPrekeys(Now)[0];
        Assert.False(first.Turn(Now.AddDays(7).AddTicks(-1), PrekeySecret.Create).Changed);

        var second = first.Turn(Now.AddDays(7), PrekeySecret.Create).Ring;
        Assert.Equal(2, second.CurrentPrekeys(Now.AddDays(7)).Length);
        Assert.NotEqual(prekey, second.CurrentPrekeys(Now.AddDays(7))[0]);
        Assert.Contains(prekey, second.CurrentPrekeys(Now.AddDays(14).AddTicks(-1)));
        Assert.DoesNotContain(prekey, second.CurrentPrekeys(Now.AddDays(14)));

        Assert.DoesNotContain(prekey.Id, second.Turn(Now.AddDays(44).AddTicks(-1), PrekeySecret.Create).Erased);
        var last = second.Turn(Now.AddDays(44), PrekeySecret.Create);
        Assert.Equal(prekey.Id, Assert.Single(last.Erased));
        Assert.DoesNotContain(last.Ring.Keys, key => key.Prekey == prekey);
    }

    [Fact]
    public void Days_45_90_and_120_of_a_fallback()
    {
        var first = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create).Ring;
        var fallback = first.CurrentFallback(Now)!;
        Assert.Equal(fallback, first.Turn(Now.AddDays(45).AddTicks(-1), PrekeySecret.Create).Ring.CurrentFallback(Now.AddDays(44)));

        var second = first.Turn(Now.AddDays(45), PrekeySecret.Create).Ring;
        Assert.NotEqual(fallback, second.CurrentFallback(Now.AddDays(45)));
        Assert.DoesNotContain(fallback.Id, second.Turn(Now.AddDays(120).AddTicks(-1), PrekeySecret.Create).Erased);
        Assert.Contains(fallback.Id, second.Turn(Now.AddDays(120), PrekeySecret.Create).Erased);
    }

    [Fact]
    public void A_restored_backup_makes_new_keys_and_keeps_the_old_for_what_is_on_its_way()
    {
        var ring = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create).Ring;
        var renewed = ring.Turn(Now.AddDays(1), PrekeySecret.Create, renew: true);
        Assert.Equal(2, renewed.Created.Length);
        Assert.Empty(renewed.Erased);
        Assert.Equal(4, renewed.Ring.Keys.Length);
        Assert.Equal(renewed.Created[0].Id, renewed.Ring.CurrentPrekeys(Now.AddDays(1))[0].Id);
        Assert.Equal(renewed.Created[1].Id, renewed.Ring.CurrentFallback(Now.AddDays(1))!.Id);
    }

    [Fact]
    public void Under_a_clock_that_was_years_ahead_made_keys_are_not_advertised_once_it_is_right()
    {
        var wrong = PrekeyRing.Empty.Turn(Now.AddYears(10), PrekeySecret.Create).Ring;
        var right = wrong.Turn(Now, PrekeySecret.Create);
        Assert.Equal(2, right.Created.Length);
        Assert.Empty(right.Erased);
        Assert.Equal(right.Created[0].Id, Assert.Single(right.Ring.CurrentPrekeys(Now)).Id);
        Assert.Equal(right.Created[1].Id, right.Ring.CurrentFallback(Now)!.Id);
    }

    [Fact]
    public void A_clock_that_starts_in_1970_costs_no_key()
    {
        var ring = PrekeyRing.Empty.Turn(Now, PrekeySecret.Create).Ring;
        var early = ring.Turn(DateTimeOffset.UnixEpoch, PrekeySecret.Create);
        Assert.Empty(early.Erased);
        var later = early.Ring.Turn(Now.AddDays(1), PrekeySecret.Create);
        Assert.Equal(early.Created.Select(secret => secret.Id), later.Erased);
        Assert.Equal(ring.Keys.AsEnumerable(), later.Ring.Keys);
    }

    [Fact]
    public void Over_60_days_all_that_is_on_its_way_for_30_days_opens_and_nothing_is_kept_longer_than_it_has_to()
    {
        // A node turns its ring at any times; a friend seals at any times to the bundle it saw last; what it seals arrives up to 30 days later.
        var hours = Gen.Int[1, 60].Array[30, 60];
        Gen.Select(hours, Gen.Int[0, 13 * 24], Gen.Int[0, 30 * 24]).Sample(
            (steps, staleness, travel) =>
            {
                var ring = PrekeyRing.Empty;
                var secrets = new Dictionary<PrekeyId, PrekeySecret>();
                var erasedEver = new HashSet<PrekeyId>();
                var onTheWay = new List<(DateTimeOffset Arrives, PrekeyId To)>();
                Bundle? seen = null;
                var seenAt = DateTimeOffset.MinValue;
                var now = Now;
                foreach (var step in steps)
                {
                    now = now.AddHours(step);
                    foreach (var (_, to) in onTheWay.Where(message => message.Arrives <= now).ToList())
                    {
                        Assert.True(secrets.ContainsKey(to));
                    }

                    onTheWay.RemoveAll(message => message.Arrives <= now);
                    var turn = ring.Turn(now, PrekeySecret.Create);
                    ring = turn.Ring;
                    Array.ForEach([.. turn.Created], secret => secrets.Add(secret.Id, secret));
                    Array.ForEach([.. turn.Erased], id => Assert.True(erasedEver.Add(id) && secrets.Remove(id)));
                    Assert.Equal(secrets.Keys.ToHashSet(), ring.Keys.Select(key => key.Prekey.Id).ToHashSet());
                    Assert.All(ring.Keys, key => Assert.True(now - key.CreatedAt < TimeSpan.FromDays(key.IsFallback ? 120 : 44)));
                    Assert.InRange(ring.Keys.Length, 2, 10);
                    if (seen is null || now - seenAt > TimeSpan.FromHours(staleness))
                    {
                        (seen, seenAt) = (Bundle.Sign(Anna.Key, Counters.Next(seen?.Counter ?? 0, now), ring.CurrentPrekeys(now), ring.CurrentFallback(now)!), now);
                        Assert.False(seen.Choose(now.AddDays(7).AddHours(-60))!.IsFallback);
                    }

                    onTheWay.Add((now.AddHours(travel), seen.Choose(now)!.Prekey.Id));
                }

                Array.ForEach([.. secrets.Values], secret => secret.Dispose());
            },
            iter: 40);
    }
}
