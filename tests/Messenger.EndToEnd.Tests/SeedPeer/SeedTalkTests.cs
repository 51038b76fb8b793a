using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>Items 2 and 3 of the page: both are there, answers get lost, nothing else does.</summary>
public sealed class SeedTalkTests(SeedNodes nodes) : SeedNodesTests(nodes)
{
    [Fact]
    public async Task Of_500_messages_each_way_none_is_lost_or_doubled_or_out_of_order_when_answers_get_lost()
    {
        var friend = await FriendAsync(Ann);
        var (fromNode, fromPeer) = (Texts(500), Texts(500));

        await Task.WhenAll(NodeWritesAsync(), PeerWritesAsync());
        await friend.PeerFlushesAsync();

        await friend.NodeReceivesAsync(fromPeer);
        await friend.PeerReceivesAsync(fromNode);
        var times = friend.Peer.Received.Select(m => decimal.Parse(m.Timestamp, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(times.Distinct().Order(), times);

        async Task NodeWritesAsync()
        {
            foreach (var chunk in fromNode.Chunk(100))
            {
                friend.Peer.LoseAnswers(2);
                await friend.WriteAsync(chunk);
            }
        }

        async Task PeerWritesAsync()
        {
            foreach (var chunk in fromPeer.Chunk(50))
            {
                friend.Peer.MissAnswers(2);
                await friend.PeerWritesAsync(chunk);
            }
        }
    }

    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact, true, true)]
    [InlineData((int)RequestForm.Json, (int)Passwords.OneForEverybody, false, false)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneForEverybody, true, false)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneBothWays, false, false)]
    [InlineData((int)RequestForm.Query, (int)Passwords.OneBothWays, true, false)]
    [InlineData((int)RequestForm.Query, (int)Passwords.PerContact, false, true)]
    public async Task Whatever_the_page_leaves_open_both_understand_each_other(int form, int passwords, bool numeric, bool keyBelongsToAuthor)
    {
        var friend = await FriendAsync(Ann, new SeedHabits
        {
            Form = (RequestForm)form,
            Passwords = (Passwords)passwords,
            NumericTimestamps = numeric,
            KeyBelongsToAuthor = keyBelongsToAuthor,
            KeyOnEnvelope = numeric,
        });
        var (fromNode, fromPeer) = (Texts(12), Texts(12));
        friend.Peer.MissAnswers(5);
        await friend.PeerWritesAsync(fromPeer);
        friend.Peer.LoseAnswers(1);
        await friend.WriteAsync(fromNode);
        await friend.PeerFlushesAsync();

        await friend.NodeReceivesAsync(fromPeer);
        await friend.PeerReceivesAsync(fromNode);
        var last = (await Ann.Api.ConversationAsync(friend.Id)).Last(m => m.Direction == "in");
        Assert.InRange(last.At, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.True(last.Proven);
    }

    [Fact]
    public async Task A_peer_that_recognises_nothing_gets_every_message_once_when_no_answer_is_lost()
    {
        var friend = await FriendAsync(Ann, new SeedHabits { Deduplicates = false });
        var texts = Texts(100);

        await friend.WriteAsync(texts);

        await friend.PeerReceivesAsync(texts);
    }

    [Fact]
    public async Task Bare_pings_of_friends_and_strangers_are_answered_and_those_of_the_node_are_understood()
    {
        var friend = await FriendAsync(Ann);
        var stranger = await PeerAsync();
        await stranger.AskAsync(Ann.Address);
        var pings = friend.Peer.Calls("ping");

        Assert.True(await friend.Peer.PingAsync(Ann.Address));
        Assert.True(await stranger.PingAsync(Ann.Address));
        await Ann.Api.ActAsync(friend.Id, "ping");

        Assert.True((await friend.ViewAsync()).Online);
        Assert.True(friend.Peer.Calls("ping") > pings);
    }

    [Fact]
    public async Task A_wrong_key_stores_nothing_and_is_answered_like_an_unknown_caller()
    {
        var friend = await FriendAsync(Ann);
        var stranger = await PeerAsync();
        friend.Peer.Contact(Ann.Address).Key = "wrong";

        Assert.False(await friend.Peer.SendAsync(Ann.Address, "text"));
        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        foreach (var (action, status) in new[] { ("ping", "0"), ("send", "0"), ("history", "[0]"), ("resend", "5") })
        {
            var answers = new HashSet<(HttpStatusCode, string)>
            {
                await AnswerAsync(friend.Peer, friend.Peer.Address, action),
                await AnswerAsync(stranger, friend.Peer.Address, action),
                await AnswerAsync(stranger, stranger.Address, action),
            };
            Assert.Equal([(HttpStatusCode.OK, $$"""{"status":{{status}}}""")], answers);
        }

        Assert.Empty(await Ann.Api.ConversationAsync(friend.Id));
        Assert.Equal("text", Assert.Single(friend.Peer.Undelivered).Message);
    }

    [Fact]
    public async Task What_the_peer_refuses_waits_with_the_reason_and_arrives_when_it_takes_it()
    {
        var friend = await FriendAsync(Ann);
        var contact = friend.Peer.Contact(Ann.Address);
        var key = contact.IssuedKey;
        contact.IssuedKey = "forgotten";

        await friend.WriteAsync(["text"]);
        var refused = await Eventually.Reads(
            async () => Assert.Single(await Ann.Api.ConversationAsync(friend.Id)), m => m.Reason is not null, "the peer has refused", Ann.Evidence);
        Assert.Equal("queued", refused.State);
        Assert.Empty(friend.Peer.Received);

        contact.IssuedKey = key;
        await friend.PeerReceivesAsync(["text"]);
    }

    private async Task<(HttpStatusCode, string)> AnswerAsync(SeedDouble caller, string from, string action)
    {
        using var client = SeedWire.ClientFrom(IPAddress.Parse(caller.Address.Split(':')[0]));
        var fields = SeedWire.Fields(new SeedMessage(from, Ann.Address, "text", "1700000000", ""), numericTimestamp: false);
        fields["key"] = "wrong";
        var envelope = action == "history" ? new JsonObject { ["messages"] = new JsonArray(fields) } : fields;
        envelope["action"] = action;
        using var request = SeedWire.Request(Ann.Address, envelope, RequestForm.Json);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
