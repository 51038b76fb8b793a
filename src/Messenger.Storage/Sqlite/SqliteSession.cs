using System.Data.Common;
using Messenger.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Sqlite;

/// <summary>A connection to a file that keeps its statements prepared.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : SqlSession
{
    private readonly Dictionary<string, SqliteCommand> _statements = [];
    private readonly Dictionary<string, SqliteChange> _changes = [];
    private SqliteTransaction? _transaction;

    // Without arguments it may be a script, or a PRAGMA.
    public override int Execute(string sql, params ReadOnlySpan<object?> arguments) =>
        arguments.IsEmpty ? Bind(sql, arguments).ExecuteNonQuery() : Change(sql).Execute(arguments);

    // Nothing travels anywhere: at once is the fastest.
    public override void Post(string sql, params ReadOnlySpan<object?> arguments) => Execute(sql, arguments);

    public override void Insert(SqlTable table, params ReadOnlySpan<object?> row) => Execute(table.InsertRow, row);

    public override List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public override T? Single<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
        where T : default
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    // Takes the write lock at once: one that comes later may fail.
    public override T Write<T>(Func<T> work) => InTransaction(deferred: false, work);

    public override T Read<T>(Func<T> work) => InTransaction(deferred: true, work);

    public override bool HasTable(string name) => Single("select 1 from sqlite_schema where name = $1", row => row.GetInt64(0), name) == 1;

    public override string TextsOf(string parameter) => $"select value from json_each({parameter})";

    public override string NumbersOf(string parameter) => TextsOf(parameter);

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        foreach (var change in _changes.Values)
        {
            change.Dispose();
        }

        connection.Dispose();
    }

    private T InTransaction<T>(bool deferred, Func<T> work)
    {
        using var transaction = connection.BeginTransaction(deferred);
        _transaction = transaction;
        try
        {
            var result = work();
            transaction.Commit();
            return result;
        }
        finally
        {
            _transaction = null;
        }
    }

    private SqliteChange Change(string sql)
    {
        if (!_changes.TryGetValue(sql, out var change))
        {
            change = new SqliteChange(connection, sql);
            _changes.Add(sql, change);
        }

        return change;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = connection.CreateCommand();
            statement.CommandText = sql;
            for (var i = 1; i <= arguments.Length; i++)
            {
                statement.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _statements.Add(sql, statement);
        }

        statement.Transaction = _transaction;
        for (var i = 0; i < arguments.Length; i++)
        {
            statement.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        }

        return statement;
    }
}
