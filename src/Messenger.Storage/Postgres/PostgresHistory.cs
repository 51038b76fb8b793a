using System.Security.Cryptography;
using Messenger.Storage.History;
using Messenger.Storage.Sql;

namespace Messenger.Storage.Postgres;

/// <summary>Opens the schema of the read model, or makes a new one when there is none of this version: it is rebuilt from the journal.</summary>
internal static class PostgresHistory
{
    /// <summary>The schema, which may be dropped while the node is down.</summary>
    public const string Schema = "history";

    private const int Version = 5;

    // "history!" in ASCII.
    private const long Turn = 0x686973746F727921;

    /// <param name="connectionString">The owner's.</param>
    /// <param name="isShared">Whether other members of a cluster write, too: then one at a time, so that the feed's numbers have no gaps and no reader sees a later one first.</param>
    public static MessageHistory Open(string connectionString, bool isShared)
    {
        var database = new PostgresDatabase(PostgresConnection.Derived(connectionString), "messages", "search_documents");
        return new MessageHistory(database, database, database.Use(session => session.Write(() =>
        {
            session.Post(PostgresDatabase.TakeTurn(Turn));
            return Epoch(session) ?? Create(session);
        })), new PostgresSearch(), isShared ? session => session.Post(PostgresDatabase.TakeTurn(Turn)) : _ => { });
    }

    private static string? Epoch(SqlSession session) =>
        session.HasTable($"{Schema}.life") ? session.Single($"select epoch from {Schema}.life where version = $1", row => row.GetString(0), Version) : null;

    private static string Create(SqlSession session)
    {
        var epoch = RandomNumberGenerator.GetHexString(16, lowercase: true);
        session.Execute($"drop schema if exists {Schema} cascade; create schema {Schema}");
        session.Execute(SqlDatabase.Script("history.postgres.sql"));
        session.Execute("insert into life (version, epoch) values ($1, $2)", Version, epoch);
        return epoch;
    }
}
