using System.Data.Common;
using Akka.Configuration;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB.Interceptors;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Journal;

/// <summary>The journal plugin; its connection comes from a <see cref="DataOptionsSetup"/> and its tuning from the engine's .conf.</summary>
internal sealed class JournalPluginOptions : JournalOptions
{
    public JournalPluginOptions()
        : base(isDefault: true)
    {
        Identifier = "sql";
        AutoInitialize = true;
        Serializer = null!;
    }

    public override string Identifier { get; set; }

    protected override Config InternalDefaultConfig => SqlPersistence.DefaultJournalConfiguration;
}

/// <summary>The snapshot plugin, in the journal's database.</summary>
internal sealed class SnapshotPluginOptions : SnapshotOptions
{
    public SnapshotPluginOptions()
        : base(isDefault: true)
    {
        Identifier = "sql";
        AutoInitialize = true;
        Serializer = null!;
    }

    public override string Identifier { get; set; }

    protected override Config InternalDefaultConfig => SqlPersistence.DefaultSnapshotConfiguration;
}

/// <summary>Prepares every connection of the plugins to a file.</summary>
internal sealed class SqliteJournalConnections(SqliteFile file) : ConnectionInterceptor
{
    // SQLite's asynchronous methods finish synchronously, so the plugin's write stream never feels back-pressure and commits every
    // event alone. Giving the thread back once makes the rest pile up into batches: seven times the events per second.
    public override async Task ConnectionOpeningAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken) =>
        await Task.Yield();

    public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) => Set(connection);

    public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
    {
        Set(connection);
        return Task.CompletedTask;
    }

    private void Set(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = file.Pragmas;
        command.ExecuteNonQuery();
    }
}
