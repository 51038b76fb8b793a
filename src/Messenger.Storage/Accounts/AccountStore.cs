using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Accounts;

/// <summary>
/// Who may use the node's own interface: browser sessions, one-time login links, bearer tokens and the password, in SQLite
/// (design page "security", GUI listener). Of every secret only a hash comes here. Safe for use by several threads and processes.
/// </summary>
public sealed class AccountStore
{
    /// <summary>More sessions than this drive out those unused for longest.</summary>
    public const int MaxSessions = 50;

    /// <summary>More named tokens than this are refused.</summary>
    public const int MaxTokens = 100;

    /// <summary>More unused login links than this drive out the oldest.</summary>
    public const int MaxLinks = 20;

    // "Last used" is for the owner's eyes: it is not worth a commit per request.
    private static readonly TimeSpan UseGrain = TimeSpan.FromHours(1);

    private readonly string _connectionString;
    private readonly RecentCallers _recent = new();

    /// <summary>Opens the accounts in a database file; makes what is missing.</summary>
    /// <param name="file">Path of the database, which may hold other tables.</param>
    /// <exception cref="SqliteException">The file is no database or cannot be written.</exception>
    public AccountStore(string file)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 5 }.ToString();
        using var connection = Open();
        Execute(connection, """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS sessions (
                hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
                created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS login_links (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS bearer_tokens (
                hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, used INTEGER) STRICT;
            CREATE TABLE IF NOT EXISTS password (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL) STRICT;
            """);
    }

    /// <summary>Adds a session; expired ones and those beyond <see cref="MaxSessions"/> go.</summary>
    /// <param name="hash">Hash of the session's secret.</param>
    /// <param name="session">What is kept about it.</param>
    public void AddSession(byte[] hash, Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Write(
            """
            INSERT INTO sessions (hash, id, label, created, used, expires) VALUES ($hash, $id, $label, $created, $used, $expires);
            DELETE FROM sessions WHERE expires <= $created
                OR hash IN (SELECT hash FROM sessions ORDER BY used DESC, rowid DESC LIMIT -1 OFFSET $max);
            """,
            ("$hash", hash), ("$id", session.Id), ("$label", session.Label), ("$created", Ms(session.CreatedAt)),
            ("$used", Ms(session.LastUsedAt)), ("$expires", Ms(session.ExpiresAt)), ("$max", MaxSessions));
    }

    /// <summary>Finds a session that has not expired. When it was last used more than an hour ago it is prolonged.</summary>
    /// <param name="hash">Hash of the session's secret.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="lifetime">How long a session lives from its last use.</param>
    /// <returns>The session and whether it was prolonged now, or null.</returns>
    public (Session Session, bool Prolonged)? UseSession(byte[] hash, DateTimeOffset now, TimeSpan lifetime)
    {
        if (_recent.Find<Session>(hash, now) is { } recent && recent.ExpiresAt > now && now - recent.LastUsedAt < UseGrain)
        {
            return (recent, false);
        }

        var life = _recent.Life;
        var found = Read("SELECT id, label, created, used, expires FROM sessions WHERE hash = $hash AND expires > $now", ReadSession, ("$hash", hash), ("$now", Ms(now)));
        if (found is not [var session])
        {
            return null;
        }

        if (now - session.LastUsedAt < UseGrain)
        {
            _recent.Add(hash, session, now, life);
            return (session, false);
        }

        Write("UPDATE sessions SET used = $now, expires = $expires WHERE hash = $hash", ("$hash", hash), ("$now", Ms(now)), ("$expires", Ms(now + lifetime)));
        return (session with { LastUsedAt = now, ExpiresAt = now + lifetime }, true);
    }

    /// <summary>The sessions that have not expired, the one used last first.</summary>
    /// <param name="now">The time, UTC.</param>
    public IReadOnlyList<Session> Sessions(DateTimeOffset now) =>
        Read("SELECT id, label, created, used, expires FROM sessions WHERE expires > $now ORDER BY used DESC, rowid DESC", ReadSession, ("$now", Ms(now)));

    /// <summary>Ends a session.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool EndSession(string id) => Write("DELETE FROM sessions WHERE id = $id", ("$id", id)) > 0;

    /// <summary>Adds a login link; expired ones and those beyond <see cref="MaxLinks"/> go.</summary>
    /// <param name="hash">Hash of the link's token.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="expiresAt">When it ceases to work, UTC.</param>
    public void AddLink(byte[] hash, DateTimeOffset now, DateTimeOffset expiresAt) => Write(
        """
        INSERT INTO login_links (hash, expires) VALUES ($hash, $expires);
        DELETE FROM login_links WHERE expires <= $now OR hash IN (SELECT hash FROM login_links ORDER BY expires DESC, rowid DESC LIMIT -1 OFFSET $max);
        """,
        ("$hash", hash), ("$now", Ms(now)), ("$expires", Ms(expiresAt)), ("$max", MaxLinks));

    /// <summary>Uses a login link up. Of several attempts at the same time one succeeds.</summary>
    /// <param name="hash">Hash of the link's token.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>False when there is no such link, or it was used before, or has expired.</returns>
    public bool UseLink(byte[] hash, DateTimeOffset now) =>
        Write("DELETE FROM login_links WHERE hash = $hash AND expires > $now", ("$hash", hash), ("$now", Ms(now))) > 0;

    /// <summary>Adds a named token.</summary>
    /// <param name="hash">Hash of the token.</param>
    /// <param name="token">What is kept about it.</param>
    /// <returns>False when the name is taken or there are <see cref="MaxTokens"/>.</returns>
    public bool AddToken(byte[] hash, BearerToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Write(
            """
            INSERT INTO bearer_tokens (hash, id, name, created)
                SELECT $hash, $id, $name, $created WHERE (SELECT count(*) FROM bearer_tokens) < $max
                ON CONFLICT DO NOTHING
            """,
            ("$hash", hash), ("$id", token.Id), ("$name", token.Name), ("$created", Ms(token.CreatedAt)), ("$max", MaxTokens)) > 0;
    }

    /// <summary>Finds a token and notes its use.</summary>
    /// <param name="hash">Hash of the token.</param>
    /// <param name="now">The time, UTC.</param>
    public BearerToken? UseToken(byte[] hash, DateTimeOffset now)
    {
        if (_recent.Find<BearerToken>(hash, now) is { } recent && now - recent.LastUsedAt < UseGrain)
        {
            return recent;
        }

        var life = _recent.Life;
        var found = Read("SELECT id, name, created, used FROM bearer_tokens WHERE hash = $hash", ReadToken, ("$hash", hash));
        if (found is not [var token])
        {
            return null;
        }

        if (now - token.LastUsedAt < UseGrain)
        {
            _recent.Add(hash, token, now, life);
        }
        else
        {
            Write("UPDATE bearer_tokens SET used = $now WHERE hash = $hash", ("$hash", hash), ("$now", Ms(now)));
        }

        return token;
    }

    /// <summary>The named tokens, by name.</summary>
    public IReadOnlyList<BearerToken> Tokens() => Read("SELECT id, name, created, used FROM bearer_tokens ORDER BY name", ReadToken);

    /// <summary>Makes a token useless.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool RevokeToken(string id) => Write("DELETE FROM bearer_tokens WHERE id = $id", ("$id", id)) > 0;

    /// <summary>The hash of the password; null when none is set.</summary>
    public string? PasswordHash() => Read("SELECT hash FROM password", row => row.GetString(0)) is [var hash] ? hash : null;

    /// <summary>Sets the password; who signed in before has to do so again.</summary>
    /// <param name="hash">A slow, salted hash of the password.</param>
    public void SetPassword(string hash) => Write(
        "INSERT INTO password (one, hash) VALUES (1, $hash) ON CONFLICT DO UPDATE SET hash = $hash; DELETE FROM sessions; DELETE FROM login_links",
        ("$hash", hash));

    private static Session ReadSession(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), Time(row.GetInt64(3)), Time(row.GetInt64(4)));

    private static BearerToken ReadToken(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), row.IsDBNull(3) ? null : Time(row.GetInt64(3)));

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = Open();
        using var command = Command(sql, connection, null, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private int Write(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = Command(sql, connection, transaction, parameters);
        var rows = command.ExecuteNonQuery();
        transaction.Commit();
        _recent.Forget();
        return rows;
    }

    private static SqliteCommand Command(string sql, SqliteConnection connection, SqliteTransaction? transaction, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
