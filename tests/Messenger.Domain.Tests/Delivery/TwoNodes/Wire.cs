using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery.TwoNodes;

/// <summary>What goes wrong, each as a probability.</summary>
/// <param name="Loss">A request or an answer is lost.</param>
/// <param name="Twice">A request arrives a second time, up to a minute later.</param>
/// <param name="Late">A request or an answer takes up to 20 seconds, which is longer than anyone waits.</param>
/// <param name="Garbled">The answer is not what the node said.</param>
/// <param name="Refusal">A message is answered 0.</param>
internal sealed record Faults(double Loss, double Twice, double Late, double Garbled, double Refusal)
{
    public static Faults None { get; } = new(0, 0, 0, 0, 0);
}

/// <summary>A link that loses, doubles, delays and garbles.</summary>
internal sealed class Wire(Clockwork clock, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public Faults Faults { get; set; } = Faults.None;

    public void Call(SimulatedNode to, ImmutableArray<IncomingMessage> messages, Action<Outcome> answer)
    {
        var open = true;
        clock.After(Patience, () => Answer(new Outcome.Silence("timeout")));
        if (!Happens(Faults.Loss))
        {
            clock.After(Delay(), () => to.Handle(messages, outcome =>
            {
                if (!Happens(Faults.Loss))
                {
                    var heard = Happens(Faults.Garbled) ? Garble(messages.Length) : outcome;
                    clock.After(Delay(), () => Answer(heard));
                }
            }));
        }

        if (Happens(Faults.Twice))
        {
            clock.After(TimeSpan.FromSeconds(random.Next(60)), () => to.Handle(messages, _ => { }));
        }

        void Answer(Outcome outcome)
        {
            if (open)
            {
                open = false;
                answer(outcome);
            }
        }
    }

    public bool Happens(double probability) => random.NextDouble() < probability;

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(Happens(Faults.Late) ? random.Next(20_000) : 1 + random.Next(50));

    // Only a 4xx for one message alone may end in its refusal, so a single one never gets that here.
    private Outcome Garble(int messages) => random.Next(6) switch
    {
        0 => new Outcome.Misshapen("?"),
        1 => new Outcome.Rejected(500, null),
        2 => new Outcome.Rejected(429, TimeSpan.FromSeconds(random.Next(10))),
        3 when messages > 1 => new Outcome.Rejected(413, null),
        4 => new Outcome.Statuses([.. Enumerable.Repeat(1, messages + 1)]),
        _ => new Outcome.Rejected(502, null),
    };
}
