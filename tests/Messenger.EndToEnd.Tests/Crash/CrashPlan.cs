using System.Globalization;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>How many crashes, and when: everything random in them comes from one number that a failed run prints.</summary>
internal static class CrashPlan
{
    private const int DefaultRounds = 4;

    /// <summary>From the environment: MESSENGER_TEST_ROUNDS.</summary>
    public static int Rounds { get; } = Number("MESSENGER_TEST_ROUNDS") ?? DefaultRounds;

    /// <summary>From the environment: MESSENGER_TEST_SEED.</summary>
    public static int Seed { get; } = Number("MESSENGER_TEST_SEED") ?? Random.Shared.Next();

    /// <summary>Runs a scenario; its failure says how to repeat it.</summary>
    public static async Task RunAsync(Func<Random, Task> scenario)
    {
        try
        {
            await scenario(new Random(Seed));
        }
        catch (Exception failure) when (failure is not SkipException)
        {
            Assert.Fail($"With MESSENGER_TEST_SEED={Seed} MESSENGER_TEST_ROUNDS={Rounds}: {failure}");
        }
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
