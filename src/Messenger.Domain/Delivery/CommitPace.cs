namespace Messenger.Domain.Delivery;

/// <summary>How often a contact commits: counted by the second.</summary>
/// <param name="Since">When the second began that is counted; UTC.</param>
/// <param name="Count">Commits in it so far.</param>
/// <param name="Before">Commits in the second before.</param>
public readonly record struct CommitPace(DateTimeOffset Since, int Count, int Before)
{
    /// <summary>So many commits in a second are a lively conversation: the next one is never far.</summary>
    public const int Lively = 8;

    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(1);

    /// <summary>The pace with one more commit.</summary>
    /// <param name="now">UTC.</param>
    public CommitPace Committing(DateTimeOffset now)
    {
        var passed = now - Since;
        return passed < Counted ? this with { Count = Count + 1 } : new(now, 1, passed < 2 * Counted ? Count : 0);
    }

    /// <summary>Whether another commit is to be expected at any moment.</summary>
    /// <param name="now">UTC.</param>
    public bool IsLively(DateTimeOffset now) => now - Since < 2 * Counted && Math.Max(Count, Before) >= Lively;
}
