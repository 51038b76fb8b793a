using System.Security.Cryptography;
using Messenger.Actors.Ports;
using Npgsql;

namespace Messenger.Storage.Postgres;

/// <summary>Which lock is taken.</summary>
/// <param name="Key">Its number within the database.</param>
/// <param name="IsShared">Whether others may hold it, too, who want it shared.</param>
/// <param name="Refusal">What the owner is told when somebody else has it.</param>
/// <param name="StaleAfter">A holder that has not been heard for so long is put out; null for never.</param>
internal sealed record PostgresLockKind(long Key, bool IsShared, string Refusal, TimeSpan? StaleAfter = null)
{
    // "messenge" in ASCII: a lock belongs to the database, so one number for each purpose is enough.
    private const long Database = 0x6D657373656E6765;

    /// <summary>A node that has its database alone.</summary>
    public static readonly PostgresLockKind Alone = new(Database, false, "The database is in use by another node; give each node a database of its own.");

    /// <summary>A member of a cluster: other members may come in, a node alone may not.</summary>
    public static readonly PostgresLockKind Member = new(
        Database, true, "The database is in use by a node without --cluster; stop that one first, or give each node a database of its own.");

    /// <summary>
    /// Who keeps the friend list of a cluster. Whoever was stopped in the middle holds its connection still: when it is not heard, it is put out.
    /// </summary>
    public static readonly PostgresLockKind Keeper = new(
        Database + 1,
        false,
        "Another cluster has the database, and its members do not know of this one. Name one of them as a seed, or give each cluster a database of its own.",
        TimeSpan.FromSeconds(8));
}

/// <summary>
/// Keeps a second node off a database by an advisory lock on a connection of its own. A connection that is lost is replaced; when
/// another node was faster, the lock is lost for good.
/// </summary>
internal sealed class PostgresLock : IHeldLease
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(2);

    private readonly string _name = $"messenger lock {RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private readonly string _connectionString;
    private readonly PostgresLockKind _kind;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _lost = new();
    private NpgsqlConnection? _connection;
    private Task _watching = Task.CompletedTask;
    private volatile bool _isHeld = true;

    private PostgresLock(string connectionString, PostgresLockKind kind, TimeProvider time)
    {
        _connectionString = PostgresConnection.Watched(connectionString, _name);
        _kind = kind;
        _time = time;
    }

    /// <summary>Whether the server was there when it was last asked, some seconds ago at most, and the lock is ours.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Fires when another node has the database.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock; waits for a server that cannot be reached yet, and for the server to notice the end of an earlier node.</summary>
    /// <exception cref="DatabaseUnavailableException">The server could not be reached in time or refuses, or another node has the database.</exception>
    public static async Task<PostgresLock> TakeAsync(
        string connectionString, PostgresLockKind kind, DatabasePatience patience, TimeProvider time, CancellationToken cancellation)
    {
        var held = new PostgresLock(connectionString, kind, time);
        try
        {
            await held.TakeAsync(patience, cancellation);
            held._watching = held.WatchAsync();
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        await CloseAsync();
        _stopping.Dispose();
        _lost.Dispose();
    }

    private async Task TakeAsync(DatabasePatience patience, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        long? refusedSince = null;
        for (var wait = FirstRetry; ; wait = wait * 2 < Pulse ? wait * 2 : Pulse)
        {
            try
            {
                if (await TryTakeAsync(cancellation))
                {
                    return;
                }

                if (_time.GetElapsedTime(refusedSince ??= _time.GetTimestamp()) >= patience.ForOtherNode)
                {
                    throw new DatabaseUnavailableException(_kind.Refusal);
                }
            }
            catch (NpgsqlException error)
            {
                if (patience != DatabasePatience.Endless && (!error.IsTransient || _time.GetElapsedTime(began) >= patience.ForServer))
                {
                    throw new DatabaseUnavailableException($"The database cannot be used: {error.Message.ReplaceLineEndings(" ")}");
                }

                refusedSince = null;
            }

            await Task.Delay(wait, _time, cancellation);
        }
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellation)
    {
        await CloseAsync();
        _connection = new NpgsqlConnection(_connectionString);
        await PostgresConnection.OpenAsync(_connection, cancellation);
        if (await AskAsync(_kind.IsShared ? "select pg_try_advisory_lock_shared($1)" : "select pg_try_advisory_lock($1)", _kind.Key, cancellation))
        {
            return true;
        }

        // Our own connection, which the network cut and the server still believes in, is nobody else's.
        await AskAsync(
            "select bool_or(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()", _name, cancellation);
        if (_kind.StaleAfter is { } silence)
        {
            await PutOutAsync(silence, cancellation);
        }

        return false;
    }

    // A holder asks something at each pulse. One that does not, though its connection stands, is a process or a machine that is stopped.
    private async Task PutOutAsync(TimeSpan silence, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(pg_terminate_backend(pid)) from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and pg_locks.database = (select oid from pg_database where datname = current_database())
              and (classid::bigint << 32) + objid::bigint = $1 and pid <> pg_backend_pid() and state_change < clock_timestamp() - $2
            """,
            _connection)
        {
            Parameters = { new NpgsqlParameter { Value = _kind.Key }, new NpgsqlParameter { Value = silence } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pulse, _time, _stopping.Token);
                if (!await IsAliveAsync())
                {
                    _isHeld = false;
                    await TakeAsync(DatabasePatience.Endless, _stopping.Token);
                    _isHeld = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        catch (DatabaseUnavailableException)
        {
            await _lost.CancelAsync();
        }
    }

    private async Task<bool> IsAliveAsync()
    {
        try
        {
            return await AskAsync("select $1 = 1", 1, _stopping.Token);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<bool> AskAsync(string sql, object argument, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { Parameters = { new NpgsqlParameter { Value = argument } } };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private async Task CloseAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }
}
