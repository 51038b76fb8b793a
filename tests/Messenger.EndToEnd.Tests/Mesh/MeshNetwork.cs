using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Messenger.EndToEnd.Tests.Mesh;

/// <summary>Two machines of a cjdns mesh: two network namespaces that reach each other by their fc00::/8 addresses and nothing else.</summary>
internal sealed class MeshNetwork : IDisposable
{
    private static int networks;

    private readonly List<string> namespaces = [];

    private MeshNetwork()
    {
    }

    public IReadOnlyList<string> Namespaces => namespaces;

    public IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.Parse("fc5e:1::a"), IPAddress.Parse("fc5e:2::b")];

    /// <summary>Makes the namespaces; skips the test where this is impossible.</summary>
    public static MeshNetwork Create()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Network namespaces exist on Linux only.");
        Skip.IfNot(Environment.IsPrivilegedProcess, "Network namespaces need root.");
        Skip.IfNot(HasIp(), "Network namespaces need the tool `ip` (package iproute2).");
        var network = new MeshNetwork();
        try
        {
            network.Build();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The link between them goes with them.</summary>
    public void Dispose()
    {
        var deleted = namespaces.Select(name => TryIp($"netns delete {name}")).ToArray();
        Assert.All(deleted, answer => Assert.True(answer.ExitCode == 0, answer.Error));
    }

    private void Build()
    {
        var run = $"messenger-{Environment.ProcessId}-{Interlocked.Increment(ref networks)}";
        foreach (var side in new[] { "a", "b" })
        {
            var (exitCode, error) = TryIp($"netns add {run}-{side}");
            Skip.If(error.Contains("not permitted", StringComparison.Ordinal), $"Root may not make network namespaces here: {error}");
            Assert.True(exitCode == 0, error);
            namespaces.Add($"{run}-{side}");
        }

        Ip($"link add veth0 netns {namespaces[0]} type veth peer name veth0 netns {namespaces[1]}");
        for (var side = 0; side < namespaces.Count; side++)
        {
            var inside = $"-n {namespaces[side]}";
            Ip($"{inside} link set lo up");
            Ip($"{inside} link set veth0 up");

            // Without nodad the kernel takes a second or two before the address can be bound.
            Ip($"{inside} address add {Addresses[side]}/8 dev veth0 nodad");
        }
    }

    private static bool HasIp()
    {
        try
        {
            return TryIp("-Version").ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static void Ip(string arguments)
    {
        var (exitCode, error) = TryIp(arguments);
        Assert.True(exitCode == 0, $"ip {arguments}: {error}");
    }

    private static (int ExitCode, string Error) TryIp(string arguments)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Trim());
    }
}
