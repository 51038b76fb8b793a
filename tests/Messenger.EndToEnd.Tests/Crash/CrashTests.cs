using System.Diagnostics;
using Messenger.EndToEnd.Tests.Nodes;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>`kill -9` of either node while clients, the other node and a seed peer talk to it, whatever database they are on.</summary>
public abstract class CrashTests(ITestOutputHelper output)
{
    private const int TextsPerAuthor = 30;

    /// <summary>What the kill waits for.</summary>
    private enum Trigger
    {
        AnswerToPeer,
        AnswerToClient,
        AnyMoment,
    }

    /// <summary>Settings of one more node, with a database of its own.</summary>
    private protected abstract NodeSettings NewNode();

    [SkippableFact]
    public Task What_was_acknowledged_is_there_once_and_in_order_after_any_crash() => CrashPlan.RunAsync(async random =>
    {
        var began = Stopwatch.GetTimestamp();
        await using var world = await CrashWorld.StartAsync(NewNode);
        for (var round = 0; round < CrashPlan.Rounds; round++)
        {
            try
            {
                await RoundAsync(world, round, random);
                await world.CheckAsync();
            }
            catch (Exception failure)
            {
                Assert.Fail($"In round {round + 1}: {failure.Message}{Environment.NewLine}{failure.StackTrace}{Environment.NewLine}{world.Evidence()}");
            }
        }

        output.WriteLine(
            $"{CrashPlan.Rounds} rounds, seed {CrashPlan.Seed}: {world.Acknowledgements} messages acknowledged, in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
    });

    private static async Task RoundAsync(CrashWorld world, int round, Random random)
    {
        var victim = world.Sides[random.Next(world.Sides.Count)];
        var trigger = (Trigger)(round % 3);
        var (load, talking) = Talk(world, round, random);
        await load.Milestone;

        var trap = trigger switch
        {
            Trigger.AnswerToPeer => Peers(world, victim, round, random),
            Trigger.AnswerToClient => Clients(victim, round, random),
            _ => null,
        };
        await (trap?.SpringAsync(victim.Node, 1 + random.Next(trap.Utterances)) ?? victim.Node.KillAsync());

        if (random.Next(2) == 0)
        {
            // Once more, somewhere between its first instruction and the middle of catching up.
            victim.Node.StartWithoutWaiting();
            await Task.Delay(random.Next(2_500));
            await victim.Node.KillAsync();
        }

        await victim.Node.StartAgainAsync();
        if (trap is not null)
        {
            await trap.CheckKeptAsync();
            await trap.RepeatAsync();
        }

        await talking;
    }

    private static (Load Load, Task Talking) Talk(CrashWorld world, int round, Random random)
    {
        var load = new Load(milestone: 1 + random.Next(world.Sides.Count * 3 * TextsPerAuthor));
        return (load, Task.WhenAll(world.Sides.SelectMany(side => new[]
        {
            Task.Run(() => load.PutAsync(side.Node.Api, side.Friend, side.ToFriend.NewAuthor($"{round}.put1", random), TextsPerAuthor)),
            Task.Run(() => load.PutAsync(side.Node.Api, side.Friend, side.ToFriend.NewAuthor($"{round}.put2", random), TextsPerAuthor)),
            Task.Run(() => load.PostAsync(side.Node.Api, side.Friend, side.ToFriend.NewAuthor($"{round}.post", random), TextsPerAuthor)),
            Task.Run(() => load.PutAsync(side.Node.Api, side.Seed, side.ToSeed.NewAuthor($"{round}.put", random), TextsPerAuthor)),
            Task.Run(() => load.SendAsync(world.Seed, side.Node.Address, side.FromSeed.NewAuthor($"{round}.send", random), TextsPerAuthor)),
        })));
    }

    private static Trap Peers(CrashWorld world, Side victim, int round, Random random) => new(
        victim.FromSeed.First,
        Enumerable.Range(0, 2).Select(number =>
        {
            var author = victim.FromSeed.NewAuthor($"{round}.history{number}", random);
            return (author, Enumerable.Range(0, 4).Select(_ => Utterances.History(world.Seed, victim.Node, author.Next(count: 25, atMost: 4_000))));
        }));

    private static Trap Clients(Side victim, int round, Random random) => new(
        victim.ToFriend.First,
        Enumerable.Range(0, 4).Select(number =>
        {
            var author = victim.ToFriend.NewAuthor($"{round}.trap{number}", random);
            return (author, Enumerable.Range(0, 6).Select(_ => Utterances.Put(victim.Node, victim.Friend, author.Next(atMost: 20_000))));
        }));
}
