namespace Messenger.Domain.Contacts;

/// <summary>How long messages are kept here when the owner does not want to keep them for ever.</summary>
public static class Retention
{
    /// <summary>The longest limit, in days.</summary>
    public const int MaxDays = 36_500;

    /// <summary>Whether a limit can be set.</summary>
    /// <param name="days">In days.</param>
    public static bool IsValid(int days) => days is >= 1 and <= MaxDays;

    /// <summary>What stands before this time in its conversation is older than the limit.</summary>
    /// <param name="days">A valid limit.</param>
    /// <param name="now">The clock.</param>
    public static DateTimeOffset Before(int days, DateTimeOffset now) => now.AddDays(-days);
}
