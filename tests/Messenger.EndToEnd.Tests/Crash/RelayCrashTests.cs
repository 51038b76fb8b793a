using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>A relay that is killed between its 1 and the delivery: what it has taken on arrives, once.</summary>
public abstract class RelayCrashTests : IAsyncLifetime
{
    private const int Carried = 150;
    private const int KillsWhileDelivering = 2;

    private NodeProcess author = null!;
    private NodeProcess? relay;
    private NodeProcess recipient = null!;
    private SeedDouble seed = null!;

    public async Task InitializeAsync()
    {
        author = await NodeProcess.StartAsync();
        recipient = await NodeProcess.StartAsync();
        seed = await SeedDouble.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var node in new[] { author, relay, recipient }.OfType<NodeProcess>())
        {
            await node.DisposeAsync();
        }

        await seed.DisposeAsync();
    }

    private protected abstract NodeSettings NewRelay();

    [SkippableFact]
    public Task What_a_killed_relay_has_taken_on_arrives_once_and_in_order() => CrashPlan.RunAsync(async random =>
    {
        // Not before: where there is no such database, this says so.
        relay = await NodeProcess.StartAsync(NewRelay());
        await Friends.BecomeAsync(author, relay);
        await Friends.BecomeAsync(relay, recipient);
        var (ofRecipient, ofAuthor) = await Friends.BecomeAsync(author, recipient);
        await SeedFriendship.BecomeAsync(relay, seed);
        var ofSeed = await SeedFriendship.BecomeAsync(recipient, seed);
        var fromAuthor = new Direction(
            new End("with the author", () => author.Api.TextsAsync(ofRecipient, "out")),
            new End("with the recipient", () => recipient.Api.TextsAsync(ofAuthor, "in")));
        var fromSeed = new Direction(new End("with the recipient, from the seed peer", () => recipient.Api.TextsAsync(ofSeed, "in")));

        await recipient.StopAsync();
        await new Load(milestone: 0).PutAsync(author.Api, ofRecipient, fromAuthor.NewAuthor("put", random), Carried);
        await KillWhileAskedAsync(ofRecipient, random);
        await KillAtItsWordAsync(fromSeed, random);
        await author.Api.AllOutBecomeAsync(ofRecipient, "relayed");

        // From here on the recipient can have it from nobody else.
        await author.KillAsync();
        await seed.GoOfflineAsync();
        await recipient.StartAgainAsync();
        await KillWhileDeliveringAsync(ofAuthor, random);
        await AllArriveAsync(() => recipient.Api.TextsAsync(ofAuthor, "in"), Carried);
        await AllArriveAsync(fromSeed.First.ReadAsync, fromSeed.Acknowledgements);
        Assert.All(await recipient.Api.ConversationAsync(ofAuthor), message => Assert.NotNull(message.Via));

        // The author comes back and hands everything over once more by itself.
        await author.StartAgainAsync();
        await author.Api.AllOutBecomeAsync(ofRecipient, "delivered");
        Assert.Equal(Carried, await fromAuthor.CheckAsync());
        await fromSeed.CheckAsync();
    });

    /// <summary>Between two of its answers to the author.</summary>
    private async Task KillWhileAskedAsync(string ofRecipient, Random random)
    {
        var enough = 1 + random.Next(50);
        await Eventually.Reads(
            async () => (await author.Api.ConversationAsync(ofRecipient)).Count(m => m.State == "relayed"), count => count >= enough, $"{enough} are relayed", author.Evidence);
        await relay!.KillAsync();
        await relay!.StartAgainAsync();
    }

    /// <summary>On the heels of a 1 to the seed peer, which then is content and never asks again.</summary>
    private async Task KillAtItsWordAsync(Direction fromSeed, Random random)
    {
        var trap = new Trap(fromSeed.First, Enumerable.Range(0, 6).Select(number =>
        {
            var writer = fromSeed.NewAuthor($"resend{number}", random);
            return (writer, Enumerable.Range(0, 10).Select(_ => Utterances.Resend(seed, relay!, recipient.Address, writer.Next(atMost: 20_000))));
        }));
        await trap.SpringAsync(relay!, 1 + random.Next(trap.Utterances));
        await relay!.StartAgainAsync();
    }

    private Task<int> AllArriveAsync(Func<Task<IReadOnlyList<string>>> read, int count) => Eventually.Reads(
        async () => (await read()).Count, arrived => arrived >= count, $"all {count} that the relay has given its word for have arrived", relay!.Evidence);

    private async Task KillWhileDeliveringAsync(string ofAuthor, Random random)
    {
        for (var kill = 0; kill < KillsWhileDelivering; kill++)
        {
            var enough = 1 + random.Next(Carried);
            await Eventually.Reads(
                () => recipient.Api.ConversationAsync(ofAuthor), seen => seen.Count >= enough, $"{enough} have arrived", relay!.Evidence);
            await relay!.KillAsync();
            await relay!.StartAgainAsync();
        }
    }
}
