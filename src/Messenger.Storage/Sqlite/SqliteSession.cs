using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Sqlite;

/// <summary>A connection that keeps its statements prepared. For one thread at a time. Parameters are <c>$1</c>, <c>$2</c>, …</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _statements = [];
    private SqliteTransaction? _transaction;

    /// <summary>Runs a statement; returns the number of rows changed by it.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteNonQuery();

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first row, or the default of <typeparamref name="T"/> when there is none.</summary>
    public T? Single<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>Runs <paramref name="work"/> with the write lock; commits when it returns, rolls back when it throws.</summary>
    public T Write<T>(Func<T> work) => InTransaction(deferred: false, work);

    /// <summary>Runs <paramref name="work"/> on one unchanging state of the file.</summary>
    public T Read<T>(Func<T> work) => InTransaction(deferred: true, work);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
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
