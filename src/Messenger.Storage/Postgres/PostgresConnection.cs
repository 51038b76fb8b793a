using System.Net.Sockets;
using Npgsql;

namespace Messenger.Storage.Postgres;

/// <summary>The connection string of the owner, with what the node needs. What the owner says goes before our defaults.</summary>
internal static class PostgresConnection
{
    private const int MaxPreparedStatements = 100;

    // Below the circuit breaker of the journal, so that a failure is the server's and not ambiguous.
    private const int StatementSeconds = 8;
    private const int ConnectSeconds = 5;

    // What a member holds in the middle of a transaction holds up the others: a member that is stopped or cut off is rolled back.
    private const string Impatience = "idle_in_transaction_session_timeout=7000";

    /// <exception cref="FormatException">It is no connection string, or names no host or database. The message does not repeat it: it may hold a password.</exception>
    public static string Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0, Database.Length: > 0 }
                ? text
                : throw new FormatException("Host and Database must be named");
        }
        catch (ArgumentException error)
        {
            throw new FormatException(error.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>For a member of a cluster: what it holds in the middle of a transaction is let go of when it is stopped or cut off.</summary>
    public static string Shared(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(text);
        Set(builder, Impatience, "tcp_keepalives_idle=5", "tcp_keepalives_interval=2", "tcp_keepalives_count=3");
        return builder.ToString();
    }

    /// <summary>For the journal, accounts and relayed messages: a commit survives a power loss, whatever the server does otherwise.</summary>
    public static string Durable(string text)
    {
        var builder = Build(text);
        if (builder.Options?.Contains("synchronous_commit", StringComparison.Ordinal) != true)
        {
            Set(builder, "synchronous_commit=on");
        }

        return builder.ToString();
    }

    /// <summary>For the journal of a member: it says whose it is, in case that the cluster goes on without it.</summary>
    public static string Journal(string text, string member)
    {
        var builder = new NpgsqlConnectionStringBuilder(Durable(text));
        Set(builder, $"messenger.member={member}");
        return builder.ToString();
    }

    /// <summary>
    /// For the read model, in a schema of its own. It is derived, but its feed is told to open pages: a server that forgot what it has
    /// committed, while this process lives on, would have them told again, under numbers that they know.
    /// </summary>
    public static string Derived(string text) => new NpgsqlConnectionStringBuilder(Durable(text)) { SearchPath = PostgresHistory.Schema }.ToString();

    /// <summary>For the lock: one connection, whose loss the server notices soon even if the machine of the node is gone.</summary>
    public static string Watched(string text, string name)
    {
        var builder = Build(text);
        builder.Pooling = false;
        builder.ApplicationName = name;
        Set(builder, [.. builder.Options?.Contains("tcp_keepalives_idle", StringComparison.Ordinal) == true
            ? Array.Empty<string>()
            : ["tcp_keepalives_idle=10", "tcp_keepalives_interval=5", "tcp_keepalives_count=3"]]);
        return builder.ToString();
    }

    /// <summary>Opens a connection; that the server's name is unknown for now is a failure like every other.</summary>
    /// <exception cref="NpgsqlException">It failed.</exception>
    public static async Task OpenAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await connection.OpenAsync(cancellation);
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            throw new NpgsqlException(error.Message, error);
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, params string[] settings) =>
        builder.Options = string.Join(' ', [.. builder.Options is { } given ? new[] { given } : [], .. settings.Select(setting => $"-c {setting}")]);

    private static NpgsqlConnectionStringBuilder Build(string text)
    {
        var given = new NpgsqlConnectionStringBuilder(text);
        var built = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "messenger",
            Timeout = ConnectSeconds,
            CommandTimeout = StatementSeconds,
            MaxAutoPrepare = MaxPreparedStatements,
            AutoPrepareMinUsages = 2,
        };
        foreach (var key in given.Keys.Cast<string>())
        {
            built[key] = given[key];
        }

        return built;
    }
}
