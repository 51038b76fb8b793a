namespace Messenger.Storage.Sql;

/// <summary>A database that stores share: it lends out sessions. Safe for several threads.</summary>
internal abstract class SqlDatabase : IDisposable
{
    /// <summary>Which of the statement files are this engine's: the middle of their names.</summary>
    public abstract string Dialect { get; }

    /// <summary>Runs <paramref name="work"/> with a session of its own.</summary>
    public abstract T Use<T>(Func<SqlSession, T> work);

    /// <summary>As <see cref="Use"/>, without holding up the caller's thread.</summary>
    public abstract Task<T> UseAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation);

    /// <summary>Takes deleted and overwritten content out of the files, as far as the engine can. May wait for readers.</summary>
    /// <exception cref="IOException">It could not be done now.</exception>
    public abstract Task ScrubAsync(CancellationToken cancellation);

    /// <summary>As <see cref="ScrubAsync"/>, but leaves it to the next one when somebody is in the way.</summary>
    public abstract Task TryScrubAsync(CancellationToken cancellation);

    public abstract void Dispose();

    /// <summary>Makes what is missing by the statement file of this engine.</summary>
    public virtual void Create(string name) => Use(session => session.Execute(Script($"{name}.{Dialect}.sql")));

    /// <summary>A file of this assembly.</summary>
    public static string Script(string name)
    {
        using var stream = typeof(SqlDatabase).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
