using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Messenger.Storage.Sqlite;

/// <summary>
/// A prepared statement that changes rows. A command of Microsoft.Data.Sqlite looks for each parameter by its name at each execution,
/// which for a row of many columns takes longer than to insert it.
/// </summary>
internal sealed partial class SqliteChange : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares one statement, whose parameters are <c>$1</c>, <c>$2</c>, ….</summary>
    /// <exception cref="SqliteException">SQLite does not understand it.</exception>
    public SqliteChange(SqliteConnection connection, string sql)
    {
        _connection = connection;

        // To SQLite $1 is a name; ?1 is the first parameter.
        Check(raw.sqlite3_prepare_v3(connection.Handle, Parameter.Replace(sql, "?$1"), raw.SQLITE_PREPARE_PERSISTENT, out _statement, out var rest));
        if (!string.IsNullOrWhiteSpace(rest))
        {
            throw new ArgumentException($"Arguments belong to one statement; here another one follows: {rest}", nameof(sql));
        }
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameter { get; }

    /// <summary>Executes it; returns how many rows it changed.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute(ReadOnlySpan<object?> arguments)
    {
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                Check(Bind(i + 1, arguments[i]));
            }

            int result;
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
            }

            Check(result);
            return raw.sqlite3_changes(_connection.Handle);
        }
        finally
        {
            // Says once more how the step ended, which was looked at.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int index, object? argument) => argument switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        int number => raw.sqlite3_bind_int64(_statement, index, number),
        string text => Bind(index, text),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        _ => throw new ArgumentException($"There is no column for a {argument.GetType()}.", nameof(argument)),
    };

    private int Bind(int index, string text)
    {
        const int OnStack = 512;
        if (text.Length == 0)
        {
            // An empty span would be null.
            return raw.sqlite3_bind_text(_statement, index, "");
        }

        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[OnStack];
        try
        {
            return raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            }
        }
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}
