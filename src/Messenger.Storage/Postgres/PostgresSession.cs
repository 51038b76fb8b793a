using System.Data;
using System.Data.Common;
using System.Runtime.InteropServices;
using Messenger.Storage.Sql;
using Npgsql;

namespace Messenger.Storage.Postgres;

/// <summary>
/// A connection to the server. What is posted waits and travels together with the next statement that is asked for its result, rows of
/// one table as arrays: a round trip per row would cost more than the rows.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : SqlSession
{
    private readonly List<NpgsqlBatchCommand> _posted = [];
    private readonly Dictionary<SqlTable, List<object?[]>> _rows = [];
    private NpgsqlTransaction? _transaction;

    public override int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        if (arguments.IsEmpty)
        {
            // A command of its own may hold several statements.
            Flush();
            using var command = new NpgsqlCommand(sql, connection, _transaction);
            return command.ExecuteNonQuery();
        }

        var statement = Statement(sql, arguments);
        using var batch = Batch(statement);
        batch.ExecuteNonQuery();
        return (int)statement.RecordsAffected;
    }

    public override void Post(string sql, params ReadOnlySpan<object?> arguments)
    {
        GatherRows();
        _posted.Add(Statement(sql, arguments));
    }

    public override void Insert(SqlTable table, params ReadOnlySpan<object?> row)
    {
        ref var rows = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, table, out _);
        (rows ??= []).Add(row.ToArray());
    }

    public override List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var batch = Batch(Statement(sql, arguments));
        using var reader = batch.ExecuteReader();
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
        using var batch = Batch(Statement(sql, arguments));
        using var reader = batch.ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public override T Write<T>(Func<T> work) => InTransaction(IsolationLevel.ReadCommitted, work);

    public override T Read<T>(Func<T> work) => InTransaction(IsolationLevel.RepeatableRead, work);

    public override bool HasTable(string name) => Single("select to_regclass($1) is not null", row => row.GetBoolean(0), name);

    public override string TextsOf(string parameter) => $"select json_array_elements_text({parameter}::json)";

    public override string NumbersOf(string parameter) => $"select json_array_elements_text({parameter}::json)::bigint";

    public override void Dispose() => connection.Dispose();

    private T InTransaction<T>(IsolationLevel level, Func<T> work)
    {
        using var transaction = connection.BeginTransaction(level);
        _transaction = transaction;
        try
        {
            var result = work();
            Flush();
            transaction.Commit();
            return result;
        }
        finally
        {
            _transaction = null;
            _posted.Clear();
            _rows.Clear();
        }
    }

    private void Flush()
    {
        GatherRows();
        if (_posted.Count > 0)
        {
            using var batch = Batch(last: null);
            batch.ExecuteNonQuery();
        }
    }

    private NpgsqlBatch Batch(NpgsqlBatchCommand? last)
    {
        GatherRows();
        var batch = new NpgsqlBatch(connection, _transaction);
        foreach (var statement in last is null ? _posted : [.. _posted, last])
        {
            batch.BatchCommands.Add(statement);
        }

        _posted.Clear();
        return batch;
    }

    private void GatherRows()
    {
        foreach (var (table, rows) in _rows)
        {
            var statement = new NpgsqlBatchCommand(table.InsertArrays);
            for (var i = 0; i < table.Columns.Count; i++)
            {
                statement.Parameters.Add(table.Columns[i].Type == SqlType.Number ? Column(rows, i, value => (long?)Convert.ToInt64(value, null)) : Column(rows, i, value => (string?)value));
            }

            _posted.Add(statement);
        }

        _rows.Clear();
    }

    private static NpgsqlParameter<T?[]> Column<T>(List<object?[]> rows, int column, Func<object, T?> convert)
    {
        var values = new T?[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = rows[i][column] is { } value ? convert(value) : default;
        }

        return new NpgsqlParameter<T?[]> { TypedValue = values };
    }

    private static NpgsqlBatchCommand Statement(string sql, ReadOnlySpan<object?> arguments)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
        {
            statement.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        }

        return statement;
    }
}
