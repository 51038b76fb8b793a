using CsCheck;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Tests.Contacts;

public sealed class ReceiptDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A model of sets: what was read while receipts were on is owed until it is told, and nothing else.</summary>
    [Fact]
    public void What_is_owed_is_what_was_read_with_receipts_on_and_not_told() =>
        Gen.Select(Gen.Int[1, 5], Gen.Bool, Gen.Bool).Array[0, 40].Sample(steps =>
        {
            var (state, owed) = (ContactState.Empty, new SortedSet<long>());
            foreach (var (count, tells, told) in steps)
            {
                var before = state.ReadCursor;
                state = state.Apply(new ReadMarked(Now, before + count) { Tells = tells ? true : null });
                owed.UnionWith(tells ? Range(before, before + count) : []);
                if (told && !state.Owed.IsEmpty)
                {
                    var upTo = state.Owed[0].After + 1;
                    state = state.Apply(new ReceiptsTold(Now, upTo));
                    owed.RemoveWhere(number => number <= upTo);
                }

                if (state.Owed.Length == ReceiptDecisions.MaxRanges)
                {
                    return;
                }

                Assert.Equal(owed, state.Owed.SelectMany(range => Range(range.After, range.UpTo)));
                Assert.Equal(state.Owed.AsEnumerable(), ContactSnapshot.Of(state).Restore().Owed);
            }
        });

    [Fact]
    public void However_often_receipts_are_switched_the_oldest_are_given_up_at_last()
    {
        var state = ContactState.Empty;
        for (var number = 1; number <= 100; number++)
        {
            state = state.Apply(new ReadMarked(Now, number) { Tells = number % 2 == 0 ? true : null });
        }

        Assert.Equal(ReceiptDecisions.MaxRanges, state.Owed.Length);
        Assert.Equal(new ReadRange(99, 100), state.Owed[^1]);
    }

    [Fact]
    public void A_receipt_delivers_what_still_waited_and_repeats_nothing()
    {
        var state = ContactState.Empty
            .Apply(new MessageQueued(Now, "u1", "1.000000", "", "a", "h"))
            .Apply(new MessageQueued(Now, "u2", "2.000000", "", "b", "h"));

        var decision = ReceiptDecisions.Take(state, [new(2, false), new(1, false), new(7, true), new(5, false)], Now);

        Assert.Equal(1, decision.Reply);
        Assert.Equal([1, 2], Assert.IsType<MessagesDelivered>(decision.Events[0]).Messages.ToArray());
        Assert.Equal([1, 2, 5], Assert.IsType<MessagesRead>(decision.Events[1]).Messages.ToArray());
        Assert.Equal((1, 0), ReceiptDecisions.Take(state, [new(7, true)], Now) is var again ? (again.Reply, again.Events.Length) : default);
        Assert.Equal((0, 0), ReceiptDecisions.Take(state, [], Now) is var none ? (none.Reply, none.Events.Length) : default);
    }

    private static IEnumerable<long> Range(long after, long upTo) => Enumerable.Range((int)after + 1, (int)(upTo - after)).Select(number => (long)number);
}
