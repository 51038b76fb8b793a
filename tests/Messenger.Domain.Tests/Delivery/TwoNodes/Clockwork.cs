namespace Messenger.Domain.Tests.Delivery.TwoNodes;

/// <summary>Does things at their time, one after the other, without waiting for it.</summary>
internal sealed class Clockwork
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _due = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public void After(TimeSpan wait, Action action) => _due.Enqueue(action, (Now + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero), _order++));

    /// <summary>Runs until the condition holds, nothing is due any more or the time is over.</summary>
    public void Run(TimeSpan time, Func<bool> until)
    {
        var end = Now + time;
        while (!until() && _due.TryPeek(out _, out var next) && next.At <= end)
        {
            Now = next.At;
            _due.Dequeue()();
        }
    }
}
