using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.History;

/// <summary>Everything that may be said to the history actor, the only writer of the read model.</summary>
public static class HistoryProtocol
{
    /// <summary>Marks a message for the history actor.</summary>
    public interface IHistoryCommand;

    /// <summary>Events that were just committed. Not answered. Lost hints are repaired by the next one or by <see cref="Announce"/>.</summary>
    /// <param name="Slice">The events.</param>
    public sealed record Committed(JournalSlice Slice) : IHistoryCommand;

    /// <summary>The last sequence number after a recovery: catch up from the journal if it is ahead. Not answered.</summary>
    public sealed record Announce(string PersistenceId, long Sequence) : IHistoryCommand;

    /// <summary>
    /// A member of the cluster is gone, and with it what it was told last: catch up with everything that the journal has. Not answered.
    /// </summary>
    public sealed record CatchUp : IHistoryCommand;

    /// <summary>Answered by <see cref="Reached"/> once the read model has applied that event.</summary>
    public sealed record WaitFor(string PersistenceId, long Sequence) : IHistoryCommand;

    /// <summary>Answer to <see cref="WaitFor"/>.</summary>
    public sealed record Reached(string PersistenceId, long Sequence);

    /// <summary>
    /// Answered by <see cref="UpToDate"/> once the read model has everything that was told before: what somebody was answered they find there.
    /// </summary>
    public sealed record WaitForTold : IHistoryCommand;

    /// <summary>Answer to <see cref="WaitForTold"/>.</summary>
    public sealed record UpToDate;

    /// <summary>Answered by <see cref="Ready"/> once a new read model has been rebuilt from every journal.</summary>
    public sealed record WaitUntilReady : IHistoryCommand;

    /// <summary>Answer to <see cref="WaitUntilReady"/>.</summary>
    public sealed record Ready;

    /// <summary>Answered by <see cref="Readiness"/> at once.</summary>
    public sealed record GetReadiness : IHistoryCommand;

    /// <summary>Answer to <see cref="GetReadiness"/>.</summary>
    /// <param name="IsReady">Whether the read model has what every journal had at the start.</param>
    public sealed record Readiness(bool IsReady);

    /// <summary>Answered by <see cref="Lag"/>.</summary>
    public sealed record GetLag : IHistoryCommand;

    /// <summary>Answer to <see cref="GetLag"/>.</summary>
    /// <param name="Rows">How many rows of the journal are not in the read model; <see langword="null"/> while that is being found out.</param>
    public sealed record Lag(long? Rows);
}

/// <summary>Persistence ids of the journal.</summary>
public static class PersistenceIds
{
    private const string ContactPrefix = "contact-";

    /// <summary>The roster's.</summary>
    public const string Roster = "roster";

    /// <summary>A contact's.</summary>
    public static string Of(ContactId contact) => ContactPrefix + contact.Value;

    /// <summary>The contact of a persistence id; <see langword="null"/> when it is not a contact's.</summary>
    public static ContactId? ContactOf(string persistenceId) =>
        persistenceId.StartsWith(ContactPrefix, StringComparison.Ordinal) ? new ContactId(persistenceId[ContactPrefix.Length..]) : null;
}
