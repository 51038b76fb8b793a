using System.Net;
using System.Text;

namespace Messenger.Node.Tests.Metrics;

public sealed class MetricsApiTests
{
    [Fact]
    public async Task Metrics_are_for_whoever_may_use_the_client_api()
    {
        await using var node = await RunningNode.StartAsync("Anna");
        using var stranger = new HttpClient { BaseAddress = node.Client.BaseAddress };

        using var refused = await stranger.GetAsync(new Uri("metrics", UriKind.Relative));
        using var answer = await node.Client.GetAsync(new Uri("metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(1, new MetricPage(await answer.Content.ReadAsStringAsync())["messenger_database_up"]);
    }

    [Fact]
    public async Task A_node_that_was_not_asked_to_measures_nothing()
    {
        await using var node = await RunningNode.StartAsync("Anna", options => options with { Metrics = false });

        using var answer = await node.Client.GetAsync(new Uri("metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(node.Services.GetService(typeof(Messenger.Actors.Ports.ITrafficMeter)));
    }

    [Fact]
    public async Task Addresses_that_nobody_knows_are_counted_as_one()
    {
        await using var node = await RunningNode.StartAsync("Anna");

        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod("STRANGE"), new Uri($"api/v1/unheard-of{i}", UriKind.Relative));
            using var answer = await node.Client.SendAsync(request);
        }

        var page = await node.MetricsAsync();
        Assert.Equal(3, page["messenger_owner_requests_total{method=\"other\",route=\"other\",status=\"404\"}"]);
        Assert.DoesNotContain("unheard", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_of_a_peer_is_counted_by_what_is_wrong_with_it()
    {
        await using var node = await RunningNode.StartAsync("Anna");
        using var peer = new HttpClient();
        foreach (var body in (string[])["no JSON", """{"action":"dance"}""", """{"action":"ping","from":[]}""", $$"""{"action":"ping","from":"{{new string('x', 800_000)}}"}"""])
        {
            using var content = new StringContent(body);
            using var answer = await peer.PostAsync(new Uri($"http://{node.Peers}/"), content);
        }

        using var elsewhere = await peer.GetAsync(new Uri($"http://{node.Peers}/elsewhere"));

        var unread = (await node.MetricsAsync()).Of("messenger_peer_unread_total");
        Assert.Equal(
            ["bad_field", "malformed", "not_found", "too_large", "unknown_action"],
            unread.Where(series => series.Value == 1).Select(series => series.Key.Split('"')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nodes_that_talk_carry_and_fall_silent_show_it()
    {
        await using var anna = await RunningNode.StartAsync("Anna");
        await using var boris = await RunningNode.StartAsync("Boris");
        await using var clara = await RunningNode.StartAsync("Clara");
        await anna.BefriendAsync(boris);
        await anna.BefriendAsync(clara);
        await boris.BefriendAsync(clara);
        var streaming = await anna.Client.GetAsync(new Uri("api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        // Two who talk.
        var annaOfBoris = await boris.IdOfAsync(anna);
        await anna.WriteAsync(boris, "a word between us");
        await Until.TrueAsync(() => boris.HasAsync(anna, "a word between us", "received"), "it is there");
        var read = (await boris.CallAsync(HttpMethod.Get, $"contacts/{annaOfBoris}/messages?limit=1")).GetProperty("messages")[0].GetProperty("cursor").GetString();
        await boris.CallAsync(HttpMethod.Post, $"contacts/{annaOfBoris}/read", new { cursor = read });
        await anna.CallAsync(HttpMethod.Post, $"contacts/{await anna.IdOfAsync(boris)}/ping");
        await anna.UntilAsync("messenger_messages_read_total", count => count == 1);
        var page = await anna.MetricsAsync();
        Assert.Equal(1, page["messenger_messages_accepted_total{source=\"owner\"}"]);
        Assert.Equal(1, page["messenger_messages_delivered_total"]);
        Assert.Equal(1, page["messenger_delivery_duration_seconds_count"]);
        Assert.True(page["messenger_commit_duration_seconds_count"] > 0);
        Assert.True(page["messenger_calls_total{action=\"send\",outcome=\"answered\"}"] > 0);
        Assert.True(page["messenger_calls_total{action=\"ping\",outcome=\"answered\"}"] > 0);
        Assert.Equal(1, page["messenger_live_streams"]);
        Assert.Equal(2, page["messenger_contacts{standing=\"accepted\"}"]);
        Assert.True(page["messenger_contacts_online"] > 0);
        Assert.Single(page.Of("messenger_readmodel_lag"));
        Assert.All(page.Of("messenger_database_size_bytes"), file => Assert.True(file.Value > 0, file.Key));
        Assert.True(page["messenger_owner_requests_total{method=\"POST\",route=\"/api/v1/contacts/{id}/messages\",status=\"202\"}"] > 0);
        page = await boris.MetricsAsync();
        Assert.Equal(1, page["messenger_messages_accepted_total{source=\"peer\"}"]);
        Assert.True(page["messenger_peer_requests_total{action=\"send\",outcome=\"done\"}"] > 0);

        // A stranger.
        const string refusals = "messenger_peer_refusals_total{action=\"send\",reason=\"unknown_key\"}";
        var before = page[refusals];
        using (var stranger = new HttpClient())
        {
            using var body = new StringContent("""{"action":"send","from":"10.9.9.9","to":"10.1.1.1","message":"hello","timestamp":"1","key":"not a key of a friend"}""", Encoding.UTF8, "application/json");
            using var answer = await stranger.PostAsync(new Uri($"http://{boris.Peers}/"), body);
            await boris.UntilAsync(refusals, count => count > before);
        }

        // One who is away.
        await boris.StopAsync();
        await anna.WriteAsync(boris, "by way of Clara");
        await anna.UntilAsync("messenger_relay_asks_total{answer=\"taken\"}", count => count == 1);
        page = await anna.MetricsAsync();
        Assert.Equal(1, page["messenger_queue_messages"]);
        Assert.True(page["messenger_queue_age_seconds"] > 0);
        Assert.Contains(page.Of("messenger_calls_total"), call => call.Key.Contains("outcome=\"no_answer\"", StringComparison.Ordinal) && call.Value > 0);
        page = await clara.MetricsAsync();
        Assert.Equal(1, page["messenger_carried_total{step=\"taken\"}"]);
        Assert.Equal(1, page["messenger_carried_messages"]);
        Assert.True(page["messenger_carried_bytes"] > 0);

        // Back, while the author is not.
        streaming.Dispose();
        await anna.StopAsync();
        await boris.StartAsync();
        await clara.UntilAsync("messenger_carried_total{step=\"handed_on\"}", count => count == 1);
        await clara.UntilAsync("messenger_carried_messages", count => count == 0);
        Assert.Equal(1, (await boris.MetricsAsync())["messenger_messages_accepted_total{source=\"relay\"}"]);
        await anna.StartAsync();
        await anna.UntilAsync("messenger_queue_messages", count => count == 0);
    }
}
