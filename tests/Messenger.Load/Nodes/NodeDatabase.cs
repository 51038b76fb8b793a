using System.Globalization;
using Npgsql;

namespace Messenger.Load.Nodes;

/// <summary>The database of one node: in its data folder, or one on a PostgreSQL server that lives as long as the node is measured.</summary>
internal sealed class NodeDatabase : IAsyncDisposable
{
    private static int made;

    private readonly string? _server;
    private readonly string? _name;

    private NodeDatabase(string option, string? server = null, string? name = null) => (Option, _server, _name) = (option, server, name);

    /// <summary>The value of the node's <c>--database</c>.</summary>
    public string Option { get; }

    /// <summary>Makes an empty database.</summary>
    /// <exception cref="LoadFailedException">The server does not let us.</exception>
    public static async Task<NodeDatabase> CreateAsync(string database, CancellationToken cancel)
    {
        if (database == LoadOptions.Sqlite)
        {
            return new NodeDatabase(database);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"messenger_load_{Environment.ProcessId}_{Interlocked.Increment(ref made)}");
        try
        {
            await ExecuteAsync(database, $"create database {name}", cancel);
            return new NodeDatabase(new NpgsqlConnectionStringBuilder(database) { Database = name }.ConnectionString, database, name);
        }
        catch (Exception problem) when (problem is NpgsqlException or ArgumentException)
        {
            throw new LoadFailedException($"No database for a node can be made with --database: {problem.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync(_server, $"drop database if exists {_name} with (force)", CancellationToken.None);
        }
    }

    /// <summary>Its size on the disk, indexes included.</summary>
    public Task<long> BytesAsync(CancellationToken cancel) => CountAsync("select pg_database_size(current_database())", cancel);

    /// <summary>How many connections to it are open, the one that asks excluded.</summary>
    public Task<long> ConnectionsAsync(CancellationToken cancel) =>
        CountAsync("select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", cancel);

    private async Task<long> CountAsync(string query, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Option) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(query, connection);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task ExecuteAsync(string server, string statement, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
