using System.Net;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Node.Tests.Gui;

namespace Messenger.Node.Tests.Api;

public sealed class MessagesApiTests
{
    private const string Uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
    private const string Put = "/api/v1/contacts/ann/messages/" + Uuid;

    [Fact]
    public async Task A_new_message_is_202_a_repeated_one_200_and_another_text_409()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        var asked = new List<ContactProtocol.QueueMessage>();
        node.Contact = message =>
        {
            asked.Add((ContactProtocol.QueueMessage)message);
            return asked.Count switch
            {
                1 => new ContactProtocol.QueueResult.Queued(7),
                2 => new ContactProtocol.QueueResult.Known(7),
                _ => new ContactProtocol.QueueResult.Conflict(),
            };
        };

        var first = await node.SendAsync(HttpMethod.Put, Put, new { text = "привет" });
        var second = await node.SendAsync(HttpMethod.Put, Put.ToUpperInvariant().Replace("/API/V1/CONTACTS/ANN/MESSAGES", "/api/v1/contacts/ann/messages", StringComparison.Ordinal), new { text = "привет" });
        var third = await node.SendAsync(HttpMethod.Put, Put, new { text = "other" });

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal((HttpStatusCode.Conflict, "uuid_taken"), (third.Status, third.Code));
        Assert.Equal(("7", Uuid, "7"), (first.Json.GetProperty("id").GetString(), first.Json.GetProperty("uuid").GetString(), first.Json.GetProperty("cursor").GetString()));
        Assert.Equal([new(new("ann"), Uuid, "привет"), new(new("ann"), Uuid, "привет"), new(new("ann"), Uuid, "other")], asked);
    }

    [Fact]
    public async Task A_message_without_an_id_is_given_one()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = _ => new ContactProtocol.QueueResult.Queued(7);

        var answer = await node.PostAsync("/api/v1/contacts/ann/messages", new { text = "hi" });

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(7, Guid.Parse(answer.Json.GetProperty("uuid").GetString()!).Version);
    }

    [Fact]
    public async Task A_busy_contact_is_a_503_that_says_when_to_come_back()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = _ => new ContactProtocol.QueueResult.Busy();

        var answer = await node.SendAsync(HttpMethod.Put, Put, new { text = "hi" });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "busy", "1"), (answer.Status, answer.Code, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_contact_that_may_not_be_written_to_is_a_409()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = _ => new ContactProtocol.QueueResult.NotWritable();

        Assert.Equal("not_writable", (await node.SendAsync(HttpMethod.Put, Put, new { text = "hi" })).Code);
    }

    [Theory]
    [InlineData("/api/v1/contacts/bob/messages/" + Uuid, "hi", 404, "no_such_contact")]
    [InlineData("/api/v1/contacts/A%2FB/messages/" + Uuid, "hi", 404, "no_such_contact")]
    [InlineData("/api/v1/contacts/ann/messages/7", "hi", 400, "bad_uuid")]
    [InlineData("/api/v1/contacts/ann/messages/01890a5dac96774bbcceb302099a8057", "hi", 400, "bad_uuid")]
    [InlineData(Put, "", 400, "bad_text")]
    [InlineData(Put, "a\0b", 400, "bad_text")]
    public async Task What_cannot_be_queued_reaches_no_actor(string path, string text, int status, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        var asked = 0;
        node.Contact = _ => Interlocked.Increment(ref asked);

        var answer = await node.SendAsync(HttpMethod.Put, path, new { text });

        Assert.Equal((status, code, 0), ((int)answer.Status, answer.Code, asked));
    }

    [Theory]
    [InlineData(64 * 1024, 202)]
    [InlineData((64 * 1024) + 2, 413)]
    public async Task A_text_has_at_most_64_KiB_in_UTF8(int bytes, int status)
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = _ => new ContactProtocol.QueueResult.Queued(1);

        Assert.Equal(status, (int)(await node.SendAsync(HttpMethod.Put, Put, new { text = new string('я', bytes / 2) })).Status);
    }

    [Fact]
    public async Task A_page_shows_every_field_of_a_message()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var ann = node.Add("ann").Id;
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        node.History.Page = new(
            [
                new(9, Uuid, true, "<b>", at, at, MessageState.Relayed, "offline", [new ContactId("bob")], null, true, ""),
                new(8, "", false, "in", at, null, MessageState.Received, null, [], new ContactId("bob"), false, "unknown"),
            ],
            8,
            null);

        var answer = await node.GetAsync("/api/v1/contacts/ann/messages?before=10&limit=2");

        Assert.Equal(new(10, null, null, 2), node.History.LastRequest);
        Assert.Equal(
            """
            {"messages":[
            {"id":"9","uuid":"01890a5d-ac96-774b-bcce-b302099a8057","cursor":"9","direction":"out","text":"\u003Cb\u003E","at":"2026-01-02T03:04:05+00:00","claimedAt":"2026-01-02T03:04:05+00:00","state":"relayed","reason":"offline","reasonCode":null,"relays":["bob"],"via":null,"proven":true,"enctype":"","unreadable":null,"warning":null,"missing":0},
            {"id":"8","uuid":null,"cursor":"8","direction":"in","text":"in","at":"2026-01-02T03:04:05+00:00","claimedAt":null,"state":"received","reason":null,"reasonCode":null,"relays":[],"via":"bob","proven":false,"enctype":"unknown","unreadable":null,"warning":null,"missing":0}
            ],"before":"8","after":null}
            """.Replace("\n", "", StringComparison.Ordinal),
            answer.Text);
        Assert.Equal("ann", ann.Value);
    }

    [Theory]
    [InlineData("limit=0", "bad_limit")]
    [InlineData("limit=1001", "bad_limit")]
    [InlineData("limit=many", "bad_request")]
    [InlineData("before=x", "bad_cursor")]
    [InlineData("after=-1", "bad_cursor")]
    [InlineData("around=99999999999999999999", "bad_cursor")]
    [InlineData("before=1&after=2", "bad_cursor")]
    public async Task A_page_that_cannot_be_is_a_400(string query, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");

        var answer = await node.GetAsync("/api/v1/contacts/ann/messages?" + query);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Reading_and_erasing_are_handed_to_the_contact()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = message => message switch
        {
            ContactProtocol.MarkRead read => new ContactProtocol.ReadResult(Math.Max(read.Cursor, 5)),
            ContactProtocol.EraseMessage erase => new ContactProtocol.EraseResult(erase.Message == 3),
            ContactProtocol.EraseConversation => new ContactProtocol.EraseResult(true),
            _ => null,
        };

        Assert.Equal("5", (await node.PostAsync("/api/v1/contacts/ann/read", new { cursor = "3" })).Json.GetProperty("cursor").GetString());
        Assert.Equal("bad_cursor", (await node.PostAsync("/api/v1/contacts/ann/read", new { cursor = "x" })).Code);
        Assert.Equal("bad_json", (await node.PostAsync("/api/v1/contacts/ann/read", new { cursor = 3 })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await node.SendAsync(HttpMethod.Delete, "/api/v1/contacts/ann/messages/3")).Status);
        Assert.Equal("no_such_message", (await node.SendAsync(HttpMethod.Delete, "/api/v1/contacts/ann/messages/4")).Code);
        Assert.Equal("no_such_message", (await node.SendAsync(HttpMethod.Delete, "/api/v1/contacts/ann/messages/x")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await node.SendAsync(HttpMethod.Delete, "/api/v1/contacts/ann/messages")).Status);
    }
}
