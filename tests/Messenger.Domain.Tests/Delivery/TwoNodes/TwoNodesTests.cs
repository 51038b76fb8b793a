using CsCheck;

namespace Messenger.Domain.Tests.Delivery.TwoNodes;

public class TwoNodesTests
{
    private static readonly Gen<Faults> AnyFaults = Gen.Select(
        Gen.Double[0, 0.6], Gen.Double[0, 0.6], Gen.Double[0, 0.5], Gen.Double[0, 0.4], Gen.Double[0, 0.4], (l, t, d, g, r) => new Faults(l, t, d, g, r));

    /// <summary>
    /// An hour of writing on both sides while the link loses, doubles, reorders, delays and garbles, nodes crash and clocks step;
    /// then three calm hours. Along the way <see cref="SimulatedNode"/> checks that nothing is stored twice or called delivered untruly.
    /// </summary>
    [Fact]
    public void Two_nodes_over_any_link_end_equal_and_in_order() =>
        Gen.Select(AnyFaults, Gen.Int[1, 300], Gen.Int[0, 12], Gen.Int[0, int.MaxValue]).Sample(
            (faults, messages, crashes, seed) =>
            {
                var random = new Random(seed);
                var clock = new Clockwork();
                var wire = new Wire(clock, random) { Faults = faults };
                var (a, b) = (new SimulatedNode(clock, wire, random), new SimulatedNode(clock, wire, random));
                (a.Peer, b.Peer) = (b, a);
                for (var n = 0; n < messages; n++)
                {
                    var (node, text) = (random.Next(2) == 0 ? a : b, $"message {n}");
                    AtSomeTime(() => node.Write(text));
                }

                for (var n = 0; n < crashes; n++)
                {
                    var node = random.Next(2) == 0 ? a : b;
                    AtSomeTime(() => node.Crash(TimeSpan.FromSeconds(random.Next(600))));
                    AtSomeTime(() => node.ClockError = TimeSpan.FromSeconds(random.Next(-7200, 7200)));
                }

                clock.Run(TimeSpan.FromHours(1), () => false);
                wire.Faults = Faults.None;
                clock.Run(TimeSpan.FromHours(3), () => a.IsQuiet && b.IsQuiet);

                Assert.Equal(a.Written, b.Shown);
                Assert.Equal(b.Written, a.Shown);

                void AtSomeTime(Action action) => clock.After(TimeSpan.FromSeconds(random.NextDouble() * 3600), action);
            },
            iter: 300);

    [Fact]
    public void Hundreds_of_messages_that_left_the_window_are_still_stored_once()
    {
        var random = new Random(7);
        var clock = new Clockwork();
        var wire = new Wire(clock, random) { Faults = new Faults(0.1, 0.6, 0.1, 0, 0) };
        var (a, b) = (new SimulatedNode(clock, wire, random), new SimulatedNode(clock, wire, random));
        (a.Peer, b.Peer) = (b, a);
        for (var n = 0; n < 3000; n++)
        {
            var text = $"message {n}";
            clock.After(TimeSpan.FromSeconds(n / 20), () => a.Write(text));
        }

        clock.Run(TimeSpan.FromHours(2), () => a.Written.Count == 3000 && a.IsQuiet && b.IsQuiet);
        Assert.Equal(3000, a.Written.Count);
        Assert.Equal(a.Written, b.Shown);
    }
}
