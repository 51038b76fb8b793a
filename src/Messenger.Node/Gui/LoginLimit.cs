namespace Messenger.Node.Gui;

/// <summary>At most ten attempts to sign in within any minute, by whomever (design page "security", GUI listener 7).</summary>
internal sealed class LoginLimit(TimeProvider time)
{
    private const int Attempts = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _recent = new();
    private readonly Lock _lock = new();

    /// <summary>Counts one attempt.</summary>
    /// <returns>Null when it may go on, else how long to wait.</returns>
    public TimeSpan? Refusal()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_recent.TryPeek(out var oldest) && now - oldest >= Window)
            {
                _recent.Dequeue();
            }

            if (_recent.Count >= Attempts)
            {
                return Window - (now - _recent.Peek());
            }

            _recent.Enqueue(now);
            return null;
        }
    }
}
