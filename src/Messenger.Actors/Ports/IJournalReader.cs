namespace Messenger.Actors.Ports;

/// <summary>Reads the journal from outside its persistent actors, for the read model.</summary>
public interface IJournalReader
{
    /// <summary>The last committed sequence number of every persistence id.</summary>
    Task<IReadOnlyDictionary<string, long>> LastSequencesAsync(CancellationToken cancellation);

    /// <summary>Committed events of one persistence id.</summary>
    /// <param name="persistenceId">Whose.</param>
    /// <param name="from">First sequence number.</param>
    /// <param name="count">At most so many, at least 1.</param>
    /// <param name="cancellation">Abandons the read.</param>
    /// <returns>Consecutive events; none when the journal ends before <paramref name="from"/>.</returns>
    Task<JournalSlice> ReadAsync(string persistenceId, long from, int count, CancellationToken cancellation);
}
