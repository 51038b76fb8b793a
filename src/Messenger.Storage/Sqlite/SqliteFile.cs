using System.Collections.Concurrent;
using Messenger.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Sqlite;

/// <summary>How hard a commit holds on to the disk (SQLite, PRAGMA synchronous).</summary>
internal enum Durability
{
    /// <summary>Survives the process, not a power loss: for what can be derived again.</summary>
    Normal = 1,

    /// <summary>Survives a power loss.</summary>
    Full = 2,
}

/// <summary>One database file in WAL mode. Deleted content is overwritten (security.md, Peer listener).</summary>
/// <param name="path">Where it is.</param>
/// <param name="durability">What a commit survives.</param>
/// <param name="writer">
/// For many small transactions of one writer: a larger cache, and a log that takes more of them before they are copied into the file,
/// each page once. Only one connection writes then: what another one commits makes the whole cache worthless.
/// </param>
internal sealed class SqliteFile(string path, Durability durability, bool writer = false) : SqlDatabase
{
    private const int WriterCacheKib = 8 << 10;
    private const int WriterLogPages = 4000;
    private const int MaxIdleSessions = 4;
    private const int BusyMilliseconds = 5000;
    private const int ScrubAttempts = 25;
    private const int ScrubBusyMilliseconds = 200;
    private static readonly TimeSpan ScrubPause = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    public override string Dialect => "sqlite";

    // The timeout is in seconds and lies below the circuit breaker of the journal, so that a failure is SQLite's and not ambiguous.
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyMilliseconds / 1000 }.ToString();

    /// <summary>
    /// Settings that a file does not remember: they are given to every connection. Temporary files would hold texts outside the data folder,
    /// where nobody overwrites them, and a folder for them may not be there.
    /// </summary>
    public string Pragmas { get; } = $"PRAGMA busy_timeout={BusyMilliseconds}; PRAGMA synchronous={(int)durability}; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
        + (writer ? $" PRAGMA cache_size=-{WriterCacheKib}; PRAGMA wal_autocheckpoint={WriterLogPages};" : "");

    /// <summary>Makes the file, or switches it to WAL. Once, before anybody uses it: the switch needs the file alone.</summary>
    public void Prepare()
    {
        using var session = Open();
        session.Execute("PRAGMA journal_mode=WAL");
    }

    /// <summary>This file after <see cref="Prepare"/>.</summary>
    public SqliteFile Prepared()
    {
        Prepare();
        return this;
    }

    public SqliteSession Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = Pragmas;
            pragmas.ExecuteNonQuery();
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override T Use<T>(Func<SqlSession, T> work)
    {
        // Kept open with its prepared statements: opening one takes longer than most queries.
        if (!_idle.TryTake(out var session))
        {
            session = Open();
        }

        try
        {
            var result = work(session);
            Keep(session);
            return result;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public override Task<T> UseAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation) => Task.Run(() => Use(work), cancellation);

    public override void Dispose() => Release();

    /// <summary>
    /// Empties the write-ahead log into the file, so that overwritten content is in neither. Waits for readers, some seconds at most.
    /// </summary>
    /// <exception cref="IOException">Somebody kept reading an old state all the time.</exception>
    public override async Task ScrubAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < ScrubAttempts; attempt++)
        {
            if (TruncateLog(ScrubBusyMilliseconds))
            {
                return;
            }

            await Task.Delay(ScrubPause, cancellation);
        }

        throw new IOException($"The write-ahead log of {path} could not be emptied: a reader holds on to it. Erased text may remain in it until the node restarts.");
    }

    /// <summary>Empties the write-ahead log unless somebody is reading an old state just now.</summary>
    public override Task TryScrubAsync(CancellationToken cancellation) => Task.Run(() => TruncateLog(busyMilliseconds: 0), cancellation);

    /// <summary>Closes what nobody uses just now, so that the file may be moved or deleted.</summary>
    public void Release()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    public void Delete()
    {
        Release();
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            File.Delete(path + suffix);
        }
    }

    private void Keep(SqliteSession session)
    {
        if (_idle.Count < MaxIdleSessions)
        {
            _idle.Add(session);
        }
        else
        {
            session.Dispose();
        }
    }

    private bool TruncateLog(int busyMilliseconds)
    {
        using var session = Open();
        session.Execute($"PRAGMA busy_timeout={busyMilliseconds}");
        return session.Single("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0)) == 0;
    }
}
