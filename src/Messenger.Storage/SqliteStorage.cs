using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using Messenger.Actors.Ports;
using Messenger.Storage.History;
using Messenger.Storage.Journal;
using Messenger.Storage.Keys;
using Messenger.Storage.Relays;
using Messenger.Storage.Sql;
using Messenger.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Messenger.Storage;

/// <summary>Everything a node keeps, in a folder of SQLite files: nothing to install, nothing to run (architecture.md, Known traps).</summary>
public static class SqliteStorage
{
    /// <summary>
    /// Registers <see cref="IMessageHistory"/> (history.db, which may be deleted while the node is down), <see cref="IRelayStore"/> (node.db),
    /// <see cref="IJournalReader"/>, <see cref="IJournalEraser"/> and <see cref="IKeyStore"/> (journal.db).
    /// </summary>
    /// <param name="services">The node's services.</param>
    /// <param name="dataFolder">An existing folder that no other process uses.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string dataFolder) => services
        .AddSingleton<IMessageHistory>(_ => SqliteHistory.Open(Path.Combine(dataFolder, "history.db")))
        .AddSingleton<IRelayStore>(_ => new RelayStore(NodeFile(dataFolder).Prepared()))
        .AddSingleton<IKeyStore>(_ => new KeyStore(JournalFile(dataFolder).Prepared()))
        .AddSingleton(provider => new JournalTable(JournalFile(dataFolder), provider.GetRequiredService<ActorSystem>))
        .AddSingleton<IJournalReader>(provider => provider.GetRequiredService<JournalTable>())
        .AddSingleton<IJournalEraser>(provider => provider.GetRequiredService<JournalTable>());

    /// <summary>Keeps journal and snapshots in journal.db. Creates the file.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="dataFolder">The folder given to <see cref="AddSqliteStorage"/>.</param>
    public static AkkaConfigurationBuilder WithSqliteStorage(this AkkaConfigurationBuilder builder, string dataFolder)
    {
        var file = JournalFile(dataFolder).Prepared();
        using (var journal = JournalFile(dataFolder))
        {
            journal.Create("journal");
        }

        builder.AddSetup(new DataOptionsSetup(
            new DataOptions().UseConnectionString(ProviderName.SQLiteMS, file.ConnectionString).UseInterceptor(new SqliteJournalConnections(file))));

        // Prepended last: the options bring the plugin's defaults, which must lie below this tuning.
        return builder
            .WithJournalAndSnapshot(new JournalPluginOptions(), new SnapshotPluginOptions())
            .AddHocon(ConfigurationFactory.ParseString(SqlDatabase.Script("sqlite.conf")), HoconAddMode.Prepend);
    }

    private static SqliteFile JournalFile(string dataFolder) => new(Path.Combine(dataFolder, "journal.db"), Durability.Full);

    private static SqliteFile NodeFile(string dataFolder) => new(Path.Combine(dataFolder, "node.db"), Durability.Full);
}
