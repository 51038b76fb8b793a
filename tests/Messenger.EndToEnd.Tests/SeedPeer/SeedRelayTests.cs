using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.Sealing;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>Item 5 of the page: author and recipient are never up together, and one of the three or two of them know only the page.</summary>
public sealed class SeedRelayTests(SeedNodes nodes) : SeedNodesTests(nodes)
{
    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact)]
    [InlineData((int)RequestForm.Query, (int)Passwords.OneBothWays)]
    public async Task A_peer_carries_from_node_to_node(int form, int passwords)
    {
        var relay = await FriendAsync(Ann, new SeedHabits { Relays = true, Form = (RequestForm)form, Passwords = (Passwords)passwords });
        var relayOfBob = await SeedFriend.AskedByNodeAsync(Bob, relay.Peer);
        var toBob = await ContactAsync(Ann, Bob);
        await Ann.Api.ChangeContactAsync(await ContactAsync(Ann, Rob), new { canResend = false });
        var texts = Texts(8);
        await Bob.StopAsync();

        await WriteAsync(Ann, toBob, texts);
        var relayed = await BecomeAsync(Ann, toBob, texts, "relayed");
        Assert.All(relayed, m => Assert.Equal([relay.Id], m.Relays));
        Assert.Equal(texts.Length, relay.Peer.Carried.Count);
        Assert.All(relay.Peer.Carried, m => Assert.Equal(SealingTests.Enctype, m.Enctype));
        await Ann.KillAsync();
        await Bob.StartAgainAsync();
        Assert.True(await relay.Peer.DeliverCarriedAsync(Bob.Address));

        var fromAnn = await ContactAsync(Bob, Ann);
        var received = await BecomeAsync(Bob, fromAnn, texts, "received");
        Assert.All(received, m => Assert.Equal((relayOfBob.Id, true), (m.Via, m.Proven)));
        await Ann.StartAgainAsync();
        await BecomeAsync(Ann, toBob, texts, "delivered");
        await BecomeAsync(Bob, fromAnn, texts, "received");
    }

    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneForEverybody)]
    public async Task A_node_carries_from_peer_to_peer(int form, int passwords)
    {
        var habits = new SeedHabits { Form = (RequestForm)form, Passwords = (Passwords)passwords };
        var (author, recipient) = (await FriendAsync(Rob, habits), await FriendAsync(Rob, habits));
        await BefriendAsync(author.Peer, recipient.Peer);
        var texts = Texts(8);
        await recipient.Peer.GoOfflineAsync();

        await LeaveWithAsync(author.Peer, recipient.Peer.Address, texts);
        await author.Peer.GoOfflineAsync();
        await Rob.KillAsync();
        await Rob.StartAgainAsync();
        await recipient.PeerComesBackAsync();

        await Eventually.Holds(() => recipient.Peer.Received.Count >= texts.Length, "the recipient has everything", Rob.Evidence);
        Assert.Equal(texts.Select(text => (author.Peer.Address, text)), recipient.Peer.Received.Select(m => (m.From, m.Message)));
        Assert.Empty(await Rob.Api.ConversationAsync(author.Id));
        Assert.Empty(await Rob.Api.ConversationAsync(recipient.Id));
    }

    [Fact]
    public async Task A_node_carries_from_peer_to_node()
    {
        var author = await FriendAsync(Rob, new SeedHabits { NumericTimestamps = true });
        var authorOfBob = await SeedFriend.AskedByNodeAsync(Bob, author.Peer);
        var texts = Texts(8);
        await Bob.StopAsync();

        await LeaveWithAsync(author.Peer, Bob.Address, texts);
        await author.Peer.GoOfflineAsync();
        await Bob.StartAgainAsync();

        var received = await BecomeAsync(Bob, authorOfBob.Id, texts, "received");
        var via = await ContactAsync(Bob, Rob);
        Assert.All(received, m => Assert.Equal((via, false), (m.Via, m.Proven)));
        await author.Peer.GoOnlineAsync();
        Assert.True(await author.Peer.FlushAsync(Bob.Address));
        await authorOfBob.NodeReceivesAsync(texts);
    }

    [Fact]
    public async Task A_node_carries_from_node_to_peer()
    {
        var recipient = await FriendAsync(Ann);
        var recipientOfRob = await SeedFriend.AskedByNodeAsync(Rob, recipient.Peer);
        var texts = Texts(8);
        await recipient.Peer.GoOfflineAsync();

        await recipient.WriteAsync(texts);
        await BecomeAsync(Ann, recipient.Id, texts, "relayed");
        await Ann.StopAsync();
        await recipientOfRob.PeerComesBackAsync();
        await Eventually.Holds(() => recipient.Peer.Received.Count >= texts.Length, "the recipient has everything", Rob.Evidence);

        await Ann.StartAgainAsync();
        await recipient.PeerReceivesAsync(texts);
        Assert.True((await Ann.Api.ContactAsync(await ContactAsync(Ann, Bob))).CanResend, "Bob does not know the recipient, which is no refusal to relay");
    }

    [Fact]
    public async Task A_peer_that_takes_a_key_from_its_author_only_gets_everything_from_the_author()
    {
        var recipient = await FriendAsync(Ann, new SeedHabits { KeyBelongsToAuthor = true });
        var recipientOfRob = await SeedFriend.AskedByNodeAsync(Rob, recipient.Peer);
        var texts = Texts(5);
        await recipient.Peer.GoOfflineAsync();
        await recipient.WriteAsync(texts);
        await BecomeAsync(Ann, recipient.Id, texts, "relayed");

        await recipientOfRob.PeerComesBackAsync();
        await recipientOfRob.WriteAsync(["of Rob himself"]);
        await recipientOfRob.PeerReceivesAsync(["of Rob himself"]);
        await Ann.Api.ActAsync(recipient.Id, "ping");

        await recipient.PeerReceivesAsync(texts);
    }

    [Fact]
    public async Task A_peer_that_answers_0_is_not_asked_to_carry_again_until_the_owner_says_so()
    {
        var unwilling = await FriendAsync(Ann);
        var recipient = await FriendAsync(Ann);
        var willing = await PeerAsync(new SeedHabits { Relays = true });
        await BefriendAsync(willing, recipient.Peer);
        await Ann.Api.ChangeContactAsync(await ContactAsync(Ann, Bob), new { canResend = false });
        await Ann.Api.ChangeContactAsync(await ContactAsync(Ann, Rob), new { canResend = false });
        var texts = Texts(5);
        await recipient.Peer.GoOfflineAsync();

        await recipient.WriteAsync(texts);
        await Ann.Api.ContactBecomesAsync(c => c.Id == unwilling.Id && !c.CanResend, "not to be asked");
        await SeedFriend.AskedByNodeAsync(Ann, willing);
        await BecomeAsync(Ann, recipient.Id, texts, "relayed");
        Assert.Equal(1, unwilling.Peer.Calls("resend"));

        await Ann.Api.ChangeContactAsync(unwilling.Id, new { canResend = true });
        await Eventually.Holds(() => unwilling.Peer.Calls("resend") == 2, "it is asked once more", Ann.Evidence);
        await Ann.Api.ContactBecomesAsync(c => c.Id == unwilling.Id && !c.CanResend, "not to be asked");
        Assert.Equal(2, unwilling.Peer.Calls("resend"));
    }

    [Fact]
    public async Task A_node_that_does_not_relay_answers_0_and_one_that_does_not_know_the_recipient_does_not()
    {
        await using var closed = await NodeProcess.StartAsync(new NodeSettings { Options = ["--relay", "off"] });
        var author = await FriendAsync(closed);
        var recipient = await FriendAsync(closed);
        await SeedFriend.AskedByNodeAsync(Rob, author.Peer);
        await BefriendAsync(author.Peer, recipient.Peer);
        await recipient.Peer.GoOfflineAsync();
        author.Peer.Queue(recipient.Peer.Address, "text");

        Assert.Equal(0, await author.Peer.AskToCarryAsync(Rob.Address, recipient.Peer.Address));
        Assert.Equal(1, author.Peer.Contact(Rob.Address).CanResend);
        Assert.Equal(0, await author.Peer.AskToCarryAsync(closed.Address, recipient.Peer.Address));
        Assert.Equal(0, author.Peer.Contact(closed.Address).CanResend);
    }

    [Fact]
    public async Task A_friend_that_may_not_relay_is_answered_0_and_the_others_are_served()
    {
        var (author, recipient) = (await FriendAsync(Rob), await FriendAsync(Rob));
        await BefriendAsync(author.Peer, recipient.Peer);
        await Rob.Api.ChangeContactAsync(author.Id, new { mayRelay = false });
        author.Peer.Queue(recipient.Peer.Address, "there");
        recipient.Peer.Queue(author.Peer.Address, "and back");

        Assert.Equal(0, await author.Peer.AskToCarryAsync(Rob.Address, recipient.Peer.Address));
        Assert.Equal(0, author.Peer.Contact(Rob.Address).CanResend);
        Assert.Equal(1, await recipient.Peer.AskToCarryAsync(Rob.Address, author.Peer.Address));

        await Eventually.Holds(() => author.Peer.Received.Count == 1, "the other way is carried", Rob.Evidence);
        Assert.Empty(recipient.Peer.Received);
    }

    private static async Task<string> ContactAsync(NodeProcess node, NodeProcess friend) =>
        (await node.Api.ContactsAsync()).Single(c => c.Address == friend.Address).Id;

    private static async Task WriteAsync(NodeProcess node, string contact, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            await node.Api.SendAsync(contact, text);
        }
    }

    /// <summary>Waits until these messages, and none of them twice, are in the conversation in this order and state.</summary>
    private static async Task<MessageView[]> BecomeAsync(NodeProcess node, string contact, string[] texts, string state)
    {
        var messages = await Eventually.Reads(
            async () => (await node.Api.ConversationAsync(contact)).Where(m => texts.Contains(m.Text)).ToArray(),
            seen => seen.Count(m => m.State == state) >= texts.Length,
            $"{texts.Length} messages are {state}",
            node.Evidence);
        Assert.Equal(texts.Select(text => (text, state)), messages.Select(m => (m.Text, m.State)));
        return messages;
    }

    /// <summary>The author finds the recipient away and leaves everything with Rob.</summary>
    private async Task LeaveWithAsync(SeedDouble author, string recipient, string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.False(await author.SendAsync(recipient, text));
        }

        Assert.Equal(texts.Length, await author.AskToCarryAsync(Rob.Address, recipient));
    }
}
