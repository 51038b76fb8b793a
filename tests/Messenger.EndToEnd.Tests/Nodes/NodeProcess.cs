using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>A node in a process of its own, with a data folder that outlives its stops, kills and starts.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan GracefulStop = TimeSpan.FromSeconds(8);

    private readonly NodeSettings settings;
    private readonly IPEndPoint gui;
    private Process process;
    private ProcessOutput output;
    private NodeApi? api;

    private NodeProcess(NodeSettings settings)
    {
        this.settings = settings;
        Peers = new IPEndPoint(settings.PeerHost, Loopback.FreePort(settings.PeerHost));
        gui = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback));
        DataFolder = Directory.CreateTempSubdirectory("messenger-test-").FullName;
        (process, output) = Launch();
    }

    /// <summary>Where its peer listener is; <see cref="Address"/> is the same as text.</summary>
    public IPEndPoint Peers { get; }

    public string Address => Peers.ToString();

    public Uri Gui => new($"http://{gui}/");

    public string DataFolder { get; }

    public NodeApi Api => api ?? throw new InvalidOperationException("The node has not been ready yet.");

    public string Output => output.Standard;

    /// <summary>What it wrote to standard error: its log.</summary>
    public string Log => output.Error;

    public bool IsRunning => !process.HasExited;

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

    /// <summary>Starts it again on the same data folder and ports.</summary>
    public async Task StartAgainAsync()
    {
        process.Dispose();
        (process, output) = Launch();
        await WhenReadyAsync();
    }

    /// <summary>Stops it as a service does, and demands that it stops well: exit code 0 in time.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, Signal(process.Id, Terminate));
        using var deadline = new CancellationTokenSource(GracefulStop);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Still running {GracefulStop.TotalSeconds} s after SIGTERM.{Environment.NewLine}{Evidence()}");
        }

        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode} after SIGTERM.{Environment.NewLine}{Evidence()}");
    }

    /// <summary>Starts it again and waits for nothing, for whoever wants to disturb the start.</summary>
    public void StartWithoutWaiting()
    {
        process.Dispose();
        (process, output) = Launch();
    }

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

    private (Process Process, ProcessOutput Output) Launch()
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
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.Holds(
            async () =>
            {
                Assert.False(process.HasExited, $"Ended instead of getting ready.{Environment.NewLine}{Evidence()}");
                return await IsReadyAsync(client);
            },
            "the node is ready",
            Evidence);
        api ??= new NodeApi(Gui, await AddTokenAsync("tests"), Evidence);
    }

    /// <summary>A bearer token made with the command line while the node runs.</summary>
    public async Task<string> AddTokenAsync(string name)
    {
        var added = await CommandLine.RunAsync("token", "add", name, "--data", DataFolder);
        Assert.True(added.ExitCode == 0, $"`token add` ended with {added.ExitCode}: {added.Output}{added.Error}{Evidence()}");
        return added.Output.Trim();
    }

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
