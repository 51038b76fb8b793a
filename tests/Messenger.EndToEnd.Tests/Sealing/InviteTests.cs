using System.Net.Http.Json;
using System.Text.Json;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Sealing;

/// <summary>A friend by a link: nobody has to accept, and nothing has to be compared.</summary>
public sealed class InviteTests
{
    [Fact]
    public async Task A_link_makes_friends_of_two_nodes_at_once_and_verifies_whose_it_is_also_when_strangers_may_not_ask()
    {
        await using var ann = await NodeProcess.StartAsync(new NodeSettings { Options = ["--accept", "invite"] });
        await using var bob = await NodeProcess.StartAsync();
        var invite = await MakeAsync(ann);
        await ann.StopAsync();

        // Written before the other side is there at all: it waits, and leaves sealed.
        var added = await AddAsync(bob, invite.GetProperty("link").GetString()!);
        Assert.Equal(("requested", "awaited"), (added.State, added.Encryption));
        await bob.Api.SendAsync(added.Id, "hello by link");
        await ann.StartAgainAsync();

        var seenByBob = await bob.Api.ContactBecomesAsync(c => c is { State: "accepted", Encryption: "verified" }, "a friend, verified by the link");
        var seenByAnn = await ann.Api.ContactBecomesAsync(c => c is { State: "accepted", Encryption: "offered" }, "a friend");
        Assert.True(seenByBob.Sealing!.VerifiedByLink);
        await ann.Api.ReceivesAsync(seenByAnn.Id, ["hello by link"]);
        var message = Assert.Single(await ann.Api.ConversationAsync(seenByAnn.Id));
        Assert.Equal((SealingTests.Enctype, true), (message.Enctype, message.Proven));
        await ann.Api.SendAsync(seenByAnn.Id, "and back");
        await bob.Api.ReceivesAsync(added.Id, ["and back"]);
        Assert.Equal(SealingTests.Enctype, (await bob.Api.ConversationAsync(added.Id))[^1].Enctype);

        var used = (await ann.Api.GetAsync("invites")).GetProperty("invites")[0];
        Assert.Equal(seenByAnn.Id, used.GetProperty("usedBy").GetString());
    }

    private static async Task<JsonElement> MakeAsync(NodeProcess node)
    {
        using var answer = await node.Api.Client.PostAsJsonAsync("invites", new { note = "Bob" });
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<ContactView> AddAsync(NodeProcess node, string invite)
    {
        using var answer = await node.Api.Client.PostAsJsonAsync("contacts", new { invite });
        return (await answer.Content.ReadFromJsonAsync<ContactView>(JsonSerializerOptions.Web))!;
    }
}
