using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>How a process is asked to stop; the values are the numbers of the signals.</summary>
internal enum StopSignal
{
    Interrupt = 2,
    Terminate = 15,
}

/// <summary>A node in a process of its own, with a data folder that outlives its stops, kills and starts.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int PeerPort = 7450;
    private const int GuiPort = 7451;
    private static readonly TimeSpan GracefulStop = TimeSpan.FromSeconds(8);

    private readonly NodeSettings settings;
    private readonly IPEndPoint gui;
    private Process process;
    private ProcessOutput output;
    private NodeApi? api;

    private NodeProcess(NodeSettings settings)
    {
        this.settings = settings;

        // In a namespace of its own every port is free.
        var shared = settings.NetworkNamespace is null;
        Peers = new IPEndPoint(settings.PeerHost, shared ? Loopback.FreePort(settings.PeerHost) : PeerPort);
        gui = new IPEndPoint(IPAddress.Loopback, shared ? Loopback.FreePort(IPAddress.Loopback) : GuiPort);
        DataFolder = Directory.CreateTempSubdirectory("messenger-test-").FullName;
        (process, output) = StartProcess();
    }

    /// <summary>Where its peer listener is; <see cref="Address"/> is the same as text.</summary>
    public IPEndPoint Peers { get; }

    public string Address => settings.Address ?? Peers.ToString();

    public Uri Gui => new($"http://{gui}/");

    public string DataFolder { get; }

    public NodeApi Api => api ?? throw new InvalidOperationException("The node has not been ready yet.");

    public string Output => output.Standard;

    /// <summary>What it wrote to standard error: its log.</summary>
    public string Log => output.Error;

    /// <summary>How it ended.</summary>
    public int ExitCode => process.ExitCode;

    public bool IsRunning => !process.HasExited;

    /// <summary>Its number, another one after each start.</summary>
    public int ProcessId => process.Id;

    /// <summary>The memory that the process holds now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts a node on free ports and waits until it is ready.</summary>
    public static async Task<NodeProcess> StartAsync(NodeSettings? settings = null)
    {
        const int PortInUse = 1;
        for (var attempt = 1; ; attempt++)
        {
            var node = new NodeProcess(settings ?? new NodeSettings());
            try
            {
                await node.WhenReadyAsync();
                return node;
            }
            catch when (attempt < 3 && node.process is { HasExited: true, ExitCode: PortInUse })
            {
                // Somebody else took a port between the look and the bind.
                await node.DisposeAsync();
            }
            catch
            {
                await node.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts it again on the same ports and data folder; <paramref name="afresh"/> when that was emptied.</summary>
    public async Task StartAgainAsync(bool afresh = false)
    {
        process.Dispose();
        if (afresh)
        {
            api?.Dispose();
            api = null;
        }

        (process, output) = StartProcess();
        await WhenReadyAsync();
    }

    /// <summary>Starts a process and does not wait until it is ready.</summary>
    public static NodeProcess Launch(NodeSettings? settings = null) => new(settings ?? new NodeSettings());

    /// <summary>Stops it as a service or a terminal does, and demands that it stops well: exit code 0 in time.</summary>
    public async Task StopAsync(StopSignal signal = StopSignal.Terminate)
    {
        Assert.Equal(0, Signal(process.Id, (int)signal));
        using var deadline = new CancellationTokenSource(GracefulStop);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Still running {GracefulStop.TotalSeconds} s after {signal}.{Environment.NewLine}{Evidence()}");
        }

        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode} after {signal}.{Environment.NewLine}{Evidence()}");
    }

    /// <summary>Starts it again and waits for nothing, for whoever wants to disturb the start.</summary>
    public void StartWithoutWaiting()
    {
        process.Dispose();
        (process, output) = StartProcess();
    }

    /// <summary>Stops the process where it is, or lets it go on: to others it is silent meanwhile, and to itself no time has passed.</summary>
    public void Freeze(bool frozen)
    {
        const int Continue = 18;
        const int Stop = 19;
        Assert.Equal(0, Signal(process.Id, frozen ? Stop : Continue));
    }

    /// <summary>Waits until it ends by itself.</summary>
    public Task EndsAsync() => Eventually.Holds(() => process.HasExited, "the process ends", Evidence);

    /// <summary>Pulls the plug: `kill -9`. The signal is sent before this returns its task.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>What the process wrote, for the message of a failed assertion.</summary>
    public string Evidence() => $"node {Address}, {(process.HasExited ? $"exit code {process.ExitCode}" : "running")}"
        + $"{Environment.NewLine}{output.Tail}";

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        api?.Dispose();
        Directory.Delete(DataFolder, recursive: true);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private (Process Process, ProcessOutput Output) StartProcess()
    {
        string[] arguments =
        [
            "run", "--data", DataFolder, "--address", Address, "--peer-listen", Peers.ToString(), "--gui-listen", gui.ToString(),
            .. settings.Nick.Length > 0 ? new[] { "--nick", settings.Nick } : [],
            .. settings.Options,
        ];
        var started = CommandLine.Start(arguments, settings.Environment, settings.NetworkNamespace);
        return (started, new ProcessOutput(started));
    }

    private async Task WhenReadyAsync()
    {
        using var client = new HttpClient(Handler()) { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.Holds(
            async () =>
            {
                Assert.False(process.HasExited, $"Ended instead of getting ready.{Environment.NewLine}{Evidence()}");
                return await IsReadyAsync(client);
            },
            "the node is ready",
            Evidence);
        api ??= Owner(await AddTokenAsync($"tests of {Peers}"));
    }

    /// <summary>Runs a command of the owner against this node.</summary>
    public Task<CommandResult> CommandAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--data", DataFolder], input: "", settings.NetworkNamespace);

    /// <summary>The client API by a bearer token.</summary>
    public NodeApi Owner(string token) => new(Gui, token, Evidence, Handler());

    /// <summary>A bearer token made with the command line while the node runs.</summary>
    public async Task<string> AddTokenAsync(string name)
    {
        var added = await CommandAsync("token", "add", name);
        Assert.True(added.ExitCode == 0, $"`token add` ended with {added.ExitCode}: {added.Output}{added.Error}{Evidence()}");
        return added.Output.Trim();
    }

    private HttpMessageHandler Handler() =>
        settings.NetworkNamespace is { } name ? NetworkNamespaces.HandlerInside(name) : new SocketsHttpHandler();

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(Gui, "health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
