using System.Data.Common;
using Akka.Configuration;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql;
using LinqToDB.Interceptors;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Journal;

/// <summary>The journal plugin; its connection comes from <see cref="JournalConnections"/> and its tuning from sqlite.conf.</summary>
internal sealed class SqliteJournalOptions : JournalOptions
{
    public SqliteJournalOptions()
        : base(isDefault: true)
    {
        Identifier = "sql";
        AutoInitialize = true;
        Serializer = null!;
    }

    public override string Identifier { get; set; }

    protected override Config InternalDefaultConfig => SqlPersistence.DefaultJournalConfiguration;
}

/// <summary>The snapshot plugin, in the journal's file.</summary>
internal sealed class SqliteSnapshotOptions : SnapshotOptions
{
    public SqliteSnapshotOptions()
        : base(isDefault: true)
    {
        Identifier = "sql";
        AutoInitialize = true;
        Serializer = null!;
    }

    public override string Identifier { get; set; }

    protected override Config InternalDefaultConfig => SqlPersistence.DefaultSnapshotConfiguration;
}

/// <summary>Prepares every connection of the plugins.</summary>
internal sealed class JournalConnections(SqliteFile file) : ConnectionInterceptor
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
