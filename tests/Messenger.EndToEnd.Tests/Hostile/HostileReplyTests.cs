using System.Globalization;
using System.Net.Sockets;
using Messenger.EndToEnd.Tests.Nodes;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>Friends whose answers mean nothing: what is for them stays queued and arrives once and in order when they have come to their senses.</summary>
public sealed class HostileReplyTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long MostGrowth = 150L << 20;
    private static readonly string[] Texts = ["first", "second", "third"];

    private readonly TcpListener trap = new(Loopback.NextHost(), 0);
    private AttackedNode attacked = null!;
    private HostilePeer[] peers = [];

    private NodeApi Api => attacked.Node.Api;

    public async Task InitializeAsync()
    {
        attacked = await AttackedNode.StartAsync();
        trap.Start();
        peers = [.. HostileReplies.All(trap.LocalEndpoint.ToString()!)];
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(peers.Select(peer => peer.DisposeAsync().AsTask()));
        trap.Dispose();
        await attacked.DisposeAsync();
    }

    [Fact]
    public async Task What_a_hostile_friend_does_not_take_waits_until_it_does()
    {
        var contacts = new Dictionary<HostilePeer, string>();
        foreach (var peer in peers)
        {
            contacts[peer] = (await Api.AddContactAsync(peer.Address)).Id;
        }

        await Task.WhenAll(peers.Select(peer => peer.BefriendAsync(attacked.Node.Address)));
        await Eventually.Holds(
            async () => (await Api.ContactsAsync()).All(contact => contact.State == "accepted"), "all are friends", attacked.Node.Evidence);
        var before = attacked.Node.WorkingSet;

        foreach (var peer in peers)
        {
            peer.Misbehave();
            foreach (var text in Texts)
            {
                await Api.SendAsync(contacts[peer], text);
            }
        }

        await Eventually.Reads(
            () => Task.FromResult(string.Join(", ", peers.Where(peer => !peer.IsContent).Select(peer => peer.What))),
            waiting => waiting.Length == 0, "every peer has spoilt deliveries", attacked.Node.Evidence, Eventually.Deadline * 2);
        var growth = attacked.Node.WorkingSet - before;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{peers.Length} peers, {peers.Sum(peer => peer.DeliveriesSpoilt)} deliveries spoilt; working set {before >> 20} MiB, grown by {growth >> 20} MiB"));
        await attacked.StillServesAsync();
        var believed = new List<string>();
        foreach (var peer in peers)
        {
            var states = (await Api.ConversationAsync(contacts[peer])).Select(message => message.State).ToArray();
            if (states.Any(state => state != "queued"))
            {
                believed.Add($"{peer.What}: {string.Join(' ', states)}");
            }
        }

        Assert.True(believed.Count == 0, string.Join(Environment.NewLine, believed));

        await Task.WhenAll(peers.Select(peer => peer.BehaveAsync(attacked.Node.Address)));
        foreach (var peer in peers)
        {
            await Eventually.Holds(() => peer.Received.Count >= Texts.Length, $"{peer.What}: all messages have arrived", attacked.Node.Evidence);
            await Api.AllOutBecomeAsync(contacts[peer], "delivered");
            Assert.True(peer.Received.SequenceEqual(Texts), $"{peer.What}: {string.Join(' ', peer.Received)}");
        }

        Assert.False(trap.Pending(), "A redirect was followed.");
        Assert.InRange(growth, long.MinValue, MostGrowth);
        await attacked.StillServesAsync();
    }
}
