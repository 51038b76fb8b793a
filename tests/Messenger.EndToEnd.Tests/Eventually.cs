namespace Messenger.EndToEnd.Tests;

/// <summary>The one way these tests wait: read again until it holds, give up after a deadline that no healthy machine reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads until <paramref name="holds"/>; fails with <paramref name="what"/>, the last value and the evidence.</summary>
    public static async Task<T> Reads<T>(
        Func<Task<T>> read, Func<T, bool> holds, string what, Func<string>? evidence = null, TimeSpan? deadline = null)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)((deadline ?? Deadline).TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            var value = await read();
            if (holds(value))
            {
                return value;
            }

            if (TimeProvider.System.GetTimestamp() > until)
            {
                Assert.Fail($"{what}: not within the deadline; last seen: {value}{Environment.NewLine}{evidence?.Invoke()}");
            }

            await Task.Delay(Interval);
        }
    }

    public static Task<bool> Holds(Func<Task<bool>> condition, string what, Func<string>? evidence = null) =>
        Reads(condition, holds => holds, what, evidence);

    public static Task<bool> Holds(Func<bool> condition, string what, Func<string>? evidence = null) =>
        Reads(() => Task.FromResult(condition()), holds => holds, what, evidence);
}
