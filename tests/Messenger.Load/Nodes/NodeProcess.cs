using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Messenger.Load.Clients;

namespace Messenger.Load.Nodes;

/// <summary>A node in a process of its own, with a temporary data folder that outlives its stops and starts.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan GracefulStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);

    private readonly LoadOptions _options;
    private readonly NodeDatabase _database;
    private readonly bool _seals;
    private readonly IReadOnlyList<string> _more;
    private readonly string _folder = Directory.CreateTempSubdirectory("messenger-load-").FullName;
    private Process? _process;
    private ProcessOutput? _output;
    private NodeClient? _api;

    private NodeProcess(LoadOptions options, NodeDatabase database, bool seals, IReadOnlyList<string> more) =>
        (_options, _database, _seals, _more) = (options, database, seals, more);

    /// <summary>Where its peers are heard.</summary>
    public IPEndPoint Peers { get; } = new(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback));

    /// <summary>Where its owner is heard.</summary>
    public IPEndPoint Gui { get; } = new(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback));

    public string Address => Peers.ToString();

    public string Token { get; private set; } = "";

    /// <summary>The owner's calls.</summary>
    public NodeClient Api => _api ?? throw new InvalidOperationException("The node has not been started.");

    /// <summary>What the process uses.</summary>
    public ProcessUsage Usage => ProcessUsage.Of(_process!.Id);

    /// <summary>Processor time of several nodes together.</summary>
    public static TimeSpan CpuOf(params IEnumerable<NodeProcess> nodes) => nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Usage.Cpu);

    /// <summary>Makes a node with an empty data folder, starts it and gives it a token.</summary>
    public static async Task<NodeProcess> CreateAsync(LoadOptions options, CancellationToken cancel, bool seals = true) =>
        await CreateAsync(options, await NodeDatabase.CreateAsync(options.Database, cancel), [], cancel, seals);

    /// <summary>Makes a node on a database that exists, with further options of <c>run</c>.</summary>
    public static async Task<NodeProcess> CreateAsync(LoadOptions options, NodeDatabase database, IReadOnlyList<string> more, CancellationToken cancel, bool seals = true)
    {
        var node = new NodeProcess(options, database, seals, more);
        try
        {
            await node.StartAsync(cancel);
            node.Token = await node.AddTokenAsync(cancel);
            node._api = new NodeClient(node.Gui, node.Token);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process and waits until the node is ready.</summary>
    /// <returns>From the start of the process to its first <c>ready</c>.</returns>
    /// <exception cref="LoadFailedException">It ended instead, or is not ready in two minutes.</exception>
    public async Task<TimeSpan> StartAsync(CancellationToken cancel)
    {
        var start = TimeProvider.System.GetTimestamp();
        (_process, _output) = Launch(
            ["run", "--data", _folder, "--address", Address, "--peer-listen", Address, "--gui-listen", Gui.ToString(), "--database", _database.Option, .. _more]);
        var request = HttpRequests.Json("GET", "/health/ready", Gui, "");
        var ready = await Until.HoldsAsync(
            () => _process.HasExited ? throw Ended() : Task.FromResult(IsReady(request)),
            "the node is ready",
            cancel,
            LongestStart);
        return TimeProvider.System.GetElapsedTime(start, ready);
    }

    /// <summary>Stops it as a service does.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        Signal(_process!.Id, Terminate);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(GracefulStop);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LoadFailedException($"The node still runs {GracefulStop.TotalSeconds} s after SIGTERM.{Environment.NewLine}{_output!.Tail}");
        }

        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _api?.Dispose();
        Directory.Delete(_folder, recursive: true);
        await _database.DisposeAsync();
    }

    private async Task<string> AddTokenAsync(CancellationToken cancel)
    {
        var (process, output) = Launch("token", "add", $"load {Address}", "--data", _folder);
        using (process)
        {
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? output.Standard.Trim() : throw new LoadFailedException($"No token was given.{Environment.NewLine}{output.Tail}");
        }
    }

    private (Process Process, ProcessOutput Output) Launch(params string[] arguments)
    {
        string[] command = _options.Node.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", _options.Node, .. arguments] : [_options.Node, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Nobody here carries for others; asking around would only blur what is measured.
        start.Environment["MESSENGER_RELAY_AFTER"] = "86400";
        start.Environment["MESSENGER_SEALING"] = _seals ? "on" : "off";
        try
        {
            var process = Process.Start(start)!;
            return (process, new ProcessOutput(process));
        }
        catch (Win32Exception problem)
        {
            throw new LoadFailedException($"{_options.Node} cannot be started; --node takes a .dll for dotnet, or an executable. {problem.Message}");
        }
    }

    private LoadFailedException Ended()
    {
        // Only this waits for the last lines, too.
        _process!.WaitForExit();
        return new LoadFailedException($"The node ended with exit code {_process.ExitCode} instead of getting ready.{Environment.NewLine}{_output!.Tail}");
    }

    private bool IsReady(byte[] request)
    {
        try
        {
            using var connection = new HttpConnection(Gui);
            return connection.Call(request) == (int)HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is SocketException or LoadFailedException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
