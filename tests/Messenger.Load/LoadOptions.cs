namespace Messenger.Load;

/// <summary>What is measured and for how long.</summary>
/// <param name="Quick">About a minute instead of several.</param>
/// <param name="Json">Print one JSON object instead of the table.</param>
/// <param name="Database"><c>sqlite</c>, or the connection string of a PostgreSQL server.</param>
/// <param name="Node">The program of the node: a .dll for dotnet, or an executable.</param>
/// <param name="Only">Names of the measurements to run.</param>
/// <param name="Cluster">Measure nodes of one, two and three members, too; PostgreSQL only.</param>
internal sealed record LoadOptions(bool Quick, bool Json, string Database, string Node, IReadOnlySet<string> Only, bool Cluster = false)
{
    public const string Sqlite = "sqlite";

    /// <summary>Each limit, and each number of clients.</summary>
    public TimeSpan Each => TimeSpan.FromSeconds(Quick ? 1.5 : 5);

    /// <summary>Load before the first figure of a pair, so that figures are not those of code that was never compiled well.</summary>
    public TimeSpan Warming => TimeSpan.FromSeconds(Quick ? 3 : 10);

    /// <summary>How long the filling of an outbox may take; it is drained as far as it was filled.</summary>
    public TimeSpan Filling => TimeSpan.FromSeconds(Quick ? 15 : 180);

    /// <summary>Messages at 100 a second.</summary>
    public TimeSpan Latency => TimeSpan.FromSeconds(Quick ? 8 : 30);

    /// <summary>Doing nothing.</summary>
    public TimeSpan Idle => TimeSpan.FromSeconds(Quick ? 10 : 60);

    /// <summary>How often starts are repeated; the median counts.</summary>
    public int Starts => Quick ? 1 : 3;
}

/// <summary>A measurement could not be made; the message says what is wrong.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);

/// <summary>The one way to wait here: look again until it holds.</summary>
internal static class Until
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until the condition holds; fails with <paramref name="what"/> after <paramref name="patience"/> (default 60 s).</summary>
    /// <returns>When it was seen to hold, in ticks of the stopwatch.</returns>
    public static async Task<long> HoldsAsync(Func<Task<bool>> condition, string what, CancellationToken cancel, TimeSpan? patience = null)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (!await condition())
        {
            if (time.GetElapsedTime(start) > (patience ?? TimeSpan.FromSeconds(60)))
            {
                throw new LoadFailedException($"Waited in vain until {what}.");
            }

            await Task.Delay(Often, cancel);
        }

        return time.GetTimestamp();
    }
}
