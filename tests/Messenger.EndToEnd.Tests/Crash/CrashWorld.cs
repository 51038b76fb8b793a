using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>A node of the crash rounds with its two friends: the other node and the seed peer.</summary>
internal sealed record Side(string Name, NodeProcess Node, string Friend, string Seed, EventWatch Watch, Direction ToFriend, Direction ToSeed, Direction FromSeed);

/// <summary>Two nodes and a seed peer, all friends, and what must be true of them whenever everything has settled.</summary>
internal sealed class CrashWorld : IAsyncDisposable
{
    private CrashWorld(SeedDouble seed, IReadOnlyList<Side> sides) => (Seed, Sides) = (seed, sides);

    public SeedDouble Seed { get; }

    public IReadOnlyList<Side> Sides { get; }

    public int Acknowledgements => Sides.Sum(side => side.ToFriend.Acknowledgements + side.ToSeed.Acknowledgements + side.FromSeed.Acknowledgements);

    public static async Task<CrashWorld> StartAsync(Func<NodeSettings> newNode)
    {
        var anna = await NodeProcess.StartAsync(newNode());
        var boris = await NodeProcess.StartAsync(newNode());
        var seed = await SeedDouble.StartAsync();
        var (ofBoris, ofAnna) = await Friends.BecomeAsync(anna, boris);
        return new CrashWorld(
            seed,
            [
                await SideAsync("Anna", anna, ofBoris, "Boris", boris, ofAnna, seed),
                await SideAsync("Boris", boris, ofAnna, "Anna", anna, ofBoris, seed),
            ]);
    }

    /// <summary>Waits until nothing is under way any more, and demands that nothing was lost, doubled, moved or lied about.</summary>
    public async Task CheckAsync()
    {
        foreach (var side in Sides)
        {
            foreach (var contact in new[] { side.Friend, side.Seed })
            {
                await Eventually.Reads(
                    async () => (await side.Node.Api.ContactAsync(contact)).Outbox, outbox => outbox == 0, $"{side.Name}'s outbox is empty", Evidence);
            }
        }

        foreach (var side in Sides)
        {
            await side.ToFriend.CheckAsync();
            await side.ToSeed.CheckAsync();
            await side.FromSeed.CheckAsync();
        }

        foreach (var side in Sides)
        {
            foreach (var contact in new[] { side.Friend, side.Seed })
            {
                await CheckAsync(side, contact);
            }
        }
    }

    public string Evidence() => string.Join(Environment.NewLine, Sides.Select(side => side.Node.Evidence()));

    public async ValueTask DisposeAsync()
    {
        foreach (var side in Sides)
        {
            await side.Watch.DisposeAsync();
            await side.Node.DisposeAsync();
        }

        await Seed.DisposeAsync();
    }

    // Everybody has everything now, so every other state than these is a lie; nobody reads, so everything that came in counts as unread.
    private static async Task CheckAsync(Side side, string contact)
    {
        var conversation = await side.Node.Api.ConversationAsync(contact);
        Assert.Equal(["delivered"], conversation.Where(m => m.Direction == "out").Select(m => m.State).Distinct());
        Assert.Equal(["received"], conversation.Where(m => m.Direction == "in").Select(m => m.State).Distinct());
        Assert.Equal(conversation.Count(m => m.Direction == "in"), (await side.Node.Api.ContactAsync(contact)).Unread);
        await side.Watch.CheckAsync(contact, conversation);
    }

    private static async Task<Side> SideAsync(
        string name, NodeProcess node, string friend, string friendName, NodeProcess friendNode, string ofUs, SeedDouble seed)
    {
        var ofSeed = await SeedFriendship.BecomeAsync(node, seed);
        return new Side(
            name,
            node,
            friend,
            ofSeed,
            await EventWatch.StartAsync(node.Api),
            new Direction(
                new End($"with {name} as sent to {friendName}", () => node.Api.TextsAsync(friend, "out")),
                new End($"with {friendName} as received from {name}", () => friendNode.Api.TextsAsync(ofUs, "in"))),
            new Direction(
                new End($"with {name} as sent to the seed peer", () => node.Api.TextsAsync(ofSeed, "out")),
                new End($"with the seed peer as received from {name}", () => Task.FromResult(SeedFriendship.Received(seed, node)))),
            new Direction(new End($"with {name} as received from the seed peer", () => node.Api.TextsAsync(ofSeed, "in"))));
    }
}

/// <summary>A node and a seed peer that have accepted each other.</summary>
internal static class SeedFriendship
{
    /// <summary>The node asks, the peer accepts; the id under which the node knows the peer.</summary>
    public static async Task<string> BecomeAsync(NodeProcess node, SeedDouble peer)
    {
        var asked = await node.Api.AddContactAsync(peer.Address);
        await Eventually.Holds(() => peer.Requests.Count > 0, "the seed peer is asked", node.Evidence);
        Assert.True(await peer.AcceptAsync(node.Address));
        await node.Api.ContactBecomesAsync(c => c.Id == asked.Id && c.State == "accepted", "accepted by the seed peer");
        return asked.Id;
    }

    public static IReadOnlyList<string> Received(SeedDouble peer, NodeProcess author) =>
        [.. peer.Received.Where(m => m.From == author.Address).Select(m => m.Message)];
}
