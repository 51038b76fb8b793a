using System.Net;
using Messenger.EndToEnd.Tests.Nodes;

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
    public static MeshNetwork Create() => NetworkNamespaces.Built(new MeshNetwork(), network => network.Build());

    /// <summary>The link between them goes with them.</summary>
    public void Dispose()
    {
        var deleted = namespaces.Select(name => NetworkNamespaces.TryIp($"netns delete {name}")).ToArray();
        Assert.All(deleted, answer => Assert.True(answer.ExitCode == 0, answer.Error));
    }

    private void Build()
    {
        var run = $"messenger-{Environment.ProcessId}-{Interlocked.Increment(ref networks)}";
        foreach (var side in new[] { "a", "b" })
        {
            NetworkNamespaces.Add($"{run}-{side}");
            namespaces.Add($"{run}-{side}");
        }

        NetworkNamespaces.Ip($"link add veth0 netns {namespaces[0]} type veth peer name veth0 netns {namespaces[1]}");
        for (var side = 0; side < namespaces.Count; side++)
        {
            var inside = $"-n {namespaces[side]}";
            NetworkNamespaces.Ip($"{inside} link set lo up");
            NetworkNamespaces.Ip($"{inside} link set veth0 up");

            // Without nodad the kernel takes a second or two before the address can be bound.
            NetworkNamespaces.Ip($"{inside} address add {Addresses[side]}/8 dev veth0 nodad");
        }
    }
}
