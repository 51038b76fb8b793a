using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Lifecycle;

/// <summary>What goes on after a node was stopped and started again.</summary>
public sealed class RestartTests
{
    private static readonly NodeSettings CalmPings = new()
    {
        Environment = new Dictionary<string, string> { ["MESSENGER_RETRY_MIN"] = "0.2" },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_resumes_its_events_misses_nothing_and_sees_nothing_twice(bool killed)
    {
        await using var anna = await NodeProcess.StartAsync();
        await using var boris = await NodeProcess.StartAsync();
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);
        var (seen, sent) = (new List<string>(), new List<string>());
        string? last = null;
        await using (var first = await NodeEvents.OpenAsync(anna.Api))
        {
            last = (await first.NextAsync(e => e.Type == "hello")).Data.GetProperty("latest").GetString();
        }

        for (var round = 0; round < 3; round++)
        {
            await using (var events = await NodeEvents.OpenAsync(anna.Api, last))
            {
                await WriteAsync($"{round} while it listens");
                last = await ReadOnAsync(events, sent.Count - 3);
            }

            // Nobody listens to these; the client comes back with the id of an event before them.
            await WriteAsync($"{round} while nobody listens");
            await anna.Api.ReceivesAsync(borisAtAnna, sent);
            await (killed ? anna.KillAsync() : anna.StopAsync());
            await WriteAsync($"{round} while it is down");
            await anna.StartAgainAsync();
        }

        await using var resumed = await NodeEvents.OpenAsync(anna.Api, last);
        await ReadOnAsync(resumed, sent.Count);
        Assert.Equal(sent, seen);

        async Task WriteAsync(string when)
        {
            for (var number = 0; number < 5; number++)
            {
                sent.Add($"{when} {number}");
                await boris.Api.SendAsync(annaAtBoris, sent[^1]);
            }
        }

        async Task<string> ReadOnAsync(NodeEvents events, int count)
        {
            var id = "";
            while (seen.Count < count)
            {
                var next = await events.NextAsync(e => e.Type is "message" or "reset");
                Assert.Equal("message", next.Type);
                seen.Add(next.Data.GetProperty("message").GetProperty("text").GetString()!);
                id = next.Id;
            }

            return id;
        }
    }

    [Fact]
    public async Task What_is_queued_and_what_is_carried_for_a_friend_outlives_a_restart()
    {
        await using var anna = await NodeProcess.StartAsync();
        await using var boris = await NodeProcess.StartAsync();
        await using var clara = await NodeProcess.StartAsync();
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);
        await Friends.BecomeAsync(clara, anna);
        await Friends.BecomeAsync(clara, boris);
        await boris.StopAsync();
        await anna.Api.SendAsync(borisAtAnna, "by way of Clara");
        await anna.Api.AllOutBecomeAsync(borisAtAnna, "relayed");
        await anna.StopAsync();
        await clara.StopAsync();

        await clara.StartAgainAsync();
        await boris.StartAgainAsync();
        await boris.Api.ReceivesAsync(annaAtBoris, ["by way of Clara"]);

        await boris.StopAsync();
        await clara.StopAsync();
        await anna.StartAgainAsync();
        await anna.Api.SendAsync(borisAtAnna, "straight");
        await anna.StopAsync();
        await anna.StartAgainAsync();
        await boris.StartAgainAsync();
        await boris.Api.ReceivesAsync(annaAtBoris, ["by way of Clara", "straight"]);
        await anna.Api.AllOutBecomeAsync(borisAtAnna, "delivered");
    }

    [Fact]
    public async Task Each_friend_is_pinged_once_after_a_start_and_then_left_alone()
    {
        await using var node = await NodeProcess.StartAsync(CalmPings);
        var friends = new List<SeedDouble>();
        try
        {
            for (var number = 0; number < 4; number++)
            {
                friends.Add(await FriendAsync(node));
            }

            // One friend refuses what is queued for it: its refusals are the clock by which the others are watched.
            var busy = friends[^1];
            var idle = friends[..^1];
            var busyId = (await node.Api.ContactBecomesAsync(c => c.Address == busy.Address, "known")).Id;
            busy.Contact(node.Address).IssuedKey = "changed";
            await node.StopAsync();
            var before = idle.Select(friend => friend.Calls("ping")).ToArray();

            await node.StartAgainAsync();
            for (var number = 0; number < idle.Count; number++)
            {
                var (friend, pings) = (idle[number], before[number]);
                await Eventually.Holds(() => friend.Calls("ping") > pings, "the friend is pinged", node.Evidence);
            }

            await node.Api.SendAsync(busyId, "refused");
            await Eventually.Holds(() => busy.Calls("send") >= 3, "three refusals", node.Evidence);
            Assert.Equal(before.Select(pings => pings + 1), idle.Select(friend => friend.Calls("ping")));
        }
        finally
        {
            foreach (var friend in friends)
            {
                await friend.DisposeAsync();
            }
        }
    }

    private static async Task<SeedDouble> FriendAsync(NodeProcess node)
    {
        var friend = await SeedDouble.StartAsync();
        await node.Api.AddContactAsync(friend.Address);
        await Eventually.Holds(() => friend.Requests.Count > 0, "the friend is asked", node.Evidence);
        Assert.True(await friend.AcceptAsync(node.Address));
        await node.Api.ContactBecomesAsync(c => c.Address == friend.Address && c.State == "accepted", "accepted");
        return friend;
    }
}
