using System.Net;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>
/// A node with two friends: the attacker has a good key, so that what is wrong with its calls is looked at by every layer; the witness
/// is who must be served all the same.
/// </summary>
internal sealed class AttackedNode : IAsyncDisposable
{
    // How errors begin in the log of the web server, in that of the actor system, and when nobody has caught one.
    private static readonly string[] Alarms = ["fail:", "crit:", "[ERROR]", "Unhandled exception"];

    private int witnessed;

    private AttackedNode(NodeProcess node, SeedDouble attacker, SeedDouble witness)
    {
        Node = node;
        Attacker = attacker;
        Witness = witness;
    }

    public NodeProcess Node { get; }

    public SeedDouble Attacker { get; }

    public SeedDouble Witness { get; }

    /// <summary>The id of the attacker in the contact list.</summary>
    public string AttackerId { get; private set; } = "";

    /// <summary>The key that the node has issued to the attacker.</summary>
    public string Key => Attacker.Contact(Node.Address).Key;

    private string WitnessId { get; set; } = "";

    public static async Task<AttackedNode> StartAsync()
    {
        var attacked = new AttackedNode(await NodeProcess.StartAsync(), await SeedDouble.StartAsync(), await SeedDouble.StartAsync());
        attacked.AttackerId = await attacked.BefriendAsync(attacked.Attacker);
        attacked.WitnessId = await attacked.BefriendAsync(attacked.Witness);
        return attacked;
    }

    /// <summary>The node runs, is ready, has logged no failure, and still stores what a friend sends and delivers what the owner writes.</summary>
    public async Task StillServesAsync()
    {
        Assert.True(Node.IsRunning, Node.Evidence());
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(Node.Gui, "health/ready"))).StatusCode);

        var text = $"still there? {++witnessed}";
        await Eventually.Holds(() => Witness.SendAsync(Node.Address, text), "a friend's message is taken", Node.Evidence);
        await Eventually.Holds(async () => (await Node.Api.TextsAsync(WitnessId, "in")).Contains(text), "it is shown", Node.Evidence);
        await Node.Api.SendAsync(WitnessId, text);
        await Eventually.Holds(() => Witness.Received.Any(message => message.Message == text), "the answer is delivered", Node.Evidence);

        var alarms = (Node.Log + Node.Output).Split('\n').Where(line => Alarms.Any(alarm => line.StartsWith(alarm, StringComparison.Ordinal))).ToArray();
        Assert.True(alarms.Length == 0, string.Join(Environment.NewLine, alarms.Take(10)) + Environment.NewLine + Node.Evidence());
    }

    public async ValueTask DisposeAsync()
    {
        await Attacker.DisposeAsync();
        await Witness.DisposeAsync();
        await Node.DisposeAsync();
    }

    private async Task<string> BefriendAsync(SeedDouble peer)
    {
        var contact = await Node.Api.AddContactAsync(peer.Address);
        await Eventually.Holds(() => peer.Requests.Count > 0, "the node has asked", Node.Evidence);
        Assert.True(await peer.AcceptAsync(Node.Address), Node.Evidence());
        await Node.Api.ContactBecomesAsync(c => c.Id == contact.Id && c.State == "accepted", "a friend");
        return contact.Id;
    }
}

/// <summary>One attacked node for all tests of a class: what one of them does must not harm the next.</summary>
public sealed class AttackedNodeFixture : IAsyncLifetime
{
    internal AttackedNode Attacked { get; private set; } = null!;

    public async Task InitializeAsync() => Attacked = await AttackedNode.StartAsync();

    public async Task DisposeAsync() => await Attacked.DisposeAsync();
}
