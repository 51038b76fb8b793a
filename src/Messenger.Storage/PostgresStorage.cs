using System.Security.Cryptography;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using Messenger.Actors.Ports;
using Messenger.Storage.Accounts;
using Messenger.Storage.Journal;
using Messenger.Storage.Keys;
using Messenger.Storage.Postgres;
using Messenger.Storage.Relays;
using Messenger.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;

namespace Messenger.Storage;

/// <summary>The database cannot be used now. The message is one line for the owner, without secrets.</summary>
public sealed class DatabaseUnavailableException(string message) : Exception(message);

/// <summary>How long to wait for a database before giving up.</summary>
/// <param name="ForServer">For a server that cannot be reached.</param>
/// <param name="ForOtherNode">For another node to let go of the database.</param>
public sealed record DatabasePatience(TimeSpan ForServer, TimeSpan ForOtherNode)
{
    /// <summary>At the start of a node: containers start in any order, and a server needs a moment to notice that a node was killed.</summary>
    public static readonly DatabasePatience AtStart = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));

    /// <summary>While a node runs: the server may be away for long, but another node must not have taken its place.</summary>
    public static readonly DatabasePatience Endless = new(TimeSpan.MaxValue, TimeSpan.FromSeconds(5));
}

/// <summary>Everything a node keeps, in a database of PostgreSQL 15 or later that it has for itself. Tables are made when they are missing.</summary>
public sealed class PostgresStorage : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly PostgresLock _lock;
    private readonly bool _isMember;

    private PostgresStorage(string connectionString, PostgresLock held, bool isMember)
    {
        (_connectionString, _lock, _isMember) = (connectionString, held, isMember);
        using (var journal = new PostgresDatabase(PostgresConnection.Durable(connectionString)))
        {
            journal.Create("journal");
            if (isMember)
            {
                journal.Create("members");
            }
        }

        Accounts = OpenAccounts(connectionString);
    }

    /// <summary>Fires when another node has the database: this one must stop.</summary>
    public CancellationToken Lost => _lock.Lost;

    /// <summary>Whether the server was there when it was last asked, some seconds ago at most.</summary>
    public bool IsReachable => _lock.IsHeld;

    /// <summary>This life of this process, for <see cref="IMemberFence"/>.</summary>
    public string MemberLife { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Who may use the node's own interface.</summary>
    public AccountStore Accounts { get; }

    /// <summary>Checks a connection string without connecting.</summary>
    /// <param name="connectionString">As Npgsql has it, for example <c>Host=db;Database=messenger;Username=messenger;Password=…</c>.</param>
    /// <exception cref="FormatException">It cannot be used; the message does not repeat it.</exception>
    public static string Parse(string connectionString) => PostgresConnection.Parse(connectionString);

    /// <summary>Takes the database for this node alone, or for this and the other members of its cluster.</summary>
    /// <param name="connectionString">Checked by <see cref="Parse"/>.</param>
    /// <param name="isMember">Whether this is a member of a cluster.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DatabaseUnavailableException">It cannot be reached or refuses, or another node has it.</exception>
    public static async Task<PostgresStorage> OpenAsync(
        string connectionString, bool isMember, DatabasePatience patience, TimeProvider time, CancellationToken cancellation)
    {
        var used = isMember ? PostgresConnection.Shared(connectionString) : connectionString;
        var held = await PostgresLock.TakeAsync(used, isMember ? PostgresLockKind.Member : PostgresLockKind.Alone, patience, time, cancellation);
        try
        {
            return new PostgresStorage(used, held, isMember);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>The accounts alone, which may be changed while a node runs.</summary>
    /// <param name="connectionString">Checked by <see cref="Parse"/>.</param>
    public static AccountStore OpenAccounts(string connectionString) => new(new PostgresDatabase(PostgresConnection.Durable(connectionString)));

    /// <summary>
    /// The life of the database that all members are in: a member that was told of a new one tells the others. For a cluster.
    /// </summary>
    /// <param name="told">Id of the life that this member was told of; empty for none.</param>
    public string ShareLife(string told)
    {
        using var database = new PostgresDatabase(PostgresConnection.Durable(_connectionString));
        database.Create("lives");
        return database.Use(session => session.Write(() =>
        {
            if (told.Length > 0)
            {
                session.Execute("insert into lives (id) values ($1) on conflict (id) do nothing", told);
            }

            return session.Single("select id from lives order by number desc limit 1", row => row.GetString(0));
        })) ?? "";
    }

    /// <summary>How many bytes the database takes on the server.</summary>
    /// <param name="cancellation">Ends the wait for the server.</param>
    public async Task<long> SizeAsync(CancellationToken cancellation)
    {
        using var database = new PostgresDatabase(PostgresConnection.Durable(_connectionString));
        return await database.UseAsync(session => session.Single("select pg_database_size(current_database())", row => row.GetInt64(0)), cancellation);
    }

    /// <summary>
    /// Registers <see cref="IMessageHistory"/> (the schema <c>history</c>, which may be dropped while the node is down),
    /// <see cref="IRelayStore"/>, <see cref="IKeyStore"/>, <see cref="IJournalReader"/> and <see cref="IJournalEraser"/>.
    /// </summary>
    /// <param name="services">The node's services.</param>
    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IMessageHistory>(_ => PostgresHistory.Open(_connectionString, _isMember))
        .AddSingleton<IRelayStore>(_ => new RelayStore(new PostgresDatabase(PostgresConnection.Durable(_connectionString), "relayed"), _isMember))
        .AddSingleton<IKeyStore>(_ => new KeyStore(new PostgresDatabase(PostgresConnection.Durable(_connectionString), "own_prekeys")))
        .AddSingleton(provider => new JournalTable(
            new PostgresDatabase(PostgresConnection.Durable(_connectionString), "journal", "snapshot"), provider.GetRequiredService<ActorSystem>))
        .AddSingleton<IJournalReader>(provider => provider.GetRequiredService<JournalTable>())
        .AddSingleton<IJournalEraser>(provider => provider.GetRequiredService<JournalTable>())
        .AddSingleton<IRosterLease>(provider => new RosterLease(_connectionString, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IMemberFence>(_ => new MemberFence(new PostgresDatabase(PostgresConnection.Durable(_connectionString))));

    /// <summary>Keeps journal and snapshots in the database.</summary>
    /// <param name="builder">The actor system.</param>
    public void AddTo(AkkaConfigurationBuilder builder)
    {
        builder.AddSetup(new DataOptionsSetup(
            new DataOptions().UseConnectionString(
                ProviderName.PostgreSQL15, _isMember ? PostgresConnection.Journal(_connectionString, MemberLife) : PostgresConnection.Durable(_connectionString))));

        // Prepended last: the options bring the plugin's defaults, which must lie below this tuning.
        builder
            .WithJournalAndSnapshot(new JournalPluginOptions(), new SnapshotPluginOptions())
            .AddHocon(ConfigurationFactory.ParseString(SqlDatabase.Script("postgresql.conf")), HoconAddMode.Prepend);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Accounts.Dispose();
        await _lock.DisposeAsync();
    }
}
