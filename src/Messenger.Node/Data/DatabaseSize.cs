using System.Collections.Immutable;

namespace Messenger.Node.Data;

/// <summary>How many bytes the database takes, by file; a database on a server counts as one.</summary>
internal sealed class DatabaseSize
{
    // The server looks at every file of the database, and members of a cluster all ask.
    private static readonly TimeSpan ServerRest = TimeSpan.FromMinutes(1);

    private static readonly string[] Files = ["journal", "history", "node"];

    private readonly Func<CancellationToken, Task<ImmutableDictionary<string, long>>> _measure;
    private readonly TimeSpan _rest;
    private readonly TimeProvider _time;
    private ImmutableDictionary<string, long>? _last;
    private long _measuredAt;

    private DatabaseSize(Func<CancellationToken, Task<ImmutableDictionary<string, long>>> measure, TimeSpan rest, TimeProvider time) =>
        (_measure, _rest, _time) = (measure, rest, time);

    /// <summary>Of SQLite files, with their write-ahead logs.</summary>
    /// <param name="dataPath">The node's data folder.</param>
    /// <param name="time">The clock.</param>
    public static DatabaseSize OfFiles(string dataPath, TimeProvider time) => new(
        _ => Task.FromResult(Files.ToImmutableDictionary(name => name, name => SizeOf(dataPath, $"{name}.db") + SizeOf(dataPath, $"{name}.db-wal"))), TimeSpan.Zero, time);

    /// <summary>Of a database on a server, which is asked once a minute at most.</summary>
    /// <param name="ask">Asks it.</param>
    /// <param name="time">The clock.</param>
    public static DatabaseSize OfServer(Func<CancellationToken, Task<long>> ask, TimeProvider time) =>
        new(async cancel => ImmutableDictionary<string, long>.Empty.Add("database", await ask(cancel)), ServerRest, time);

    /// <summary>The bytes by file.</summary>
    public async Task<ImmutableDictionary<string, long>> MeasureAsync(CancellationToken cancel)
    {
        if (_last is null || _time.GetElapsedTime(_measuredAt) >= _rest)
        {
            _last = await _measure(cancel);
            _measuredAt = _time.GetTimestamp();
        }

        return _last;
    }

    private static long SizeOf(string dataPath, string name) => new FileInfo(Path.Combine(dataPath, name)) is { Exists: true } file ? file.Length : 0;
}
