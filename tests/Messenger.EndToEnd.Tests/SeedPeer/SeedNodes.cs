using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>Three nodes that are friends of each other; starting them once is most of what these tests would cost.</summary>
public sealed class SeedNodes : IAsyncLifetime
{
    public const string Name = "Seed peers against nodes";

    private NodeProcess[] nodes = [];

    internal NodeProcess Ann => nodes[0];

    internal NodeProcess Bob => nodes[1];

    internal NodeProcess Rob => nodes[2];

    internal IReadOnlyList<NodeProcess> All => nodes;

    public async Task InitializeAsync()
    {
        nodes = await Task.WhenAll(NodeProcess.StartAsync(), NodeProcess.StartAsync(), NodeProcess.StartAsync());
        await BefriendAsync(Ann, Bob);
        await BefriendAsync(Ann, Rob);
        await BefriendAsync(Bob, Rob);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>As after the start: all run, friends of each other only, and each may relay for each.</summary>
    internal async Task TidyAsync()
    {
        foreach (var node in nodes)
        {
            if (!node.IsRunning)
            {
                await node.StartAgainAsync();
            }

            foreach (var contact in await node.Api.ContactsAsync())
            {
                if (nodes.Any(n => n.Address == contact.Address))
                {
                    await node.Api.ChangeContactAsync(contact.Id, new { canResend = true, mayRelay = true });
                }
                else
                {
                    await node.Api.RemoveContactAsync(contact.Id);
                }
            }
        }
    }

    private static async Task BefriendAsync(NodeProcess one, NodeProcess two)
    {
        await one.Api.AddContactAsync(two.Address);
        var request = await two.Api.ContactBecomesAsync(c => c.Address == one.Address && c.State == "pending", "asking");
        await two.Api.ActAsync(request.Id, "accept");
        await one.Api.ContactBecomesAsync(c => c.Address == two.Address && c.State == "accepted", "accepted");
    }
}

[CollectionDefinition(SeedNodes.Name)]
public sealed class SeedNodesDefinition : ICollectionFixture<SeedNodes>;

/// <summary>Seed peers for one test, and their way into the lists of the nodes and out again.</summary>
[Collection(SeedNodes.Name)]
public abstract class SeedNodesTests(SeedNodes nodes) : IAsyncLifetime
{
    private readonly List<SeedDouble> peers = [];

    internal NodeProcess Ann => nodes.Ann;

    internal NodeProcess Bob => nodes.Bob;

    internal NodeProcess Rob => nodes.Rob;

    public Task InitializeAsync() => nodes.TidyAsync();

    public async Task DisposeAsync()
    {
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    internal async Task<SeedDouble> PeerAsync(SeedHabits? habits = null, int? port = null)
    {
        var peer = await SeedDouble.StartAsync(habits, port);
        peers.Add(peer);
        return peer;
    }

    internal async Task<SeedFriend> FriendAsync(NodeProcess node, SeedHabits? habits = null) =>
        await SeedFriend.AskedByNodeAsync(node, await PeerAsync(habits));

    internal static async Task BefriendAsync(SeedDouble one, SeedDouble two)
    {
        Assert.True(await one.AskAsync(two.Address));
        Assert.True(await two.AcceptAsync(one.Address));
    }

    /// <summary>Numbered texts that no other test uses: the conversation of two nodes goes on from test to test.</summary>
    internal static string[] Texts(int count)
    {
        var prefix = Guid.NewGuid().ToString("N")[..8];
        return [.. Enumerable.Range(1, count).Select(number => $"{prefix} № {number}")];
    }
}

/// <summary>A seed peer in the contact list of a node.</summary>
internal sealed record SeedFriend(NodeProcess Node, SeedDouble Peer, string Id)
{
    /// <summary>The node's owner adds the peer, the peer's owner says yes.</summary>
    public static async Task<SeedFriend> AskedByNodeAsync(NodeProcess node, SeedDouble peer)
    {
        var contact = await node.Api.AddContactAsync(peer.Address);
        await Eventually.Holds(() => peer.Requests.Count > 0, "the peer is asked", node.Evidence);
        Assert.True(await peer.AcceptAsync(node.Address));
        await node.Api.ContactBecomesAsync(c => c.Id == contact.Id && c.State == "accepted", "accepted");
        return new SeedFriend(node, peer, contact.Id);
    }

    public Task<ContactView> ViewAsync() => Node.Api.ContactAsync(Id);

    /// <summary>The node's owner writes, one after the other.</summary>
    public async Task WriteAsync(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            await Node.Api.SendAsync(Id, text);
        }
    }

    /// <summary>The peer's owner writes; what is not answered with 1 waits.</summary>
    public async Task PeerWritesAsync(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            await Peer.SendAsync(Node.Address, text);
        }
    }

    /// <summary>The peer's owner writes while the node is known to be away.</summary>
    public void PeerQueues(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Peer.Queue(Node.Address, text);
        }
    }

    public Task PeerFlushesAsync() => Eventually.Holds(() => Peer.FlushAsync(Node.Address), "the peer is rid of everything", Node.Evidence);

    public Task NodeReceivesAsync(IReadOnlyList<string> texts) => Node.Api.ReceivesAsync(Id, texts);

    /// <summary>Waits until exactly these texts came to the peer from the node, in this order, and the node says so.</summary>
    public async Task PeerReceivesAsync(IReadOnlyList<string> texts)
    {
        await Eventually.Reads(
            () => Task.FromResult(Received.Count), count => count >= texts.Count, $"{texts.Count} messages have come to the peer", Node.Evidence);
        await Node.Api.AllOutBecomeAsync(Id, "delivered");
        Assert.Equal(texts, Received);
        Assert.Equal(0, (await ViewAsync()).Outbox);
    }

    /// <summary>The peer is back, and the node's owner looks whether it is.</summary>
    public async Task PeerComesBackAsync()
    {
        await Peer.GoOnlineAsync();
        await Node.Api.ActAsync(Id, "ping");
    }

    private IReadOnlyList<string> Received => [.. Peer.Received.Where(m => m.From == Node.Address).Select(m => m.Message)];
}
