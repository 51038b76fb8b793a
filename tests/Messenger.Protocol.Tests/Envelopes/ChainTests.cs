using CsCheck;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class ChainTests
{
    private static readonly string OtherSid = OutgoingChain.Begin(Bytes(9, 16)).Sid;

    [Fact]
    public void A_chain_numbers_its_messages_and_each_names_the_one_before()
    {
        var chain = OutgoingChain.Begin(Bytes(1, 16));
        Assert.Equal((1L, (EnvelopeHash?)null), (chain.Next, chain.LastHash));
        chain = chain.Append(Hash(1));
        Assert.Equal((2L, Hash(1)), (chain.Next, chain.LastHash));
        Assert.Equal(22, chain.Sid.Length);
        Assert.Throws<ArgumentException>(() => OutgoingChain.Begin(Bytes(1, 15)));
    }

    [Fact]
    public void What_comes_in_order_shows_no_gap()
    {
        var (places, state) = Receive(1, 2, 3);
        Assert.Equal(["Begins", "Follows", "Follows"], places);
        Assert.Empty(Assert.Single(state.Chains).Missing);
    }

    [Fact]
    public void What_was_skipped_is_a_gap_until_it_comes()
    {
        var (places, state) = Receive(1, 5);
        Assert.Equal(["Begins", "Skips 2-4"], places);

        (places, state) = Receive(1, 5, 3);
        Assert.Equal("ComesLate", places[^1]);
        Assert.Equal([(2L, 2L), (4L, 4L)], state.Chains[0].Missing.Select(gap => (gap.From, gap.To)));

        (places, state) = Receive(1, 5, 3, 4, 2, 6);
        Assert.Equal(["ComesLate", "ComesLate", "Follows"], places[^3..]);
        Assert.Empty(state.Chains[0].Missing);
    }

    [Fact]
    public void A_chain_whose_beginning_did_not_come_shows_that() => Assert.Equal(["Begins 1-3", "Follows"], Receive(4, 5).Places);

    [Fact]
    public void A_message_that_follows_another_envelope_than_came_forks()
    {
        var state = Receive(1).State;
        Assert.Equal(ChainPlace.Forks, state.Receive(Payload(seq: 2, prev: Hash(99)), Hash(2)).Place);
    }

    [Fact]
    public void A_second_message_at_the_same_place_forks()
    {
        var state = Receive(1, 2, 3).State;
        Assert.Equal(ChainPlace.Forks, state.Receive(Payload(seq: 2, prev: Hash(1)), Hash(98)).Place);
    }

    [Theory]
    [InlineData(2, 99, 2)]
    [InlineData(4, 3, 99)]
    public void A_late_message_that_does_not_fit_its_neighbours_forks(int seq, int prev, int hash)
    {
        var state = Receive(1, 5).State;
        Assert.Equal(ChainPlace.Forks, state.Receive(Payload(seq: seq, prev: Hash((byte)prev)), Hash((byte)hash)).Place);
    }

    [Fact]
    public void A_message_that_was_sealed_again_takes_the_place_of_the_first_envelope()
    {
        // The first envelope of message 2 could not be read; 3 names it; then 2 comes in another.
        var state = Receive(1, 3).State;
        var step = state.Receive(Payload(seq: 2, prev: Hash(1)) with { Of = Hash(2) }, Hash(77));
        Assert.Equal(ChainPlace.ComesLate, step.Place);
        Assert.Empty(step.State.Chains[0].Missing);
    }

    [Fact]
    public void A_restored_author_begins_a_new_chain_and_late_messages_of_the_old_one_are_only_late()
    {
        var state = Receive(1, 3).State;
        var restored = state.Receive(Payload() with { Sid = OtherSid, Time = Now.AddHours(1) }, Hash(50));
        Assert.Equal((ChainPlace.Begins, null), (restored.Place, restored.Gap));
        Assert.Equal(ChainPlace.ComesLate, restored.State.Receive(Payload(seq: 2), Hash(2)).Place);
    }

    [Fact]
    public void Two_copies_of_a_node_that_both_write_are_seen()
    {
        var state = Receive(1).State.Receive(Payload() with { Sid = OtherSid, Time = Now.AddHours(1) }, Hash(50)).State;
        Assert.Equal(ChainPlace.TwoLives, state.Receive(Payload(seq: 2) with { Time = Now.AddHours(2) }, Hash(2)).Place);
    }

    [Fact]
    public void The_state_is_bounded_and_what_it_forgot_is_not_called_a_fork()
    {
        var state = IncomingChains.Empty;
        for (var life = 0; life < 10; life++)
        {
            state = state.Receive(Payload() with { Sid = OutgoingChain.Begin(Bytes((byte)life, 16)).Sid }, Hash(1)).State;
        }

        Assert.Equal(IncomingChains.MaxChains, state.Chains.Count);

        state = Receive([.. Enumerable.Range(1, 100).Select(i => i * 2)]).State;
        var chain = Assert.Single(state.Chains);
        Assert.Equal(IncomingChain.MaxGaps, chain.Missing.Count);
        Assert.Equal(ChainPlace.ComesLate, state.Receive(Payload(seq: 3), Hash(3)).Place);
    }

    [Fact]
    public void The_greatest_numbers_do_no_harm()
    {
        var state = Receive(1).State;
        var step = state.Receive(Payload(seq: Counters.Max, prev: Hash(1)), Hash(2));
        Assert.Equal(new ChainGap(2, Counters.Max - 1, Hash(1), Hash(1)), step.Gap);
    }

    [Fact]
    public void In_whatever_order_they_come_missing_is_exactly_what_did_not_come() =>
        Gen.Int[1, 40].Array[1, 40].Sample(order =>
        {
            int[] distinct = [.. order.Distinct()];
            var (places, state) = Receive(distinct);
            Assert.DoesNotContain("Forks", places);
            var missing = state.Chains[0].Missing.SelectMany(gap => Enumerable.Range((int)gap.From, (int)gap.Count));
            return missing.SequenceEqual(Enumerable.Range(1, distinct.Max()).Except(distinct));
        });

    private static (string[] Places, IncomingChains State) Receive(params int[] order)
    {
        var state = IncomingChains.Empty;
        var places = new List<string>();
        foreach (var seq in order)
        {
            var step = state.Receive(Payload(seq: seq), Hash((byte)seq));
            places.Add(step.Gap is { } gap ? $"{step.Place} {gap.From}-{gap.To}" : $"{step.Place}");
            state = step.State;
        }

        return ([.. places], state);
    }
}
