using System.Data.Common;

namespace Messenger.Storage.Sql;

/// <summary>A connection, for one thread at a time. Parameters are <c>$1</c>, <c>$2</c>, …; flags are given as 0 and 1.</summary>
internal abstract class SqlSession : IDisposable
{
    /// <summary>Runs a statement; returns the number of rows changed by it.</summary>
    public abstract int Execute(string sql, params ReadOnlySpan<object?> arguments);

    /// <summary>
    /// Runs a statement within <see cref="Write"/> whose result nobody needs. It takes effect before the next statement, and may travel
    /// to the server together with that.
    /// </summary>
    public abstract void Post(string sql, params ReadOnlySpan<object?> arguments);

    /// <summary>As <see cref="Post"/>, for one of many rows.</summary>
    public abstract void Insert(SqlTable table, params ReadOnlySpan<object?> row);

    /// <summary>The rows of a statement, in its order.</summary>
    public abstract List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments);

    /// <summary>The first row, or the default of <typeparamref name="T"/> when there is none.</summary>
    public abstract T? Single<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments);

    /// <summary>Runs <paramref name="work"/> as one change; commits when it returns, rolls back when it throws.</summary>
    public abstract T Write<T>(Func<T> work);

    /// <summary>Runs <paramref name="work"/> on one unchanging state of the database.</summary>
    public abstract T Read<T>(Func<T> work);

    /// <summary>Whether there is a table of that name.</summary>
    public abstract bool HasTable(string name);

    /// <summary>A query of the texts of the JSON array that a parameter holds.</summary>
    public abstract string TextsOf(string parameter);

    /// <summary>A query of the numbers of the JSON array that a parameter holds.</summary>
    public abstract string NumbersOf(string parameter);

    public abstract void Dispose();
}
