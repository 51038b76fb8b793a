using System.Net;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>Item 1 of the page between a node and a peer that knows nothing else, whoever asks.</summary>
public sealed class SeedHandshakeTests(SeedNodes nodes) : SeedNodesTests(nodes)
{
    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneForEverybody)]
    [InlineData((int)RequestForm.Query, (int)Passwords.OneBothWays)]
    public async Task A_node_that_asks_becomes_a_friend(int form, int passwords)
    {
        var peer = await PeerAsync(new SeedHabits { Form = (RequestForm)form, Passwords = (Passwords)passwords });

        var asked = await Ann.Api.AddContactAsync(peer.Address);
        Assert.Equal("requested", asked.State);
        await Eventually.Holds(() => peer.Requests.Count > 0, "the peer is asked", Ann.Evidence);
        Assert.True(await peer.AcceptAsync(Ann.Address));
        await Ann.Api.ContactBecomesAsync(c => c.Id == asked.Id && c.State == "accepted", "accepted");

        await TheyTalkAsync(new SeedFriend(Ann, peer, asked.Id));
        Assert.Empty(peer.Requests);
    }

    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact)]
    [InlineData((int)RequestForm.Query, (int)Passwords.OneForEverybody)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneBothWays)]
    public async Task A_peer_that_asks_becomes_a_friend_when_the_owner_accepts(int form, int passwords)
    {
        var habits = new SeedHabits { Form = (RequestForm)form, Passwords = (Passwords)passwords };
        var peer = await PeerAsync(habits, SeedDouble.DefaultPort);

        Assert.True(await peer.AskAsync(Ann.Address));
        var request = await Ann.Api.ContactBecomesAsync(c => c.Address == peer.Address, "asking");
        Assert.Equal("pending", request.State);
        Assert.Equal(HttpStatusCode.Conflict, await Ann.Api.TrySendAsync(request.Id, Guid.NewGuid(), "too early"));
        Assert.Empty(peer.Contact(Ann.Address).Key);
        await Ann.Api.ActAsync(request.Id, "accept");
        await Eventually.Holds(() => peer.Contact(Ann.Address).Key.Length > 0, "the peer has a key", Ann.Evidence);

        await TheyTalkAsync(new SeedFriend(Ann, peer, request.Id));
    }

    [Fact]
    public async Task A_peer_at_another_port_becomes_a_friend_when_the_owner_corrects_its_address()
    {
        var peer = await PeerAsync();
        Assert.True(await peer.AskAsync(Ann.Address));
        var request = await RequestOfAsync(peer);

        await Ann.Api.ChangeContactAsync(request, new { addresses = new[] { peer.Address } });
        await Ann.Api.ActAsync(request, "accept");
        await Eventually.Holds(() => peer.Contact(Ann.Address).Key.Length > 0, "the peer has a key", Ann.Evidence);

        await TheyTalkAsync(new SeedFriend(Ann, peer, request));
    }

    [Fact]
    public async Task When_both_have_asked_the_owner_tells_that_the_two_are_one()
    {
        var peer = await PeerAsync();
        Assert.True(await peer.AskAsync(Ann.Address));
        var request = await RequestOfAsync(peer);
        var asked = await Ann.Api.AddContactAsync(peer.Address);
        await Eventually.Holds(() => peer.Contact(Ann.Address).Key.Length > 0, "the peer has a key", Ann.Evidence);

        await Ann.Api.ChangeContactAsync(request, new { addresses = new[] { peer.Address } });

        var one = Assert.Single(await Ann.Api.ContactsAsync(), c => c.Address.StartsWith(HostOf(peer), StringComparison.Ordinal));
        Assert.Equal((asked.Id, "accepted"), (one.Id, one.State));
        await TheyTalkAsync(new SeedFriend(Ann, peer, one.Id));
    }

    [Fact]
    public async Task What_is_written_before_the_peer_answers_arrives_with_its_answer()
    {
        var peer = await PeerAsync();
        var asked = await Ann.Api.AddContactAsync(peer.Address);
        var friend = new SeedFriend(Ann, peer, asked.Id);
        var texts = Texts(3);
        await friend.WriteAsync(texts);
        await Ann.Api.AllOutBecomeAsync(asked.Id, "queued");
        Assert.Equal(3, (await friend.ViewAsync()).Outbox);

        await Eventually.Holds(() => peer.Requests.Count > 0, "the peer is asked", Ann.Evidence);
        Assert.Empty(peer.Received);
        Assert.True(await peer.AcceptAsync(Ann.Address));

        await friend.PeerReceivesAsync(texts);
    }

    [Fact]
    public async Task A_denied_peer_gets_no_key_and_shows_up_no_more()
    {
        var peer = await PeerAsync(port: SeedDouble.DefaultPort);
        Assert.True(await peer.AskAsync(Ann.Address));

        await Ann.Api.ActAsync(await RequestOfAsync(peer), "deny");

        Assert.True(await peer.AskAsync(Ann.Address));
        Assert.DoesNotContain(await Ann.Api.ContactsAsync(), c => c.Address == peer.Address);
        Assert.False(await peer.SendAsync(Ann.Address, "anyway"));
        Assert.Empty(peer.Contact(Ann.Address).Key);
        Assert.Equal(0, peer.Calls("handshake"));
    }

    [Fact]
    public async Task A_blocked_peer_is_neither_heard_nor_written_to_until_the_owner_takes_it_back()
    {
        var friend = await FriendAsync(Ann);
        await friend.PeerWritesAsync(["before"]);

        await Ann.Api.ActAsync(friend.Id, "block");

        Assert.Equal("blocked", (await friend.ViewAsync()).State);
        Assert.False(await friend.Peer.SendAsync(Ann.Address, "meanwhile"));
        Assert.Equal(HttpStatusCode.Conflict, await Ann.Api.TrySendAsync(friend.Id, Guid.NewGuid(), "meanwhile"));
        await friend.NodeReceivesAsync(["before"]);

        await Ann.Api.ActAsync(friend.Id, "accept");
        await friend.PeerFlushesAsync();
        await friend.WriteAsync(["after"]);
        await friend.NodeReceivesAsync(["before", "meanwhile"]);
        await friend.PeerReceivesAsync(["after"]);
    }

    [Fact]
    public async Task A_friend_that_asks_again_stays_the_friend_it_is()
    {
        var friend = await FriendAsync(Ann);

        Assert.True(await friend.Peer.AskAsync(Ann.Address));

        Assert.Equal("accepted", (await friend.ViewAsync()).State);
        Assert.False((await Ann.Api.GetAsync($"contacts/{friend.Id}")).GetProperty("keyChangeProposed").GetBoolean());
        await TheyTalkAsync(friend);
    }

    private async Task<string> RequestOfAsync(SeedDouble peer) =>
        (await Ann.Api.ContactBecomesAsync(c => c.Address == HostOf(peer) && c.State == "pending", "asking")).Id;

    private static string HostOf(SeedDouble peer) => peer.Address.Split(':')[0];

    private static async Task TheyTalkAsync(SeedFriend friend)
    {
        Assert.True(await friend.Peer.SendAsync(friend.Node.Address, "привет & 50% + ?"));
        await friend.WriteAsync(["hello <b> & 100% + ?"]);

        await friend.NodeReceivesAsync(["привет & 50% + ?"]);
        await friend.PeerReceivesAsync(["hello <b> & 100% + ?"]);
        Assert.All(await friend.Node.Api.ConversationAsync(friend.Id), m => Assert.Null(m.Via));
    }
}
