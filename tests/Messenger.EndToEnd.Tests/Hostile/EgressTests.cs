using System.Net;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>Where a node connects to, seen by who listens there (security.md, Dialing). Needs root for a network of its own.</summary>
public sealed class EgressTests
{
    private const string Mesh = "fc00::1";
    private const string GuiPort = "7451";

    // For `from` of a stranger whom the node accepts by itself. Each of them is there and listens, but for the last lines.
    private static readonly string[] NotForStrangers =
    [
        "127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "0.0.0.0", "[::]", "[::ffff:0.0.0.0]", "10.0.0.1", "[::ffff:10.0.0.1]", "[::10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::1]", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.0.8", "198.18.0.1",
        "169.254.169.254", "169.254.0.1", "[fe80::1]", "[fd00::1]", "[fd00:ec2::254]", "[fec0::1]", "[64:ff9b:1::1]",
        "localhost", "loopback.example", "private.example", "metadata.example", "unspecified.example", "mapped.example", "both.example",
        "224.0.0.1", "[ff02::1]", "255.255.255.255",
        "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "010.0.0.1", "127.0.0.1.", "[fe80::1%25lo]", "[::ffff:0x7f.1]", "user@127.0.0.1", "127.0.0.1#",
    ];

    private static readonly string[] NotForTheOwner =
    [
        "0.0.0.0", "[::]", "[::ffff:0.0.0.0]", "169.254.169.254", "[::ffff:169.254.169.254]", "169.254.0.1", "[fe80::1]", "[fd00:ec2::254]", "224.0.0.1", "[ff02::1]", "255.255.255.255",
        "metadata.example", "unspecified.example",
    ];

    private static readonly Dictionary<string, string> Names = new()
    {
        ["localhost"] = "127.0.0.1",
        ["loopback.example"] = "127.0.0.1",
        ["private.example"] = "10.0.0.1",
        ["metadata.example"] = "169.254.169.254",
        ["unspecified.example"] = "0.0.0.0",
        ["mapped.example"] = "::ffff:127.0.0.1",
        ["both.example"] = "::1",
        ["mesh.example"] = Mesh,
    };

    [SkippableFact]
    public async Task What_a_stranger_calls_itself_leads_nowhere_near_this_machine()
    {
        await using var network = ForbiddenNetwork.Create(Names);
        var accepted = 0;
        foreach (var strangers in NotForStrangers.Chunk(25))
        {
            // 30 strangers a minute are heard; a node that starts anew has heard none.
            await using var node = await StartAsync(network, "--accept", "relay");
            foreach (var address in strangers.Append($"[{Mesh}]").Append("mesh.example"))
            {
                var source = new IPAddress([127, 8, 0, (byte)((++accepted % 250) + 1)]);
                var answer = await network.PostAsync(node.Peers, source, new JsonObject { ["action"] = "handshake", ["key"] = $"k{accepted}", ["from"] = $"{address}:{ForbiddenNetwork.Port}" });
                Assert.StartsWith("{\"status\":1", answer, StringComparison.Ordinal);
            }

            // The mesh's address came last and is tried again and again: the others have had their turn.
            var before = network.Dialed.Count;
            await Eventually.Holds(() => network.Dialed.Count >= before + 4, "the mesh is dialed, by its address and by its name", node.Evidence);
        }

        Assert.All(network.Dialed, address => Assert.Equal(Mesh, address));
    }

    [SkippableFact]
    public async Task Names_that_a_friend_gives_itself_are_never_dialed()
    {
        await using var network = ForbiddenNetwork.Create(Names);
        await using var node = await StartAsync(network);
        var friend = await node.Api.AddContactAsync($"[{Mesh}]:{ForbiddenNetwork.Port}");
        await network.PostAsync(node.Peers, IPAddress.Parse("127.8.0.1"), new JsonObject { ["action"] = "handshake", ["key"] = "k", ["from"] = friend.Address });
        foreach (var name in NotForStrangers.Take(16))
        {
            await network.PostAsync(node.Peers, IPAddress.Parse("127.8.0.1"), new JsonObject { ["action"] = "handshake", ["key"] = "k", ["from"] = $"{name}:{ForbiddenNetwork.Port}" });
            await network.PostAsync(node.Peers, IPAddress.Parse("127.8.0.1"), new JsonObject { ["action"] = "ping", ["key"] = "k", ["from"] = $"{name}:{ForbiddenNetwork.Port}" });
        }

        await node.Api.SendAsync(friend.Id, "text");
        var before = network.Dialed.Count;
        await Eventually.Holds(() => network.Dialed.Count >= before + 2, "the friend is dialed", node.Evidence);
        Assert.All(network.Dialed, address => Assert.Equal(Mesh, address));
    }

    [SkippableFact]
    public async Task The_owner_reaches_its_own_network_but_neither_this_node_nor_what_is_no_host()
    {
        await using var network = ForbiddenNetwork.Create(Names);
        await using var node = await StartAsync(network);
        foreach (var address in NotForTheOwner)
        {
            await RefusesToDialAsync(node, $"{address}:{ForbiddenNetwork.Port}");
        }

        foreach (var name in (string[])["localhost", "loopback.example", "mapped.example"])
        {
            await RefusesToDialAsync(node, $"{name}:{node.Peers.Port}");
            await RefusesToDialAsync(node, $"{name}:{GuiPort}");
        }

        await RefusesToDialAsync(node, $"127.0.0.1:{GuiPort}");
        await RefusesToDialAsync(node, $"[::ffff:127.0.0.1]:{GuiPort}");
        Assert.Empty(network.Dialed);

        foreach (var address in (string[])["127.0.0.1", "10.0.0.1", "[fd00::1]"])
        {
            await node.Api.AddContactAsync($"{address}:{ForbiddenNetwork.Port}");
        }

        await Eventually.Holds(
            () => new[] { "127.0.0.1", "10.0.0.1", "fd00::1" }.All(network.Dialed.Contains), "what the owner has typed is dialed", node.Evidence);
    }

    private static Task<NodeProcess> StartAsync(ForbiddenNetwork network, params string[] options) =>
        NodeProcess.StartAsync(new NodeSettings { NetworkNamespace = network.Name, Options = options });

    // What is queued for a contact makes the node say why it cannot be delivered.
    private static async Task RefusesToDialAsync(NodeProcess node, string address)
    {
        var contact = await node.Api.AddContactAsync(address);
        await node.Api.SendAsync(contact.Id, "text");
        var reason = await Eventually.Reads(
            async () => (await node.Api.GetAsync("diagnostics")).GetProperty("contacts").EnumerateArray()
                .Single(c => c.GetProperty("contact").GetString() == contact.Id).GetProperty("lastError").GetString() ?? "",
            error => error.Length > 0,
            $"{address} is tried",
            node.Evidence);
        Assert.True(reason.Contains("may not be dialed: ", StringComparison.Ordinal), $"{address}: {reason}");
    }
}
