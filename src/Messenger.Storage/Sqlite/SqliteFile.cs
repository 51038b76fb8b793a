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
internal sealed class SqliteFile(string path, Durability durability)
{
    private const int BusyMilliseconds = 5000;
    private const int ScrubAttempts = 25;
    private const int ScrubBusyMilliseconds = 200;
    private static readonly TimeSpan ScrubPause = TimeSpan.FromMilliseconds(100);

    // The timeout is in seconds and lies below the circuit breaker of the journal, so that a failure is SQLite's and not ambiguous.
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyMilliseconds / 1000 }.ToString();

    /// <summary>Settings that a file does not remember: they are given to every connection.</summary>
    public string Pragmas { get; } = $"PRAGMA busy_timeout={BusyMilliseconds}; PRAGMA synchronous={(int)durability}; PRAGMA secure_delete=ON;";

    /// <summary>Makes the file, or switches it to WAL. Once, before anybody uses it: the switch needs the file alone.</summary>
    public void Prepare()
    {
        using var session = Open();
        session.Execute("PRAGMA journal_mode=WAL");
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

    /// <summary>
    /// Empties the write-ahead log into the file, so that overwritten content is in neither. Waits for readers, some seconds at most.
    /// </summary>
    /// <exception cref="IOException">Somebody kept reading an old state all the time.</exception>
    public async Task ScrubAsync(CancellationToken cancellation)
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
    public bool TryTruncateLog() => TruncateLog(busyMilliseconds: 0);

    /// <summary>Closes pooled connections, so that the file may be moved or deleted.</summary>
    public void Release()
    {
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

    /// <summary>A statement file of this assembly.</summary>
    public static string Script(string name)
    {
        using var stream = typeof(SqliteFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private bool TruncateLog(int busyMilliseconds)
    {
        using var session = Open();
        session.Execute($"PRAGMA busy_timeout={busyMilliseconds}");
        return session.Single("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0)) == 0;
    }
}
