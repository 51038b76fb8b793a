using System.Net;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Node.Tests.Gui;

namespace Messenger.Node.Tests.Api;

public sealed class SearchApiTests
{
    [Fact]
    public async Task A_page_shows_every_field_of_a_hit_and_marks_what_was_found()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        node.History.Found = new(
            [new(new ContactId("ann"), new(8, "", false, "a <b>Ёлка</b>", at, null, MessageState.Received, null, [], null, true, ""))], 77);

        var answer = await node.GetAsync("/api/v1/search?q=елк&contact=ann&before=99&limit=1");

        var asked = node.History.LastSearch!;
        Assert.Equal((new ContactId("ann"), 99, 1), (asked.Contact, asked.Before, asked.Limit));
        Assert.Equal("елк", Assert.Single(Assert.Single(asked.Query.Terms).Words));
        Assert.Equal(
            """
            {"hits":[{"contact":"ann","message":
            {"id":"8","uuid":null,"cursor":"8","direction":"in","text":"a \u003Cb\u003EЁлка\u003C/b\u003E","at":"2026-01-02T03:04:05+00:00","claimedAt":null,"state":"received","reason":null,"reasonCode":null,"relays":[],"via":null,"proven":true,"enctype":"","unreadable":null,"warning":null,"missing":0},
            "snippet":[{"text":"a \u003Cb\u003E","match":false},{"text":"Ёлка","match":true},{"text":"\u003C/b\u003E","match":false}]}],"before":"77"}
            """.Replace("\n", "", StringComparison.Ordinal),
            answer.Text);
    }

    [Fact]
    public async Task Without_a_contact_all_conversations_are_searched()
    {
        await using var node = await NodeUnderTest.StartAsync();

        var answer = await node.GetAsync("/api/v1/search?q=x");

        Assert.Equal("""{"hits":[],"before":null}""", answer.Text);
        Assert.Equal((null, null, 50), (node.History.LastSearch!.Contact, node.History.LastSearch.Before, node.History.LastSearch.Limit));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "bad_query")]
    [InlineData("q=%22*%22", HttpStatusCode.BadRequest, "bad_query")]
    [InlineData("q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q", HttpStatusCode.BadRequest, "bad_query")]
    [InlineData("q=x&limit=0", HttpStatusCode.BadRequest, "bad_limit")]
    [InlineData("q=x&limit=101", HttpStatusCode.BadRequest, "bad_limit")]
    [InlineData("q=x&limit=many", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("q=x&before=x", HttpStatusCode.BadRequest, "bad_cursor")]
    [InlineData("q=x&contact=bob", HttpStatusCode.NotFound, "no_such_contact")]
    [InlineData("q=x&contact=", HttpStatusCode.NotFound, "no_such_contact")]
    public async Task A_search_that_cannot_be_says_why_and_searches_nothing(string query, HttpStatusCode status, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");

        var answer = await node.GetAsync("/api/v1/search?" + query);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Null(node.History.LastSearch);
    }

    [Fact]
    public async Task Only_the_owner_searches()
    {
        await using var node = await NodeUnderTest.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await node.Gui.GetAsync("/api/v1/search?q=x")).Status);
    }
}
