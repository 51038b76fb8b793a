using System.Diagnostics;
using System.Globalization;
using System.Net;
using Messenger.EndToEnd.Tests.Crash;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.Storage.Tests.Postgres;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Cluster;

/// <summary>A node that is several processes: members are killed, stopped and cut off while everybody goes on talking to it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ClusterTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Friends = 6;
    private static readonly TimeSpan ElsewhereWithin = TimeSpan.FromSeconds(30);

    /// <summary>In all, from the environment: MESSENGER_TEST_CLUSTER_MESSAGES. With it, silence lasts a minute.</summary>
    private static readonly int? Messages =
        Environment.GetEnvironmentVariable("MESSENGER_TEST_CLUSTER_MESSAGES") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static readonly TimeSpan Silence = Messages is null ? TimeSpan.Zero : TimeSpan.FromMinutes(1);

    [SkippableFact]
    public Task What_was_acknowledged_is_there_once_and_in_order_whatever_becomes_of_a_member() => CrashPlan.RunAsync(async random =>
    {
        var began = Stopwatch.GetTimestamp();
        await using var world = await ClusterWorld.StartAsync(server, Friends);
        var (first, second, third) = (world.Nodes[0], world.Nodes[1], world.Nodes[2]);
        var disturbances = new List<(string Name, Func<Task> Disturb)>
        {
            ("kill", () => LoseAsync("killed", first, first.KillAsync)),
            ("stop", () => LoseAsync("stopped", second, () => second.StopAsync())),
            ("cut", () => CutAsync(third)),
        };
        if (Messages is not null)
        {
            disturbances.Add(("freeze", () => FreezeAsync(first)));
        }

        var texts = (Messages ?? 900) / (disturbances.Count * Friends * 2);
        foreach (var (name, disturb) in disturbances)
        {
            var load = new Load(milestone: Friends * texts / 2, world.PaceAsync);
            var talking = Task.WhenAll(world.Peers.SelectMany(peer => new[]
            {
                Task.Run(() => load.PutAsync(world.Api, peer.Contact, peer.ToPeer.NewAuthor($"{name}.put", random), texts)),
                Task.Run(() => load.SendAsync(peer.Peer, world.Address, peer.FromPeer.NewAuthor($"{name}.send", random), texts)),
            }));
            await load.Milestone;
            await disturb();
            await talking;
        }

        await world.CheckAsync();
        output.WriteLine($"{world.Acknowledgements} messages acknowledged, in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");

        async Task LoseAsync(string how, NodeProcess member, Func<Task> lose)
        {
            await lose();
            await ElsewhereAsync(how);
            await BackAsync(how, member);
        }

        async Task CutAsync(NodeProcess member)
        {
            world.Network.Pull();
            await ElsewhereAsync("cut");
            await Task.Delay(Silence);

            // The minority ends by itself: it cannot know what the others do.
            await member.EndsAsync();
            Assert.Equal(1, member.ExitCode);
            world.Network.PlugIn();
            await BackAsync("cut", member);
        }

        async Task FreezeAsync(NodeProcess member)
        {
            member.Freeze(true);
            await ElsewhereAsync("frozen");
            await Task.Delay(Silence);
            member.Freeze(false);
            await member.EndsAsync();
            await BackAsync("frozen", member);
        }

        async Task BackAsync(string what, NodeProcess member)
        {
            var ended = Stopwatch.GetTimestamp();
            await member.StartAgainAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: ready again {Stopwatch.GetElapsedTime(ended).TotalSeconds:F1} s after its start"));
        }

        async Task ElsewhereAsync(string what)
        {
            var took = await world.WorksAsync(what, random, ElsewhereWithin);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: every contact works again after {took.TotalSeconds:F1} s"));
        }
    });

    [SkippableFact]
    public async Task A_member_without_a_database_that_all_share_is_refused_with_one_line()
    {
        using var folder = new ScratchFolder();
        var refused = await CommandLine.RunAsync("run", "--cluster", "--data", folder.Path);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("--cluster needs a PostgreSQL database", refused.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_node_alone_and_a_member_with_another_key_are_refused_while_a_member_runs()
    {
        var database = server.CreateDatabase();
        var listen = FreeEndPoint();
        await using var member = await NodeProcess.StartAsync(new NodeSettings { Options = ["--cluster", "--cluster-listen", listen, "--database", database] });
        using var folder = new ScratchFolder();

        var alone = await CommandLine.RunAsync("run", "--data", folder.Path, "--database", database);
        Assert.Equal(("The database is in use by another node; give each node a database of its own.", 1), (alone.Error.TrimEnd(), alone.ExitCode));

        var stranger = await CommandLine.RunAsync(
            "run", "--data", folder.Path, "--database", database, "--cluster", "--cluster-listen", FreeEndPoint(), "--cluster-seed", listen);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("another master.key than the cluster", stranger.Error, StringComparison.Ordinal);
    }

    private static string FreeEndPoint() => new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback)).ToString();
}
