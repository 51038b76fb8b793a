using System.Security.Cryptography;
using Messenger.Storage.Sql;
using Messenger.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.History;

/// <summary>Opens history.db, or makes a new one when there is none of this version that can be read: it is rebuilt from the journal.</summary>
internal static class SqliteHistory
{
    private const int Version = 7;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <summary>Opens the file, or makes a new one in place of one that cannot be read.</summary>
    public static MessageHistory Open(string path)
    {
        var file = new SqliteFile(path, Durability.Normal);
        var epoch = TryReadEpoch(file) ?? Create(file);
        return new MessageHistory(file, new SqliteFile(path, Durability.Normal, writer: true), epoch, new SqliteSearch(), _ => { });
    }

    private static string? TryReadEpoch(SqliteFile file)
    {
        try
        {
            file.Prepare();
            using var session = file.Open();
            return session.Single("PRAGMA user_version", row => row.GetInt32(0)) == Version
                ? session.Single("select epoch from life", row => row.GetString(0))
                : null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            return null;
        }
    }

    private static string Create(SqliteFile file)
    {
        file.Delete();
        file.Prepare();
        using var session = file.Open();
        var epoch = RandomNumberGenerator.GetHexString(16, lowercase: true);
        return session.Write(() =>
        {
            session.Execute(SqlDatabase.Script("history.sqlite.sql"));
            session.Execute(SqlDatabase.Script("search.sqlite.sql"));
            session.Execute("insert into life (epoch) values ($1)", epoch);
            session.Execute($"PRAGMA user_version = {Version}");
            return epoch;
        });
    }
}
