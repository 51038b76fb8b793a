using System.Collections.Immutable;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Messenger.Protocol.Envelopes;
using static Messenger.Node.Tests.Peers.GatewayUnderTest;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Tests.Peers;

public sealed class PeerGatewayTests : IDisposable
{
    private readonly GatewayUnderTest _gateway = new();

    public PeerGatewayTests() => _gateway.Contacts(Friend("anna", Anna), Friend("boris", Boris));

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task A_ping_without_a_key_is_ponged_and_changes_nothing()
    {
        Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(new PingRequest(Anna)));
        Assert.Empty(await _gateway.ToldAsync());
    }

    [Fact]
    public async Task A_ping_with_the_right_key_is_ponged_and_heard()
    {
        Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(new PingRequest(Anna, "issued-anna")));
        Assert.Equal(new ContactProtocol.PeerHeard(new ContactId("anna")), Assert.Single(await _gateway.ToldAsync()));
    }

    [Fact]
    public async Task A_receipt_is_answered_by_what_the_contact_says_of_it_and_a_wrong_one_is_noted()
    {
        var id = MessageId.Derive("1", "", "hi");
        var receipt = new ReceiptRequest(Anna, "issued-anna", [id]);
        _gateway.Answer = message => message is ContactProtocol.TakeReceipt ? new ContactProtocol.ReceiptTaken(1) : null;
        Assert.Equal(1, await _gateway.Status(receipt));
        Assert.Equal(id, Assert.Single(Assert.Single((await _gateway.ToldAsync()).OfType<ContactProtocol.TakeReceipt>(), t => t.Contact.Value == "anna").Ids));

        _gateway.Answer = message => message is ContactProtocol.TakeReceipt ? new ContactProtocol.ReceiptTaken(0) : null;
        Assert.Equal(0, await _gateway.Status(receipt));
        Assert.Equal(0, await _gateway.Status(receipt with { Key = "wrong" }));
        Assert.Equal(2, _gateway.Observations.Refused.Length);
    }

    [Fact]
    public async Task A_change_of_address_is_answered_by_what_the_contact_says_of_it_and_a_wrong_one_is_noted()
    {
        var moved = new MovedRequest("192.0.2.9", "issued-anna", new("192.0.2.9", 7, "sig"));
        _gateway.Answer = message => message is ContactProtocol.TakeMove ? new ContactProtocol.MoveTaken(1) : null;
        Assert.Equal(1, await _gateway.Status(moved));
        Assert.DoesNotContain(await _gateway.ToldAsync(), told => told is RosterProtocol.LearnAlias);

        _gateway.Answer = message => message is ContactProtocol.TakeMove ? new ContactProtocol.MoveTaken(0, "Its identity has not signed it.") : null;
        Assert.Equal(0, await _gateway.Status(moved));
        Assert.Contains("signed", Assert.Single(_gateway.Observations.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_newer_keys_of_ours_than_we_made_met_another_copy_of_this_node()
    {
        using var gateway = new GatewayUnderTest(sealing: true);
        gateway.Contacts(Friend("anna", Anna));
        var counter = gateway.Keyring.Bundle.Counter;
        await gateway.Call(new PingRequest(Anna, "issued-anna") { Have = counter });
        await gateway.Call(new PingRequest(Anna, "wrong") { Have = counter + 1 });
        await gateway.Call(new PingRequest(Anna, "issued-anna") { Have = long.MaxValue });
        Assert.Empty(gateway.Observations.OtherCopies);

        await gateway.Call(new PingRequest(Anna, "issued-anna") { Have = counter + 1 });
        Assert.Equal(KeyValuePair.Create(new ContactId("anna"), gateway.Time.GetUtcNow()), Assert.Single(gateway.Observations.OtherCopies));
    }

    [Fact]
    public async Task What_this_node_understands_is_told_once_to_who_says_nothing_and_always_to_who_asks()
    {
        Assert.Null(Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(new PingRequest(Anna))).Advertised);
        var seed = new PingRequest(Anna, "issued-anna");
        Assert.Equal(PeerCaps.Receipts, Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(seed)).Advertised!.Caps & PeerCaps.Receipts);
        Assert.Equal(new PeerAnswer.Pong(), await _gateway.Call(seed));
        Assert.NotNull(Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(seed with { Have = 1 })).Advertised);
        Assert.NotNull(Assert.IsType<PeerAnswer.Status>(await _gateway.Call(new HandshakeRequest("k", Anna))).Advertised);

        await _gateway.Call(seed with { Advertised = new(PeerCaps.Receipts) });
        Assert.Equal(PeerCaps.Receipts, Assert.Single((await _gateway.ToldAsync()).OfType<ContactProtocol.KeysShown>(), shown => shown.Have is null).Advertised?.Caps);
    }

    [Fact]
    public async Task A_bad_key_is_answered_like_an_unknown_or_blocked_sender()
    {
        _gateway.Contacts(Friend("anna", Anna), Friend("boris", Boris) with { Standing = ContactStanding.Blocked });
        foreach (var (key, source) in ((string, string)[])[("wrong", Anna), ("wrong", "198.51.100.1"), ("issued-boris", Boris)])
        {
            Assert.Equal(0, await _gateway.Status(new PingRequest(null, key), source));
            Assert.Equal(0, await _gateway.Status(new SendRequest(Message("hi"), key), source));
            Assert.Equal(5, await _gateway.Status(new ResendRequest(Message("hi", to: Boris), key), source));
        }

        Assert.Equal((int[])[0, 0], await _gateway.Statuses(History(("a", null), ("b", null)) with { Key = "wrong" }));
        Assert.Empty(await _gateway.ToldAsync());
        Assert.Equal(10, _gateway.Observations.Refused.Length);
    }

    [Fact]
    public async Task Refused_calls_are_limited_by_origin_and_a_friend_from_the_same_origin_is_not()
    {
        using var gateway = new GatewayUnderTest(new GatewayLimits { RefusedPerOrigin = 2, BarePingsPerOrigin = 1 });
        gateway.Contacts(Friend("anna", Anna));
        await gateway.Call(new PingRequest(null, "wrong"));
        await gateway.Call(new PingRequest(null, "wrong"));
        Assert.Equal(new PeerAnswer.TooFast(TimeSpan.FromMinutes(1)), await gateway.Call(new SendRequest(Message("hi"), "wrong")));
        Assert.IsType<PeerAnswer.TooFast>(await gateway.Call(History(("a", null)) with { Key = "wrong" }));
        Assert.Equal(1, await gateway.Status(new SendRequest(Message("hi"), "issued-anna")));
        Assert.IsType<PeerAnswer.Pong>(await gateway.Call(new PingRequest()));
        Assert.IsType<PeerAnswer.TooFast>(await gateway.Call(new PingRequest()));
    }

    [Fact]
    public async Task A_send_is_answered_by_what_its_authors_conversation_says()
    {
        Assert.Equal(1, await _gateway.Status(new SendRequest(Message("hi", Anna, Self), "issued-anna")));
        var stored = Assert.Single(_gateway.Stored);
        Assert.Equal(new ContactId("anna"), stored.Contact);
        Assert.Equal(new IncomingMessage(MessageId.Derive("1764001800", "", "hi"), "1764001800", "", "hi", null), Assert.Single(stored.Items));

        _gateway.Answer = _ => new ContactProtocol.MessagesStored([0]);
        Assert.Equal(0, await _gateway.Status(new SendRequest(Message("more"), "issued-anna")));
    }

    [Fact]
    public async Task When_nobody_can_tell_whether_it_was_stored_there_is_no_answer()
    {
        using var gateway = new GatewayUnderTest(new GatewayLimits { AnswerTimeout = TimeSpan.FromMilliseconds(50) }) { Answer = _ => null };
        gateway.Contacts(Friend("anna", Anna));
        Assert.IsType<PeerAnswer.Unknown>(await gateway.Call(new SendRequest(Message("hi"), "issued-anna")));
        Assert.IsType<PeerAnswer.Unknown>(await gateway.Call(History(("a", null)) with { Key = "issued-anna" }));
        Assert.IsType<PeerAnswer.Unknown>(await gateway.Call(new HandshakeRequest("k")));
    }

    [Fact]
    public async Task A_message_of_another_friend_is_stored_with_him_as_brought_by_the_caller()
    {
        Assert.Equal(1, await _gateway.Status(new SendRequest(Message("hi", Boris, Self), "issued-anna")));
        var stored = Assert.Single(_gateway.Stored);
        Assert.Equal((new ContactId("boris"), new ContactId("anna")), (stored.Contact, stored.Items[0].Via));
        Assert.DoesNotContain(await _gateway.ToldAsync(), told => told is ContactProtocol.PeerHeard { Contact.Value: "boris" });
    }

    [Fact]
    public async Task A_message_for_somebody_else_or_of_nobody_we_know_is_refused_and_noted()
    {
        Assert.Equal(0, await _gateway.Status(new SendRequest(Message("hi", Anna, Boris), "issued-anna")));
        Assert.Equal(0, await _gateway.Status(new SendRequest(Message("hi", "203.0.113.1", Self), "issued-anna")));
        Assert.Empty(_gateway.Stored);
        Assert.Equal(2, _gateway.Observations.Refused.Length);
    }

    [Fact]
    public async Task New_names_are_learned_with_the_right_key_and_our_own_unknown_name_is_noted()
    {
        await _gateway.Call(new PingRequest("anna.example", "issued-anna"));
        await _gateway.Call(new SendRequest(Message("hi", Anna + ":9000", "me.example"), "issued-anna"));
        Assert.Equal(
            [Address.Parse("anna.example"), Address.Parse(Anna + ":9000")],
            (await _gateway.ToldAsync()).OfType<RosterProtocol.LearnAlias>().Select(learn => learn.Alias));
        Assert.Equal([Address.Parse("me.example")], _gateway.Observations.PossibleOwnNames);
    }

    [Fact]
    public async Task One_password_both_ways_is_taken_from_the_contacts_own_address_and_noted_as_weak()
    {
        Assert.Equal(1, await _gateway.Status(new SendRequest(Message("hi"), "theirs-anna")));
        Assert.Contains(new RosterProtocol.NoteWeakKey(new ContactId("anna")), await _gateway.ToldAsync());
        Assert.Equal(0, await _gateway.Status(new SendRequest(Message("hi", Anna), "theirs-anna"), "198.51.100.1"));
    }

    [Fact]
    public async Task A_history_is_answered_item_by_item_in_order()
    {
        _gateway.Answer = message => message is ContactProtocol.StoreMessages store
            ? new ContactProtocol.MessagesStored([.. store.Items.Select(item => item.Text.StartsWith('x') ? 0 : 1)])
            : null;
        var request = new HistoryRequest(
            null,
            null,
            [
                new HistoryMessage(Message("a"), "issued-anna"),
                new MalformedItem("no object"),
                new HistoryMessage(Message("x"), "issued-anna"),
                new HistoryMessage(Message("b", Boris), "issued-anna"),
                new HistoryMessage(Message("c"), "wrong"),
                new HistoryMessage(Message("d"), "issued-anna"),
            ],
            Omitted: 2);
        Assert.Equal((int[])[1, 0, 0, 1, 0, 1, 0, 0], await _gateway.Statuses(request));
        Assert.Equal(["a", "x", "d"], _gateway.Stored.Single(s => s.Contact.Value == "anna").Items.Select(i => i.Text));
        Assert.Equal(["b"], _gateway.Stored.Single(s => s.Contact.Value == "boris").Items.Select(i => i.Text));
    }

    [Fact]
    public async Task Equal_items_of_one_history_are_told_apart_and_a_repetition_has_the_same_ids()
    {
        var request = History(("same", null), ("other", null), ("same", null)) with { Key = "issued-anna" };
        await _gateway.Statuses(request);
        await _gateway.Statuses(request);
        var ids = _gateway.Stored.Select(s => s.Items.Select(i => i.Id).ToArray()).ToArray();
        Assert.Distinct(ids[0]);
        Assert.Equal(MessageId.Derive("1764001800", "", "same"), ids[0][0]);
        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task An_envelopes_key_without_items_marks_the_contact_heard()
    {
        Assert.Empty(await _gateway.Statuses(new HistoryRequest(Anna, "issued-anna", [])));
        Assert.IsType<ContactProtocol.PeerHeard>(Assert.Single(await _gateway.ToldAsync()));
    }

    [Fact]
    public async Task A_resend_is_carried_untouched_and_wakes_its_recipient()
    {
        Assert.Equal(1, await _gateway.Status(new ResendRequest(Message("hi", Anna, "HTTP://192.0.2.2:7450/"), "issued-anna")));
        var now = _gateway.Time.GetUtcNow();
        Assert.Equal(
            new RelayedMessage(
                MessageId.Derive("1764001800", "", "hi"), new ContactId("anna"), new ContactId("boris"), Anna, "HTTP://192.0.2.2:7450/", "hi", "1764001800", "", now, now.AddDays(14)),
            Assert.Single(_gateway.Relays.Kept));
        Assert.Contains(new ContactProtocol.Wake(new ContactId("boris"), ContactProtocol.WakeReason.RelayedWaiting), await _gateway.ToldAsync());
    }

    [Fact]
    public async Task A_relay_says_why_it_does_not_carry()
    {
        Assert.Equal(2, await _gateway.Status(new ResendRequest(Message("hi", Anna, "198.51.100.1"), "issued-anna")));
        _gateway.Relays.Outcome = RelayStoring.OverQuota;
        Assert.Equal(3, await _gateway.Status(new ResendRequest(Message("hi", Anna, Boris), "issued-anna")));
        _gateway.Relays.Outcome = RelayStoring.Held;
        Assert.Equal(1, await _gateway.Status(new ResendRequest(Message("hi", Anna, Boris), "issued-anna")));
        Assert.Empty(_gateway.Relays.Kept);

        using var closed = new GatewayUnderTest(relayOn: false);
        closed.Contacts(Friend("anna", Anna), Friend("boris", Boris));
        Assert.Equal(0, await closed.Status(new ResendRequest(Message("hi", Anna, Boris), "issued-anna")));
    }

    [Fact]
    public async Task A_resend_for_ourselves_is_stored_as_sent()
    {
        Assert.Equal(1, await _gateway.Status(new ResendRequest(Message("hi", Anna, Self), "issued-anna")));
        Assert.Equal("hi", Assert.Single(Assert.Single(_gateway.Stored).Items).Text);
    }

    [Fact]
    public async Task Without_room_on_the_disk_nothing_is_taken_in_and_pings_go_on()
    {
        _gateway.HasRoom = false;
        Assert.Equal(0, await _gateway.Status(new SendRequest(Message("hi"), "issued-anna")));
        Assert.Equal((int[])[0, 0], await _gateway.Statuses(History(("a", null), ("b", null)) with { Key = "issued-anna" }));
        Assert.Equal(3, await _gateway.Status(new ResendRequest(Message("hi", Anna, Boris), "issued-anna")));
        Assert.Equal(0, await _gateway.Status(new HandshakeRequest("k")));
        Assert.IsType<PeerAnswer.Pong>(await _gateway.Call(new PingRequest(Anna, "issued-anna")));
        Assert.Empty(_gateway.Stored);

        _gateway.HasRoom = true;
        Assert.Equal(1, await _gateway.Status(new SendRequest(Message("hi"), "issued-anna")));
    }

    [Fact]
    public async Task A_contact_has_two_calls_handled_and_eight_waiting_and_others_are_not_held_up()
    {
        var stored = new TaskCompletionSource();
        _gateway.Relays.Gate = stored.Task;
        var resend = new ResendRequest(Message("hi", Anna, Boris), "issued-anna");
        var taken = Enumerable.Range(0, 10).Select(_ => _gateway.Call(resend)).ToArray();
        Assert.Equal(new PeerAnswer.TooFast(TimeSpan.FromSeconds(1)), await _gateway.Call(resend));
        Assert.Equal(1, await _gateway.Status(new SendRequest(Message("hi"), "issued-boris"), Boris));
        Assert.Equal(2, _gateway.Relays.Asked);
        stored.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(new PeerAnswer.Status(1), answer));
    }

    [Theory]
    [InlineData("192.0.2.1:8000", "192.0.2.1:8000")]
    [InlineData("not an address", null)]
    [InlineData(null, null)]
    public async Task A_handshake_reaches_the_roster_with_its_source_and_any_readable_name(string? from, string? read)
    {
        Assert.Equal(1, await _gateway.Status(new HandshakeRequest("key", from, "nick", "proof")));
        var told = Assert.IsType<RosterProtocol.ReceiveHandshake>(Assert.Single(await _gateway.ToldAsync()));
        Assert.Equal(("key", "nick", "proof", Anna, read), (told.Key, told.Nick, told.Proof, told.Source.ToString(), told.From?.Canonical));
        _gateway.Answer = _ => new RosterProtocol.HandshakeAnswer(0, TimeSpan.FromSeconds(40));
        Assert.Equal(new PeerAnswer.TooFast(TimeSpan.FromSeconds(40)), await _gateway.Call(new HandshakeRequest("key")));
    }

    [Fact]
    public async Task A_code_reaches_the_roster_with_the_identity_that_came_with_it_if_its_bundle_is_right()
    {
        var ring = KeysInMemory.Ring();
        var bundle = System.Text.Encoding.UTF8.GetString(BundleText.Write(ring.Bundle));
        await _gateway.Status(new HandshakeRequest("key", E2e: bundle, Invite: "code"));
        await _gateway.Status(new HandshakeRequest("key", E2e: bundle.Replace(ring.Bundle.Signature, new string('A', 86), StringComparison.Ordinal), Invite: "code"));
        await _gateway.Status(new HandshakeRequest("key", E2e: bundle));
        var told = (await _gateway.ToldAsync()).OfType<RosterProtocol.ReceiveHandshake>().Select(h => (h.Invite, h.Identity));
        Assert.Equal([("code", ring.Identity.Text), ("code", null), (null, null)], told);
    }

    private static HistoryRequest History(params (string Text, string? Key)[] items) =>
        new(null, null, [.. items.Select(HistoryItem (i) => new HistoryMessage(Message(i.Text), i.Key))]);
}
