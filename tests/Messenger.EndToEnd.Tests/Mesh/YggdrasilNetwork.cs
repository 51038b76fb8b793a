using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Mesh;

/// <summary>
/// Two machines with a Yggdrasil daemon each: two network namespaces joined by a cable, on which the daemons find each other by a
/// configured address alone. What goes over the cable is theirs; the nodes have the daemons' addresses of 200::/7.
/// </summary>
internal sealed class YggdrasilNetwork : IAsyncDisposable
{
    private static readonly string[] Cable = ["10.77.0.1", "10.77.0.2"];
    private static int networks;

    private readonly List<string> namespaces = [];
    private readonly List<Process> daemons = [];
    private readonly List<IPAddress> addresses = [];
    private readonly string folder = Directory.CreateTempSubdirectory("messenger-yggdrasil-").FullName;

    private YggdrasilNetwork()
    {
    }

    public IReadOnlyList<string> Namespaces => namespaces;

    public IReadOnlyList<IPAddress> Addresses => addresses;

    /// <summary>Starts the daemons and waits until each has its address; skips the test where this is impossible.</summary>
    public static async Task<YggdrasilNetwork> CreateAsync()
    {
        NetworkNamespaces.SkipWhereImpossible();
        Skip.IfNot(await HasDaemonAsync(), "This test needs the daemon `yggdrasil` (package yggdrasil).");
        Skip.IfNot(File.Exists("/dev/net/tun"), "A Yggdrasil daemon needs the device /dev/net/tun.");
        var network = new YggdrasilNetwork();
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons)
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
            daemon.Dispose();
        }

        namespaces.ForEach(name => NetworkNamespaces.Ip($"netns delete {name}"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> HasDaemonAsync()
    {
        try
        {
            _ = await OutputAsync("yggdrasil", "-version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return output;
    }

    private async Task BuildAsync()
    {
        var run = $"messenger-y{Environment.ProcessId}-{Interlocked.Increment(ref networks)}";
        foreach (var side in new[] { "a", "b" })
        {
            NetworkNamespaces.Add($"{run}-{side}");
            namespaces.Add($"{run}-{side}");
        }

        NetworkNamespaces.Ip($"link add veth0 netns {namespaces[0]} type veth peer name veth0 netns {namespaces[1]}");
        for (var side = 0; side < namespaces.Count; side++)
        {
            NetworkNamespaces.Ip($"-n {namespaces[side]} link set lo up");
            NetworkNamespaces.Ip($"-n {namespaces[side]} link set veth0 up");
            NetworkNamespaces.Ip($"-n {namespaces[side]} address add {Cable[side]}/24 dev veth0");
            await StartDaemonAsync(side);
        }
    }

    private async Task StartDaemonAsync(int side)
    {
        var configuration = JsonNode.Parse(await OutputAsync("yggdrasil", "-genconf", "-json"))!;
        configuration["MulticastInterfaces"] = new JsonArray();
        configuration["AdminListen"] = "none";
        configuration["IfName"] = "ygg0";
        configuration["Listen"] = side == 0 ? new JsonArray($"tcp://{Cable[0]}:9001") : new JsonArray();
        configuration["Peers"] = side == 0 ? new JsonArray() : new JsonArray($"tcp://{Cable[0]}:9001");
        var file = Path.Combine(folder, $"{side}.json");
        await File.WriteAllTextAsync(file, configuration.ToJsonString());
        var address = IPAddress.Parse((await OutputAsync("yggdrasil", "-useconffile", file, "-address")).Trim());
        addresses.Add(address);

        daemons.Add(Process.Start(new ProcessStartInfo("ip", ["netns", "exec", namespaces[side], "yggdrasil", "-useconffile", file, "-logto", Path.Combine(folder, $"{side}.log")]))!);
        await Eventually.Holds(async () => await HasAddressAsync(namespaces[side], address), $"the daemon has the address {address}");
    }

    // Tentative addresses cannot be bound yet.
    private static async Task<bool> HasAddressAsync(string name, IPAddress address) =>
        (await OutputAsync("ip", "-n", name, "-o", "-6", "address", "show", "-tentative")).Contains($"{address}/", StringComparison.Ordinal);
}
