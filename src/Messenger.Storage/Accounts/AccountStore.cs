using System.Data.Common;
using Messenger.Storage.Sql;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Accounts;

/// <summary>
/// Who may use the node's own interface: browser sessions, one-time login links, bearer tokens and the password
/// (design page "security", GUI listener); and for how long the owner wants messages kept. Of every secret only a hash comes here. Safe for use by several threads and processes.
/// </summary>
public sealed class AccountStore : IDisposable
{
    /// <summary>More sessions than this drive out those unused for longest.</summary>
    public const int MaxSessions = 50;

    /// <summary>More named tokens than this are refused.</summary>
    public const int MaxTokens = 100;

    /// <summary>More unused login links than this drive out the oldest.</summary>
    public const int MaxLinks = 20;

    // "Last used" is for the owner's eyes: it is not worth a commit per request.
    private static readonly TimeSpan UseGrain = TimeSpan.FromHours(1);

    private readonly SqlDatabase _database;
    private readonly RecentCallers _recent = new();

    /// <summary>Opens the accounts in a SQLite file; makes what is missing.</summary>
    /// <param name="file">Path of the file, which may hold other tables.</param>
    /// <exception cref="DbException">The file is no database or cannot be written.</exception>
    public AccountStore(string file)
        : this(new SqliteFile(file, Durability.Full).Prepared())
    {
    }

    /// <param name="database">May hold other tables; closed together with this one.</param>
    internal AccountStore(SqlDatabase database)
    {
        _database = database;
        _database.Create("accounts");
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Adds a session; expired ones and those beyond <see cref="MaxSessions"/> go.</summary>
    /// <param name="hash">Hash of the session's secret.</param>
    /// <param name="session">What is kept about it.</param>
    public void AddSession(byte[] hash, Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Write(sql =>
        {
            sql.Execute(
                "insert into sessions (hash, id, label, created, used, expires) values ($1, $2, $3, $4, $5, $6)",
                hash, session.Id, session.Label, Ms(session.CreatedAt), Ms(session.LastUsedAt), Ms(session.ExpiresAt));
            return sql.Execute(
                "delete from sessions where expires <= $1 or hash not in (select hash from sessions order by used desc, rowid desc limit $2)",
                Ms(session.CreatedAt), MaxSessions);
        });
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
        var found = Read("select id, label, created, used, expires from sessions where hash = $1 and expires > $2", ReadSession, hash, Ms(now));
        if (found is not [var session])
        {
            return null;
        }

        if (now - session.LastUsedAt < UseGrain)
        {
            _recent.Add(hash, session, now, life);
            return (session, false);
        }

        Write("update sessions set used = $2, expires = $3 where hash = $1", hash, Ms(now), Ms(now + lifetime));
        return (session with { LastUsedAt = now, ExpiresAt = now + lifetime }, true);
    }

    /// <summary>The sessions that have not expired, the one used last first.</summary>
    /// <param name="now">The time, UTC.</param>
    public IReadOnlyList<Session> Sessions(DateTimeOffset now) =>
        Read("select id, label, created, used, expires from sessions where expires > $1 order by used desc, rowid desc", ReadSession, Ms(now));

    /// <summary>Ends a session.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool EndSession(string id) => Write("delete from sessions where id = $1", id) > 0;

    /// <summary>Adds a login link; expired ones and those beyond <see cref="MaxLinks"/> go.</summary>
    /// <param name="hash">Hash of the link's token.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="expiresAt">When it ceases to work, UTC.</param>
    public void AddLink(byte[] hash, DateTimeOffset now, DateTimeOffset expiresAt) => Write(sql =>
    {
        sql.Execute("insert into login_links (hash, expires) values ($1, $2)", hash, Ms(expiresAt));
        return sql.Execute(
            "delete from login_links where expires <= $1 or hash not in (select hash from login_links order by expires desc, rowid desc limit $2)",
            Ms(now), MaxLinks);
    });

    /// <summary>Uses a login link up. Of several attempts at the same time one succeeds.</summary>
    /// <param name="hash">Hash of the link's token.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>False when there is no such link, or it was used before, or has expired.</returns>
    public bool UseLink(byte[] hash, DateTimeOffset now) =>
        Write("delete from login_links where hash = $1 and expires > $2", hash, Ms(now)) > 0;

    /// <summary>Adds a named token.</summary>
    /// <param name="hash">Hash of the token.</param>
    /// <param name="token">What is kept about it.</param>
    /// <returns>False when the name is taken or there are <see cref="MaxTokens"/>.</returns>
    public bool AddToken(byte[] hash, BearerToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Write(
            """
            insert into bearer_tokens (hash, id, name, created)
                select $1, $2, $3, $4 where (select count(*) from bearer_tokens) < $5
                on conflict do nothing
            """,
            hash, token.Id, token.Name, Ms(token.CreatedAt), MaxTokens) > 0;
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
        var found = Read("select id, name, created, used from bearer_tokens where hash = $1", ReadToken, hash);
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
            Write("update bearer_tokens set used = $2 where hash = $1", hash, Ms(now));
        }

        return token;
    }

    /// <summary>The named tokens, by name.</summary>
    public IReadOnlyList<BearerToken> Tokens() => Read("select id, name, created, used from bearer_tokens order by name", ReadToken);

    /// <summary>Makes a token useless.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool RevokeToken(string id) => Write("delete from bearer_tokens where id = $1", id) > 0;

    /// <summary>The hash of the password; null when none is set.</summary>
    public string? PasswordHash() => Read("select hash from password", row => row.GetString(0)) is [var hash] ? hash : null;

    /// <summary>Sets the password; who signed in before has to do so again.</summary>
    /// <param name="hash">A slow, salted hash of the password.</param>
    public void SetPassword(string hash) => Write(sql =>
    {
        sql.Execute("delete from sessions");
        sql.Execute("delete from login_links");
        return sql.Execute("insert into password (one, hash) values (1, $1) on conflict (one) do update set hash = excluded.hash", hash);
    });

    /// <summary>Ends every session and makes every unused login link useless; tokens and the password stay.</summary>
    public void SignBrowsersOut() => Write(sql => sql.Execute("delete from sessions") + sql.Execute("delete from login_links"));

    /// <summary>For how many days messages are kept; null is for ever.</summary>
    public int? KeepDays() => Read("select days from retention", row => row.GetInt32(0)) is [var days] ? days : null;

    /// <summary>Sets for how long messages are kept.</summary>
    /// <param name="days">In days; null is for ever.</param>
    public void SetKeepDays(int? days) => Write(sql => days is { } limit
        ? sql.Execute("insert into retention (one, days) values (1, $1) on conflict (one) do update set days = excluded.days", limit)
        : sql.Execute("delete from retention"));

    private static Session ReadSession(DbDataReader row) => new(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), Time(row.GetInt64(3)), Time(row.GetInt64(4)));

    private static BearerToken ReadToken(DbDataReader row) => new(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), row.IsDBNull(3) ? null : Time(row.GetInt64(3)));

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private List<T> Read<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<object?> arguments)
    {
        var given = arguments.ToArray();
        return _database.Use(session => session.Query(sql, row, given));
    }

    private int Write(string sql, params ReadOnlySpan<object?> arguments)
    {
        var given = arguments.ToArray();
        return Write(session => session.Execute(sql, given));
    }

    private int Write(Func<SqlSession, int> change)
    {
        var rows = _database.Use(session => session.Write(() => change(session)));
        _recent.Forget();
        return rows;
    }
}
