using System.Net;
using System.Net.Http.Json;
using Messenger.EndToEnd.Tests.Crash;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.EndToEnd.Tests.Databases;

/// <summary>A node on a server that goes away, comes back, or belongs to somebody else.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LostDatabaseTests(PostgresServer server)
{
    private const int TextsPerAuthor = 20;

    [SkippableFact]
    public Task While_the_database_is_away_nothing_is_acknowledged_and_afterwards_the_node_goes_on_by_itself() => CrashPlan.RunAsync(async random =>
    {
        await using var world = await CrashWorld.StartAsync(() => new NodeSettings { Options = ["--database", server.CreateDatabase()] });
        var processes = world.Sides.Select(side => side.Node.ProcessId).ToArray();
        var load = new Load(milestone: 1 + random.Next(TextsPerAuthor));
        var talking = Task.WhenAll(world.Sides.SelectMany(side => new[]
        {
            Task.Run(() => load.PutAsync(side.Node.Api, side.Friend, side.ToFriend.NewAuthor("lost.put", random), TextsPerAuthor)),
            Task.Run(() => load.PutAsync(side.Node.Api, side.Seed, side.ToSeed.NewAuthor("lost.put", random), TextsPerAuthor)),
            Task.Run(() => load.SendAsync(world.Seed, side.Node.Address, side.FromSeed.NewAuthor("lost.send", random), TextsPerAuthor)),
        }));
        await load.Milestone;

        server.Stop();
        foreach (var side in world.Sides)
        {
            await AssertBusyAsync(() => side.Node.Api.Client.GetAsync(new Uri("contacts", UriKind.Relative)));
            await AssertBusyAsync(() => side.Node.Api.Client.PutAsJsonAsync($"contacts/{side.Friend}/messages/{Guid.CreateVersion7()}", new { text = "too early" }));
            Assert.False(await world.Seed.SendAsync(side.Node.Address, side.FromSeed.NewAuthor("lost.late", random).Next()));
            await BecomesAsync(side.Node, HttpStatusCode.ServiceUnavailable);
        }

        server.Start();
        await talking;
        await Task.WhenAll(world.Sides.Select(side => BecomesAsync(side.Node, HttpStatusCode.OK)));
        await world.CheckAsync();
        Assert.Equal(processes, world.Sides.Select(side => side.Node.ProcessId));
        Assert.All(world.Sides, side => Assert.DoesNotContain("unhandled exception", side.Node.Log, StringComparison.Ordinal));
    });

    [SkippableFact]
    public async Task A_second_node_on_the_same_database_is_refused_with_one_line()
    {
        var database = server.CreateDatabase();
        await using var node = await NodeProcess.StartAsync(new NodeSettings { Options = ["--database", database] });

        var second = await RunAsync(database);

        Assert.Equal((1, ""), (second.ExitCode, second.Output));
        Assert.Equal("The database is in use by another node; give each node a database of its own.", second.Error.TrimEnd());
        Assert.NotNull(await node.Api.ContactsAsync());
    }

    [SkippableFact]
    public async Task A_database_that_does_not_exist_is_one_line_and_exit_code_1()
    {
        var refused = await RunAsync(server.CreateDatabase().Replace("Database=", "Database=no_", StringComparison.Ordinal));

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.Contains("does not exist", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("Host=db;Username=messenger;Password=a-secret")]
    public async Task A_bad_connection_string_is_one_line_that_does_not_repeat_it_and_exit_code_2(string database)
    {
        var refused = await RunAsync(database);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("--database: ", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("a-secret", refused.Error, StringComparison.Ordinal);
    }

    // To those who watch whether it takes messages, and have no token.
    private static async Task BecomesAsync(NodeProcess node, HttpStatusCode status)
    {
        using var watcher = new HttpClient { BaseAddress = node.Gui };
        await Eventually.Reads(
            async () =>
            {
                using var answer = await watcher.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return answer.StatusCode;
            },
            read => read == status,
            $"the node's health is {status}");
    }

    private static async Task<CommandResult> RunAsync(string database)
    {
        using var folder = new ScratchFolder();
        return await CommandLine.RunAsync("run", "--data", folder.Path, "--database", database);
    }

    private static async Task AssertBusyAsync(Func<Task<HttpResponseMessage>> call)
    {
        using var answer = await call();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
