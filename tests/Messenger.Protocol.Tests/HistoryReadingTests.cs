using System.Text;
using Messenger.Protocol;
using static Messenger.Protocol.Tests.Requests;

namespace Messenger.Protocol.Tests;

public class HistoryReadingTests
{
    [Fact]
    public async Task A_malformed_item_keeps_its_place_and_spoils_nothing_else()
    {
        string[] bad =
        [
            "null", "1", "\"text\"", "[]", "{}", """{"message":null}""", """{"message":1}""", """{"message":"\u0000"}""",
            """{"message":"\ud800"}""", """{"message":"m","message":"n"}""", """{"message":"m","key":1}""",
            """{"message":"m","action":"resend"}""", """{"message":"m","action":1}""", """{"message":"m",}""", "{} {}", "{}x",
            $$"""{"message":"{{new string('x', (64 * 1024) + 1)}}"}""", $$"""{"message":"m","x":"{{new string('x', 256 * 1024)}}"}""",
            """{"message":"a ] } [ { , \" b"} x""",
        ];
        var items = bad.Select((item, index) => $$"""{"message":"good {{index}} ] } , \" \\","timestamp":{{index}}},{{item}}""");
        var history = await RequestAsync<HistoryRequest>($$"""{"messages":[{{string.Join(',', items)}}],"key":"k","action":"history","from":"a"}""");
        Assert.Equal(("a", "k", 0), (history.From, history.Key, history.Omitted));
        Assert.Equal(bad.Length * 2, history.Items.Length);
        for (var i = 0; i < bad.Length; i++)
        {
            var good = Assert.IsType<HistoryMessage>(history.Items[2 * i]);
            Assert.Equal(new WireMessage(null, null, $"good {i} ] }} , \" \\", $"{i}", ""), good.Message);
            Assert.NotEmpty(Assert.IsType<MalformedItem>(history.Items[(2 * i) + 1]).Reason);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ \r\n\t ] ")]
    public async Task A_history_may_be_empty(string messages) =>
        Assert.Empty((await RequestAsync<HistoryRequest>($$"""{"action":"history","messages":{{messages}}}""")).Items);

    [Fact]
    public async Task The_name_of_the_array_may_be_written_with_escapes()
    {
        var history = await RequestAsync<HistoryRequest>("""{"action":"history", "messag\u0065s" : [ {"message":"m"} ] }""");
        Assert.Equal("m", Assert.IsType<HistoryMessage>(Assert.Single(history.Items)).Message.Message);
    }

    [Fact]
    public async Task Only_the_array_at_the_top_holds_the_items()
    {
        var history = await RequestAsync<HistoryRequest>(
            """{"action":"history","x":{"messages":[{"message":"no"}]},"y":"messages","z":[{"messages":[1]}],"messages":[{"message":"yes"}]}""");
        Assert.Equal("yes", Assert.IsType<HistoryMessage>(Assert.Single(history.Items)).Message.Message);
    }

    [Fact]
    public async Task The_first_500_items_are_taken_and_the_rest_is_counted()
    {
        var items = string.Join(',', Enumerable.Range(0, 1234).Select(i => $$"""{"message":"{{i}}"}"""));
        var history = await RequestAsync<HistoryRequest>($$"""{"action":"history","messages":[{{items}}],"key":"behind"}""");
        Assert.Equal(500, history.Items.Length);
        Assert.Equal(734, history.Omitted);
        Assert.Equal("behind", history.Key);
        Assert.Equal("499", Assert.IsType<HistoryMessage>(history.Items[^1]).Message.Message);
    }

    [Theory]
    [InlineData(499, 499)]
    [InlineData(500, 499)]
    [InlineData(1, 1)]
    [InlineData(0, 500)]
    public async Task Messages_of_one_second_are_not_cut_apart_unless_nothing_else_is_there(int before, int taken)
    {
        var items = Enumerable.Range(0, 700).Select(i => $$"""{"message":"equal","timestamp":{{(i < before ? i : 1_700_000_000)}}}""");
        var history = await RequestAsync<HistoryRequest>($$"""{"action":"history","messages":[{{string.Join(',', items)}}]}""");
        Assert.Equal((taken, 700 - taken), (history.Items.Length, history.Omitted));
    }

    [Fact]
    public async Task Two_mebibytes_of_items_are_taken_and_the_rest_is_counted()
    {
        var item = $$"""{"message":"{{new string('x', 60_000)}}"}""";
        var history = await RequestAsync<HistoryRequest>(
            $$"""{"action":"history","messages":[{{string.Join(',', Enumerable.Repeat(item, 100))}},{"message":"short"}]}""");
        Assert.Equal(2 * 1024 * 1024 / item.Length, history.Items.Length);
        Assert.Equal(101, history.Items.Length + history.Omitted);
    }

    [Fact]
    public async Task A_backlog_of_many_mebibytes_is_read_without_holding_it()
    {
        var item = Encoding.UTF8.GetBytes($$"""{"message":"{{new string('я', 10_000)}}"},""");
        using var body = new MemoryStream();
        body.Write("{\"action\":\"history\",\"messages\":["u8);
        for (var i = 0; i < 1_500; i++)
        {
            body.Write(item);
        }

        body.Write("{\"message\":\"\"}]}"u8);
        body.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = new PeerRequestReader(WireLimits.Default).ReadAsync(body, null, CancellationToken.None);
        Assert.True(result.IsCompletedSuccessfully);
        var history = Assert.IsType<HistoryRequest>((await result).Request);
        Assert.Equal(1_501, history.Items.Length + history.Omitted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task More_items_or_bytes_than_can_be_answered_are_too_large()
    {
        var limits = new WireLimits { HistoryItems = 10, HistoryTakenItems = 5, HistoryBytes = 1000 };
        string Body(int items, int pad) => $$"""{"action":"history","messages":[{{string.Join(',', Enumerable.Repeat("{}", items))}}{{new string(' ', pad)}}]}""";
        Assert.Equal(5, (await RequestAsync<HistoryRequest>(Body(10, 0), limits: limits)).Omitted);
        Assert.Equal(413, (await ErrorAsync(Body(11, 0), limits: limits)).Status);
        Assert.Equal(413, (await ErrorAsync(Body(10, 1000), limits: limits)).Status);
    }

    [Fact]
    public async Task Other_actions_do_not_grow_by_a_messages_array()
    {
        var items = string.Join(',', Enumerable.Repeat("""{"message":"m"}""", 1000));
        Assert.Equal(413, (await ErrorAsync($$"""{"action":"ping","messages":[{{items}}]}""")).Status);
        Assert.Equal(new PingRequest(), await RequestAsync<PingRequest>("""{"action":"ping","messages":[{"message":"m"}]}"""));
    }
}
