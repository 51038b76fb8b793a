using System.Text.Json.Nodes;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>The double against itself: what it proves about the node rests on its doing what the page says.</summary>
public sealed class SeedDoubleTests : IAsyncLifetime
{
    private readonly List<SeedDouble> peers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Theory]
    [InlineData((int)RequestForm.Json, (int)Passwords.PerContact)]
    [InlineData((int)RequestForm.FormEncoded, (int)Passwords.OneForEverybody)]
    [InlineData((int)RequestForm.Query, (int)Passwords.PerContact)]
    public async Task Two_strangers_become_friends_and_talk_in_every_form(int form, int passwords)
    {
        var habits = new SeedHabits { Form = (RequestForm)form, Passwords = (Passwords)passwords };
        var (one, two) = await Friends(habits, habits with { NumericTimestamps = true });

        Assert.True(await one.SendAsync(two.Address, "привет & 50% + ?"));
        Assert.True(await two.SendAsync(one.Address, "hello"));
        Assert.True(await one.PingAsync(two.Address));

        Assert.Equal("привет & 50% + ?", Assert.Single(two.Received).Message);
        Assert.Equal("hello", Assert.Single(one.Received).Message);
    }

    [Fact]
    public async Task A_wrong_key_is_answered_with_0_and_stores_nothing()
    {
        var (one, two) = await Friends();
        one.Contact(two.Address).Key = "another";

        Assert.False(await one.SendAsync(two.Address, "text"));

        Assert.Empty(two.Received);
        Assert.Single(one.Undelivered);
    }

    [Theory]
    [InlineData(false, (int)RequestForm.Json)]
    [InlineData(true, (int)RequestForm.Json)]
    [InlineData(false, (int)RequestForm.FormEncoded)]
    public async Task What_was_written_while_the_friend_was_away_arrives_in_one_history(bool keyOnEnvelope, int form)
    {
        var habits = new SeedHabits { KeyOnEnvelope = keyOnEnvelope, Form = (RequestForm)form };
        var (one, two) = await Friends(habits, habits);
        await two.GoOfflineAsync();
        Assert.False(await one.SendAsync(two.Address, "0"));
        for (var number = 1; number < 50; number++)
        {
            one.Queue(two.Address, $"{number}");
        }

        await two.GoOnlineAsync();
        Assert.True(await one.FlushAsync(two.Address));

        Assert.Equal(Enumerable.Range(0, 50).Select(n => $"{n}"), two.Received.Select(m => m.Message));
        Assert.Equal(1, two.Calls("history"));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task A_lost_answer_brings_the_message_again(bool deduplicates, int stored)
    {
        var (one, two) = await Friends(new SeedHabits(), new SeedHabits { Deduplicates = deduplicates });
        two.LoseAnswers(1);

        Assert.False(await one.SendAsync(two.Address, "text"));
        Assert.True(await one.FlushAsync(two.Address));

        Assert.Equal(stored, two.Received.Count);
    }

    [Fact]
    public async Task A_friend_carries_a_message_to_one_who_is_away()
    {
        var (author, relay) = await Friends(new SeedHabits(), new SeedHabits { Relays = true });
        var (_, recipient) = await Friends(author, await StartAsync());
        await Friends(relay, recipient);
        await recipient.GoOfflineAsync();
        Assert.False(await author.SendAsync(recipient.Address, "through a friend"));

        Assert.Equal(1, await author.AskToCarryAsync(relay.Address, recipient.Address));
        await author.GoOfflineAsync();
        await recipient.GoOnlineAsync();
        Assert.True(await relay.DeliverCarriedAsync(recipient.Address));

        var message = Assert.Single(recipient.Received);
        Assert.Equal((author.Address, "through a friend"), (message.From, message.Message));
        Assert.Empty(relay.Carried);
    }

    [Fact]
    public async Task A_friend_that_refuses_to_carry_is_not_asked_again()
    {
        var (author, relay) = await Friends();
        var (_, recipient) = await Friends(author, await StartAsync());
        author.Queue(recipient.Address, "one");
        author.Queue(recipient.Address, "two");

        Assert.Equal(0, await author.AskToCarryAsync(relay.Address, recipient.Address));

        Assert.Equal(1, relay.Calls("resend"));
        Assert.Equal(0, author.Contact(relay.Address).CanResend);
    }

    [Fact]
    public void Fields_that_the_page_does_not_name_are_dropped() =>
        Assert.Equal(["action", "key"], SeedWire.Known(new JsonObject { ["action"] = "ping", ["caps"] = "x", ["key"] = "k" })!.Select(f => f.Key));

    [Fact]
    public async Task The_contact_list_survives_its_own_format()
    {
        var (one, _) = await Friends();

        Assert.Equal(one.ContactList, SeedContactList.Write(SeedContactList.Read(one.ContactList)));
    }

    private async Task<SeedDouble> StartAsync(SeedHabits? habits = null)
    {
        var peer = await SeedDouble.StartAsync(habits);
        peers.Add(peer);
        return peer;
    }

    private async Task<(SeedDouble One, SeedDouble Two)> Friends(SeedHabits? one = null, SeedHabits? two = null) =>
        await Friends(await StartAsync(one), await StartAsync(two));

    private static async Task<(SeedDouble One, SeedDouble Two)> Friends(SeedDouble one, SeedDouble two)
    {
        Assert.True(await one.AskAsync(two.Address));
        Assert.True(await two.AcceptAsync(one.Address));
        return (one, two);
    }
}
