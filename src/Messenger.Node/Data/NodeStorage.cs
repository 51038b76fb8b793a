using Akka.Hosting;
using Messenger.Actors.Ports;
using Messenger.Storage;
using Messenger.Storage.Accounts;

namespace Messenger.Node.Data;

/// <summary>Whether the database can be used now.</summary>
internal sealed record DatabaseReach(Func<bool> IsReachable);

/// <summary>The database of a node: SQLite files in the data folder, or PostgreSQL.</summary>
internal sealed class NodeStorage : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly PostgresStorage? _postgres;

    private NodeStorage(DataFolder folder, PostgresStorage? postgres)
    {
        (_folder, _postgres) = (folder, postgres);
        Accounts = postgres?.Accounts ?? new AccountStore(folder.File("node.db"));
    }

    /// <summary>Who may use the node's own interface.</summary>
    public AccountStore Accounts { get; }

    /// <summary>Fires when another node has the database: this one must stop.</summary>
    public CancellationToken Lost => _postgres?.Lost ?? CancellationToken.None;

    /// <summary>Opens the database; waits for a server that is not there yet.</summary>
    /// <param name="folder">The node's own.</param>
    /// <param name="database">A connection string; null for SQLite.</param>
    /// <param name="isMember">Whether this is a member of a cluster, all of whose members use it.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="CannotStartException">The database cannot be used, or another node has it.</exception>
    public static async Task<NodeStorage> OpenAsync(DataFolder folder, string? database, bool isMember, TimeProvider time, CancellationToken stop)
    {
        try
        {
            return new NodeStorage(folder, database is null ? null : await PostgresStorage.OpenAsync(database, isMember, DatabasePatience.AtStart, time, stop));
        }
        catch (DatabaseUnavailableException error)
        {
            throw new CannotStartException(error.Message);
        }
    }

    /// <summary>The accounts alone, also while a node runs.</summary>
    public static AccountStore OpenAccounts(string dataPath, string? database) =>
        database is null ? new AccountStore(Path.Combine(dataPath, "node.db")) : PostgresStorage.OpenAccounts(database);

    /// <summary>This life of this process, as the database knows it; empty on SQLite.</summary>
    public string MemberLife => _postgres?.MemberLife ?? "";

    /// <summary>The life that the members of a cluster are in; as the folder says for a node alone.</summary>
    public IDatabaseLife Life(bool isMember)
    {
        var told = DatabaseLife.Read(_folder);
        return isMember && _postgres is { } shared ? told with { Id = shared.ShareLife(told.Id) } : told;
    }

    /// <summary>Registers the stores.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(new DatabaseReach(() => _postgres?.IsReachable ?? true)).AddSingleton(Size);
        if (_postgres is { } postgres)
        {
            postgres.AddTo(services);
        }
        else
        {
            services.AddSqliteStorage(_folder.Path);
        }
    }

    private DatabaseSize Size(IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        return _postgres is { } postgres ? DatabaseSize.OfServer(postgres.SizeAsync, time) : DatabaseSize.OfFiles(_folder.Path, time);
    }

    /// <summary>Gives the actors their journal.</summary>
    public void AddTo(AkkaConfigurationBuilder builder)
    {
        if (_postgres is { } postgres)
        {
            postgres.AddTo(builder);
        }
        else
        {
            builder.WithSqliteStorage(_folder.Path);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Accounts.Dispose();
        if (_postgres is { } postgres)
        {
            await postgres.DisposeAsync();
        }
    }
}
