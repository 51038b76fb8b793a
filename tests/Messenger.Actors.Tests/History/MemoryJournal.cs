using System.Collections.Concurrent;
using Messenger.Actors.Ports;

namespace Messenger.Actors.Tests.History;

/// <summary>A journal that tests write to directly.</summary>
internal sealed class MemoryJournal : IJournalReader
{
    private readonly ConcurrentDictionary<string, List<object>> _events = [];
    private int _reads;

    public int Reads => _reads;

    /// <summary>Commits events; returns the slice that a hint would carry.</summary>
    public JournalSlice Commit(string persistenceId, params object[] events)
    {
        var journal = _events.GetOrAdd(persistenceId, _ => []);
        lock (journal)
        {
            journal.AddRange(events);
            return new JournalSlice(persistenceId, journal.Count - events.Length + 1, events);
        }
    }

    public Task<IReadOnlyDictionary<string, long>> LastSequencesAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(_events.ToDictionary(e => e.Key, e => (long)e.Value.Count));

    public Task<JournalSlice> ReadAsync(string persistenceId, long from, int count, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        var journal = _events.GetOrAdd(persistenceId, _ => []);
        lock (journal)
        {
            return Task.FromResult(new JournalSlice(persistenceId, from, [.. journal.Skip((int)from - 1).Take(count)]));
        }
    }
}
