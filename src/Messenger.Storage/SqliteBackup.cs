using Microsoft.Data.Sqlite;

namespace Messenger.Storage;

/// <summary>Copies of a node's SQLite files, also of those that a running node is writing.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// The files that nothing else could replace. history.db is none of them: it is rebuilt from the journal.
    /// </summary>
    public static IReadOnlyList<string> Files { get; } = ["journal.db", "node.db"];

    /// <summary>
    /// Copies one file as it is at one moment, by SQLite's online backup, together with what is committed but still in its write-ahead
    /// log. Writers are not held up.
    /// </summary>
    /// <param name="source">An existing database.</param>
    /// <param name="target">A new file, or an empty one.</param>
    /// <exception cref="SqliteException">One of the two cannot be used, or the disk is full.</exception>
    /// <exception cref="InvalidDataException">The database is damaged.</exception>
    public static void Copy(string source, string target)
    {
        using (var from = Open(source, SqliteOpenMode.ReadWrite))
        using (var to = Open(target, SqliteOpenMode.ReadWriteCreate))
        {
            Execute(to, "PRAGMA synchronous=OFF");
            from.BackupDatabase(to);

            // The copy of a file in WAL mode is in WAL mode: one file alone is what is wanted here.
            Execute(to, "PRAGMA journal_mode=DELETE");
        }

        Check(target);
    }

    /// <summary>Reads the whole file and compares what SQLite can compare.</summary>
    /// <param name="file">A database that nobody else uses.</param>
    /// <exception cref="InvalidDataException">It is damaged, or no database.</exception>
    public static void Check(string file)
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadWrite);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            if (command.ExecuteScalar() is not "ok")
            {
                throw new InvalidDataException($"The database {Path.GetFileName(file)} is damaged.");
            }
        }
        catch (SqliteException error)
        {
            throw new InvalidDataException($"The database {Path.GetFileName(file)} is damaged: {error.Message}", error);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
