namespace Messenger.Actors.Ports;

/// <summary>Overwrites journal rows, the only exception to an append-only journal (architecture.md, Erasing).</summary>
public interface IJournalEraser
{
    /// <summary>
    /// Replaces the events of these sequence numbers with what <paramref name="erase"/> makes of them, in one or more
    /// transactions; rows for which it returns the same event stay. Returns after the commit.
    /// </summary>
    /// <param name="persistenceId">Whose rows.</param>
    /// <param name="from">First sequence number.</param>
    /// <param name="to">Last sequence number, inclusive.</param>
    /// <param name="erase">Makes the replacement from the event in place.</param>
    /// <param name="cancellation">Abandons the work; it is safe to do it again.</param>
    Task EraseAsync(string persistenceId, long from, long to, Func<long, object, object> erase, CancellationToken cancellation);

    /// <summary>Takes what was overwritten out of the write-ahead log too.</summary>
    Task ScrubAsync(CancellationToken cancellation);
}
