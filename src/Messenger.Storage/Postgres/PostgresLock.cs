using System.Security.Cryptography;
using Npgsql;

namespace Messenger.Storage.Postgres;

/// <summary>
/// Keeps a second node off a database by an advisory lock on a connection of its own. A connection that is lost is replaced; when
/// another node was faster, the lock is lost for good.
/// </summary>
internal sealed class PostgresLock : IAsyncDisposable
{
    // "messenge" in ASCII: a lock belongs to the database, so one number is enough.
    private const long Key = 0x6D657373656E6765;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(2);

    private readonly string _name = $"messenger lock {RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _lost = new();
    private NpgsqlConnection? _connection;
    private Task _watching = Task.CompletedTask;

    private PostgresLock(string connectionString, TimeProvider time)
    {
        _connectionString = PostgresConnection.Watched(connectionString, _name);
        _time = time;
    }

    /// <summary>Fires when another node has the database.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock; waits for a server that cannot be reached yet, and for the server to notice the end of an earlier node.</summary>
    /// <exception cref="DatabaseUnavailableException">The server could not be reached in time or refuses, or another node has the database.</exception>
    public static async Task<PostgresLock> TakeAsync(string connectionString, DatabasePatience patience, TimeProvider time, CancellationToken cancellation)
    {
        var held = new PostgresLock(connectionString, time);
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
                    throw new DatabaseUnavailableException("The database is in use by another node; give each node a database of its own.");
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
        if (await AskAsync("select pg_try_advisory_lock($1)", Key, cancellation))
        {
            return true;
        }

        // Our own connection, which the network cut and the server still believes in, is nobody else's.
        await AskAsync(
            "select bool_or(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()", _name, cancellation);
        return false;
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
                    await TakeAsync(DatabasePatience.Endless, _stopping.Token);
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
