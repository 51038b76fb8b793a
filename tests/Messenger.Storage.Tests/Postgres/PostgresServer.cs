using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Messenger.Storage.Tests.Postgres;

/// <summary>
/// A PostgreSQL cluster in a temporary folder, on a free port of loopback, for the tests of one collection: the server's own programs,
/// as Debian's package has them. It does not run as root, so root hands it to the user that the package makes.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string? _programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private readonly Lock _gate = new();
    private string? _folder;
    private int _port;
    private int _made;

    /// <summary>Skips the test where the server is not installed; starts it for the first one.</summary>
    public void Require()
    {
        Skip.If(_programs is null, "PostgreSQL is not installed: apt-get install postgresql");
        lock (_gate)
        {
            if (_folder is null)
            {
                _folder = Directory.CreateTempSubdirectory("messenger-postgres-").FullName;
                if (Environment.IsPrivilegedProcess)
                {
                    Run("chown", $"{User}:", _folder);
                }

                Run(Tool("initdb"), "--pgdata", Data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync");
                _port = FreePort();
                Start();
            }
        }
    }

    /// <summary>An empty database of its own, as a connection string.</summary>
    public string CreateDatabase()
    {
        Require();
        var name = $"test{Interlocked.Increment(ref _made)}";
        Run([Tool("createdb"), .. Client, name]);
        return string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={name};Username={User}");
    }

    /// <summary>What a query gives, one row a line.</summary>
    public string Query(string connectionString, string sql) =>
        Run([Tool("psql"), .. Client, "--no-align", "--tuples-only", "--command", sql, connectionString.Split("Database=")[1].Split(';')[0]]).Trim();

    /// <summary>Starts it on its port.</summary>
    public void Start() => Run(
        Tool("pg_ctl"),
        "--pgdata",
        Data,
        "--wait",
        "--log",
        Path.Combine(_folder!, "log"),
        "--options",
        string.Create(CultureInfo.InvariantCulture, $"-h 127.0.0.1 -p {_port} -k {_folder} -c max_connections=200 -c fsync=off"),
        "start");

    /// <summary>Stops it as a crash does: every connection is cut.</summary>
    public void Stop() => Run(Tool("pg_ctl"), "--pgdata", Data, "--wait", "--mode", "immediate", "stop");

    public void Dispose()
    {
        if (_folder is not null)
        {
            if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            {
                Stop();
            }

            Directory.Delete(_folder, recursive: true);
        }
    }

    private string[] Client => ["--host", "127.0.0.1", "--port", _port.ToString(CultureInfo.InvariantCulture), "--username", User];

    private string Data => Path.Combine(_folder!, "data");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Tool(string name) => Path.Combine(_programs!, name);

    private string Run(params string[] command)
    {
        string[] asUser = Environment.IsPrivilegedProcess && command[0] != "chown" ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups"] : [];
        string[] all = [.. asUser, .. command];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} does not end.");
        }

        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{string.Join(' ', command)}: {output.Result}{error.Result}");
    }
}
