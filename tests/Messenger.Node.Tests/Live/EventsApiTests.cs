using System.Net;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Node.Tests.Gui;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Messenger.Node.Tests.Live;

public sealed class EventsApiTests
{
    private static readonly ContactId Ann = new("ann");

    [Fact]
    public async Task A_stream_begins_with_hello_at_once_and_goes_on_with_what_is_committed()
    {
        await using var node = await StartAsync();
        node.History.Append(FeedKind.Message, Ann, 1);
        using var stream = await EventStream.OpenAsync(node);

        var hello = await stream.NextAsync();
        node.Feed.Publish([node.History.Append(FeedKind.Message, Ann, 2)]);
        var message = await stream.NextAsync();

        Assert.Equal(("hello", "epoch-1"), (hello.Type, hello.Id));
        Assert.Equal(("message", "epoch-2"), (message.Type, message.Id));
        Assert.Contains("\"text\":\"текст 2\"", message.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_id_without_gaps_or_doubles()
    {
        await using var node = await StartAsync();
        for (var i = 1; i <= 450; i++)
        {
            node.History.Append(FeedKind.Message, Ann, i);
        }

        using var stream = await EventStream.OpenAsync(node, ("Last-Event-ID", "epoch-2"));
        Assert.Equal("hello", (await stream.NextAsync()).Type);
        for (var i = 3; i <= 450; i++)
        {
            Assert.Equal($"epoch-{i}", (await stream.NextAsync()).Id);
        }

        // What is published again, because the stream listened before it looked back, is not told twice.
        node.Feed.Publish([new FeedEntry(450, FeedKind.Message, Ann, 450), node.History.Append(FeedKind.Message, Ann, 451)]);
        Assert.Equal("epoch-451", (await stream.NextAsync()).Id);
    }

    [Fact]
    public async Task A_stream_that_falls_behind_catches_up()
    {
        await using var node = await StartAsync();
        using var stream = await EventStream.OpenAsync(node);
        Assert.Equal("hello", (await stream.NextAsync()).Type);

        // More at once than a subscription holds: it is dropped in the middle.
        node.Feed.Publish([.. Enumerable.Range(1, 3000).Select(i => node.History.Append(FeedKind.Message, Ann, i))]);

        for (var i = 1; i <= 3000; i++)
        {
            Assert.Equal($"epoch-{i}", (await stream.NextAsync()).Id);
        }
    }

    [Theory]
    [InlineData("other-1")]
    [InlineData("epoch-99")]
    [InlineData("epoch-1")]
    [InlineData("epoch--1")]
    [InlineData("rubbish")]
    public async Task An_id_that_is_not_known_any_more_is_answered_by_reset(string since)
    {
        await using var node = await StartAsync();
        node.History.Append(FeedKind.Message, Ann, 1);
        node.History.Append(FeedKind.Message, Ann, 2);
        node.History.Oldest = 2;

        using var stream = await EventStream.OpenAsync(node, ("Last-Event-ID", since));

        Assert.Equal("hello", (await stream.NextAsync()).Type);
        Assert.Equal(new("epoch-2", "reset", """{"latest":"epoch-2"}"""), await stream.NextAsync());
    }

    [Fact]
    public async Task Presence_is_told_without_an_id()
    {
        await using var node = await StartAsync();
        using var stream = await EventStream.OpenAsync(node);
        await stream.NextAsync();

        node.Presence.Connected(Ann, node.Gui.Time.GetUtcNow());

        var happened = await stream.NextAsync();
        Assert.Equal((null, "presence"), (happened.Id, happened.Type));
        Assert.StartsWith("""{"contact":"ann","online":true,""", happened.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_limit_on_how_long_messages_are_kept_is_told_without_an_id()
    {
        await using var node = await StartAsync();
        using var stream = await EventStream.OpenAsync(node);
        await stream.NextAsync();

        await node.SendAsync(HttpMethod.Put, "/api/v1/retention", new { days = 30 });
        await node.SendAsync(HttpMethod.Put, "/api/v1/retention", new { days = (int?)null });

        Assert.Equal(new(null, "retention", """{"days":30}"""), await stream.NextAsync());
        Assert.Equal(new(null, "retention", """{"days":null}"""), await stream.NextAsync());
    }

    [Fact]
    public async Task Each_kind_of_event_carries_what_it_is_about()
    {
        await using var node = await StartAsync();
        node.Add("ann");
        node.History.Summaries = node.History.Summaries.Add(Ann, new ContactSummary(0, 4, null));
        node.History.Append(FeedKind.MessageState, Ann, 1);
        node.History.Append(FeedKind.MessageState, Ann, 999_999);
        node.History.Append(FeedKind.Read, Ann, 7);
        node.History.Append(FeedKind.Request, Ann);
        node.History.Append(FeedKind.Contact, new("gone"));
        using var stream = await EventStream.OpenAsync(node, ("Last-Event-ID", "epoch-0"));
        await stream.NextAsync();

        Assert.Contains("\"text\":\"текст 1\"", (await stream.NextAsync()).Data, StringComparison.Ordinal);
        Assert.Equal(new("epoch-2", "message.state", """{"contact":"ann","id":"999999","message":null}"""), await stream.NextAsync());
        Assert.Equal(new("epoch-3", "read", """{"contact":"ann","cursor":"7","unread":4}"""), await stream.NextAsync());
        var request = await stream.NextAsync();
        Assert.Equal("request", request.Type);
        Assert.Contains("\"unread\":4", request.Data, StringComparison.Ordinal);
        Assert.Equal(new("epoch-5", "contact", """{"id":"gone","contact":null}"""), await stream.NextAsync());
    }

    [Fact]
    public async Task A_silent_stream_shows_every_twenty_seconds_that_it_is_alive()
    {
        await using var node = await StartAsync();
        using var stream = await EventStream.OpenAsync(node);
        await stream.NextAsync();

        var heartbeat = stream.HeartbeatAsync();
        while (!heartbeat.IsCompleted)
        {
            node.Gui.Time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        Assert.True(await heartbeat);
    }

    [Fact]
    public async Task The_roster_learns_when_somebody_looks_and_when_nobody_does()
    {
        await using var node = await StartAsync();
        var seen = System.Threading.Channels.Channel.CreateUnbounded<bool>();
        node.Roster = message =>
        {
            seen.Writer.TryWrite(((RosterProtocol.AudienceChanged)message).Watching);
            return null;
        };

        using (var stream = await EventStream.OpenAsync(node))
        {
            await stream.NextAsync();
            Assert.True(await seen.Reader.ReadAsync());
        }

        Assert.False(await seen.Reader.ReadAsync());
    }

    [Fact]
    public async Task Open_streams_end_when_the_node_stops()
    {
        await using var node = await StartAsync();
        using var stream = await EventStream.OpenAsync(node);
        await stream.NextAsync();

        node.Gui.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.True(await stream.EndsAsync());
    }

    [Fact]
    public async Task A_long_poll_tells_what_happened_since_and_where_to_go_on()
    {
        await using var node = await StartAsync();
        node.History.Append(FeedKind.Message, Ann, 1);
        node.History.Append(FeedKind.Message, Ann, 2);

        var first = await PollAsync(node, "");
        var missed = await PollAsync(node, "?since=epoch-0");
        var nothing = await PollAsync(node, "?since=epoch-2&timeout=0");

        Assert.Equal("epoch-2", first.Json.GetProperty("latest").GetString());
        Assert.Equal(
            ["hello", "message", "message"], missed.Json.GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("type").GetString()));
        Assert.Equal("epoch-2", missed.Json.GetProperty("latest").GetString());
        Assert.Equal("epoch-2", nothing.Json.GetProperty("latest").GetString());
    }

    [Fact]
    public async Task A_long_poll_waits_for_what_happens()
    {
        await using var node = await StartAsync();

        var poll = PollAsync(node, "?since=epoch-0&timeout=60");
        while (node.Feed.Audience == 0)
        {
            await Task.Yield();
        }

        node.Feed.Publish([node.History.Append(FeedKind.Message, Ann, 1)]);

        Assert.Equal("epoch-1", (await poll).Json.GetProperty("latest").GetString());
    }

    [Theory]
    [InlineData("?timeout=61")]
    [InlineData("?timeout=-1")]
    [InlineData("?timeout=x")]
    public async Task A_poll_that_cannot_be_is_a_400(string query)
    {
        await using var node = await StartAsync();

        Assert.Equal((HttpStatusCode.BadRequest, "bad_request"), ((await PollAsync(node, query)).Status, (await PollAsync(node, query)).Code));
    }

    private static async Task<NodeUnderTest> StartAsync()
    {
        var node = await NodeUnderTest.StartAsync();
        var at = node.Gui.Time.GetUtcNow();
        node.History.Rows = node.History.Rows.AddRange(Enumerable.Range(1, 3000).Select(i => KeyValuePair.Create(
            (Ann, (long)i), new MessageRow(i, "", false, $"текст {i}", at, null, MessageState.Received, null, [], null, true, ""))));
        return node;
    }

    private static Task<GuiUnderTest.Answer> PollAsync(NodeUnderTest node, string query) =>
        node.Gui.GetAsync("/api/v1/events" + query, node.Owner, ("Accept", "application/json"));
}
