namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>Item 4 of the page: one of the two was away.</summary>
public sealed class SeedHistoryTests(SeedNodes nodes) : SeedNodesTests(nodes)
{
    [Theory]
    [InlineData((int)Passwords.PerContact, true)]
    [InlineData((int)Passwords.OneBothWays, false)]
    public async Task What_the_node_wrote_while_the_peer_was_away_arrives_in_histories(int passwords, bool keyOnEnvelope)
    {
        var friend = await FriendAsync(Ann, new SeedHabits { Passwords = (Passwords)passwords, KeyOnEnvelope = keyOnEnvelope });
        var texts = Texts(300);
        await friend.Peer.GoOfflineAsync();
        await friend.WriteAsync(texts);
        await Ann.Api.AllOutBecomeAsync(friend.Id, "queued");
        Assert.Equal(300, (await friend.ViewAsync()).Outbox);

        await friend.PeerComesBackAsync();
        friend.Peer.LoseAnswers(2);

        await friend.PeerReceivesAsync(texts);
        Assert.InRange(friend.Peer.Calls("history"), 3, 30);
    }

    [Fact]
    public async Task What_the_node_wrote_outlives_its_own_restart()
    {
        var friend = await FriendAsync(Ann);
        var texts = Texts(150);
        await friend.Peer.GoOfflineAsync();
        await friend.WriteAsync(texts);
        await Ann.KillAsync();
        await friend.Peer.GoOnlineAsync();
        await Ann.StartAgainAsync();

        await friend.PeerReceivesAsync(texts);
    }

    [Theory]
    [InlineData(false, (int)RequestForm.Json, false)]
    [InlineData(true, (int)RequestForm.Json, true)]
    [InlineData(true, (int)RequestForm.FormEncoded, false)]
    public async Task What_the_peer_wrote_while_the_node_was_away_arrives_in_one_history(bool kill, int form, bool keyOnEnvelope)
    {
        var friend = await FriendAsync(Ann, new SeedHabits { Form = (RequestForm)form, KeyOnEnvelope = keyOnEnvelope });
        var texts = Texts(300);
        await friend.PeerWritesAsync(texts[..1]);
        await (kill ? Ann.KillAsync() : Ann.StopAsync());
        await friend.PeerWritesAsync(texts[1..2]);
        friend.PeerQueues(texts[2..]);
        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        await Ann.StartAgainAsync();

        Assert.True(await friend.Peer.FlushAsync(Ann.Address));

        await friend.NodeReceivesAsync(texts);
    }

    [Fact]
    public async Task A_history_whose_answer_was_lost_may_come_again()
    {
        var friend = await FriendAsync(Ann, new SeedHabits { NumericTimestamps = true });
        var texts = Texts(200);
        friend.PeerQueues(texts);
        friend.Peer.MissAnswers(2);

        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        await Ann.KillAsync();
        await Ann.StartAgainAsync();
        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        Assert.True(await friend.Peer.FlushAsync(Ann.Address));

        await friend.NodeReceivesAsync(texts);
    }

    [Fact]
    public async Task What_does_not_fit_into_one_history_is_taken_with_the_next()
    {
        var friend = await FriendAsync(Ann, new SeedHabits { UnixSeconds = () => 1_700_000_000 });
        var texts = Texts(700);
        friend.PeerQueues(texts);

        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        Assert.Equal(texts[500..], friend.Peer.Undelivered.Select(m => m.Message));
        Assert.True(await friend.Peer.FlushAsync(Ann.Address));

        await friend.NodeReceivesAsync(texts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Equal_messages_within_one_second_stay_apart_and_come_no_more_often_when_repeated(bool numericTimestamps)
    {
        const long second = 1_700_000_000;
        var friend = await FriendAsync(Ann, new SeedHabits { UnixSeconds = () => second, NumericTimestamps = numericTimestamps });
        string[] texts = ["knock", "knock", "who is there?", "knock"];
        friend.PeerQueues(texts);
        friend.Peer.MissAnswers(1);

        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        Assert.True(await friend.Peer.FlushAsync(Ann.Address));

        await friend.NodeReceivesAsync(texts);
        Assert.All(await Ann.Api.ConversationAsync(friend.Id), m => Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(second), m.At));
    }

    [Fact]
    public async Task Equal_messages_stay_apart_where_a_history_is_too_long_to_be_taken_at_once()
    {
        var second = 1_700_000_000L;
        var friend = await FriendAsync(Ann, new SeedHabits { UnixSeconds = () => second });
        string[] texts = [.. Texts(499), "knock", "knock", "knock"];
        friend.PeerQueues(texts[..499]);
        second++;
        friend.PeerQueues(texts[499..]);

        Assert.False(await friend.Peer.FlushAsync(Ann.Address));
        Assert.True(await friend.Peer.FlushAsync(Ann.Address));

        await friend.NodeReceivesAsync(texts);
    }

    [Fact]
    public async Task Both_wrote_while_the_other_was_away()
    {
        var friend = await FriendAsync(Ann);
        var (fromNode, fromPeer) = (Texts(120), Texts(120));
        await friend.Peer.GoOfflineAsync();
        await friend.WriteAsync(fromNode);
        await Ann.StopAsync();
        friend.PeerQueues(fromPeer);

        await Ann.StartAgainAsync();
        await friend.PeerComesBackAsync();
        await friend.PeerFlushesAsync();

        await friend.NodeReceivesAsync(fromPeer);
        await friend.PeerReceivesAsync(fromNode);
    }
}
