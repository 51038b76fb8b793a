using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>
/// A network namespace in which the addresses that must not be dialed are there and listen, each of them, on one port: whoever connects
/// is seen. Names lead to them, too. Nothing outside can be reached.
/// </summary>
internal sealed class ForbiddenNetwork : IAsyncDisposable
{
    public const int Port = 7999;

    private static readonly string[] Present =
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.0.8", "198.18.0.1", "169.254.169.254", "169.254.0.1", "fd00::1", "fd00:ec2::254", "fec0::1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "::10.0.0.1", "fe80::1", "fc00::1",
    ];

    private readonly ConcurrentQueue<string> dialed = new();
    private readonly CancellationTokenSource stop = new();
    private readonly string hosts;
    private readonly Socket listener;
    private readonly Task accepting;

    private ForbiddenNetwork(string name, string hosts)
    {
        Name = name;
        this.hosts = hosts;
        listener = NetworkNamespaces.SocketInside(name, AddressFamily.InterNetworkV6);
        listener.DualMode = true;
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
        listener.Listen();
        accepting = AcceptAsync();
    }

    public string Name { get; }

    /// <summary>The addresses that were connected to, each time.</summary>
    public IReadOnlyList<string> Dialed => [.. dialed];

    /// <param name="names">Host names and what they stand for.</param>
    public static ForbiddenNetwork Create(IReadOnlyDictionary<string, string> names)
    {
        NetworkNamespaces.SkipWhereImpossible();
        var name = $"messenger-{Environment.ProcessId}-egress";
        NetworkNamespaces.Add(name);
        NetworkNamespaces.Ip($"-n {name} link set lo up");
        foreach (var address in Present)
        {
            NetworkNamespaces.Ip($"-n {name} address add {address}/{(address.Contains(':', StringComparison.Ordinal) ? 128 : 32)} dev lo");
        }

        // `ip netns exec` puts this file in the place of /etc/hosts.
        var hosts = Directory.CreateDirectory($"/etc/netns/{name}").FullName;
        File.WriteAllLines(Path.Combine(hosts, "hosts"), names.Select(entry => $"{entry.Value} {entry.Key}"));
        return new ForbiddenNetwork(name, hosts);
    }

    /// <summary>Posts to a node inside, from an address of this network's loopback.</summary>
    public async Task<string> PostAsync(IPEndPoint node, IPAddress source, JsonObject call)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = NetworkNamespaces.SocketInside(Name);
                socket.Bind(new IPEndPoint(source, 0));
                await socket.ConnectAsync(node, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var content = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"http://{node}/"), content);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
        NetworkNamespaces.Ip($"netns delete {Name}");
        Directory.Delete(hosts, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync(stop.Token);
                var reached = ((IPEndPoint)connection.LocalEndPoint!).Address;
                dialed.Enqueue((reached.IsIPv4MappedToIPv6 ? reached.MapToIPv4() : reached).ToString());
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
