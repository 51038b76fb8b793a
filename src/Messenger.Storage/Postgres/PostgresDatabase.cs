using System.Globalization;
using System.Net.Sockets;
using Messenger.Storage.Sql;
using Npgsql;

namespace Messenger.Storage.Postgres;

/// <summary>Tables of the server that belong together.</summary>
/// <param name="connectionString">Made by <see cref="PostgresConnection"/>.</param>
/// <param name="scrubbed">The tables that hold erasable content.</param>
internal sealed class PostgresDatabase(string connectionString, params string[] scrubbed) : SqlDatabase
{
    /// <summary>Waits until no other transaction has taken this turn, which ends with the transaction. Without rows, so that it may be posted.</summary>
    public static string TakeTurn(long turn) => string.Create(CultureInfo.InvariantCulture, $"do $$ begin perform pg_advisory_xact_lock({turn}); end $$");

    // "creating" in ASCII.
    private const long Creating = 0x6372656174696E67;

    // Each holds a thread while it waits for the server.
    private const int MaxSessions = 8;
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);
    private readonly SemaphoreSlim _sessions = new(MaxSessions);

    public override string Dialect => "postgres";

    // Two members that start at once would make the same table.
    public override void Create(string name) => Use(session => session.Write(() =>
    {
        session.Post(TakeTurn(Creating));
        return session.Execute(Script($"{name}.{Dialect}.sql"));
    }));

    public override T Use<T>(Func<SqlSession, T> work)
    {
        using var session = Open();
        return work(session);
    }

    public override async Task<T> UseAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation)
    {
        await _sessions.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Use(work), cancellation);
        }
        finally
        {
            _sessions.Release();
        }
    }

    /// <summary>
    /// Removes dead row versions. The pages in which they were may keep their bytes until they are written again, and the server's
    /// write-ahead log until it is recycled: PostgreSQL offers no more without rewriting whole tables.
    /// </summary>
    public override async Task ScrubAsync(CancellationToken cancellation)
    {
        await using var connection = _source.CreateConnection();
        await PostgresConnection.OpenAsync(connection, cancellation);
        foreach (var table in scrubbed)
        {
            await using var exists = new NpgsqlCommand("select to_regclass($1) is not null", connection) { Parameters = { new NpgsqlParameter { Value = table } } };
            if (await exists.ExecuteScalarAsync(cancellation) is true)
            {
                await using var vacuum = new NpgsqlCommand($"vacuum {table}", connection) { CommandTimeout = 0 };
                await vacuum.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    public override Task TryScrubAsync(CancellationToken cancellation) => ScrubAsync(cancellation);

    public override void Dispose()
    {
        _source.Dispose();
        _sessions.Dispose();
    }

    private PostgresSession Open()
    {
        try
        {
            return new PostgresSession(_source.OpenConnection());
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            // The name of the server is unknown for now, say: a failure like every other.
            throw new NpgsqlException(error.Message, error);
        }
    }
}
