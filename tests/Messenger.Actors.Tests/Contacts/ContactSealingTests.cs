using System.Text;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Sealing;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol.Envelopes;
using static Messenger.Actors.Contacts.ContactProtocol;
using Envelope = Messenger.Protocol.Envelopes.Envelope;

namespace Messenger.Actors.Tests.Contacts;

/// <summary>What a contact does once the other side has shown keys, when it shows others, and when something cannot be opened.</summary>
public sealed class ContactSealingTests : ContactWorld
{
    private readonly Keyring _friend = KeysInMemory.Ring();
    private OutgoingChain _chain = OutgoingChain.Begin(new byte[16]);

    [Fact]
    public void The_first_thing_said_after_keys_were_shown_shows_ours_and_then_everything_is_sealed()
    {
        Shown();
        Queued(Guid.CreateVersion7().ToString());
        var ping = (PeerCall.Ping)Answered(new PeerReply.Pong());
        Assert.Equal((Text(Keyring.Bundle), _friend.Bundle.Counter), (ping.Bundle, ping.Have));

        var send = (PeerCall.Send)Answered(new PeerReply.Status(1));

        Assert.Equal(Envelope.Enctype, send.Message.Enctype);
        Assert.Contains("-", Opened(send.Message).Body, StringComparison.Ordinal);
        Quiet();
        Assert.Single(Events.OfType<MessagesDelivered>());
    }

    [Fact]
    public void Every_copy_is_the_same_bytes_also_after_a_crash()
    {
        Shown();
        Queued("once");
        _ = Answered(new PeerReply.Pong());
        var first = ((PeerCall.Send)Answered(PeersByHand.Silence)).Message;
        Quiet();
        Crash();
        Tell(new Wake(Friend, WakeReason.OutboxWaiting));
        var call = Next();
        while (call is PeerCall.Ping)
        {
            call = Next();
        }

        Assert.Equal(first, ((PeerCall.Send)call).Message);
    }

    [Fact]
    public void What_was_queued_before_the_contact_gave_us_a_key_is_sealed_too()
    {
        Befriend(Accepted(Friend, FriendsAddress) with { TheirKey = null, Standing = ContactStanding.Requested });
        Queued("a", "b");
        Shown();
        Quiet();
        Befriend(Accepted(Friend, FriendsAddress));
        Tell(new Wake(Friend, WakeReason.ProfileChanged));
        _ = Answered(new PeerReply.Pong());

        var history = (PeerCall.History)Answered(new PeerReply.Statuses([1, 1]));

        Assert.Equal(["a", "b"], history.Messages.Select(m => Opened(m).Body));
        Assert.Equal([1, 2], history.Messages.Select(m => Opened(m).Seq));
    }

    [Fact]
    public void Another_identity_holds_everything_until_the_owner_decides()
    {
        Rule();
        Shown();
        var impostor = KeysInMemory.Ring();
        Tell(new KeysShown(Friend, Text(impostor.Bundle), null, []));
        Queued("to whom?");
        Pass(TimeSpan.FromHours(2));
        Quiet();
        Assert.DoesNotContain(Peers.Ruled.Select(r => r.Call), call => call is PeerCall.Send or PeerCall.History);
        Assert.Single(Events.OfType<IdentityOffered>());

        var decided = Ask<SealingResult>(new DecideIdentity(Friend, true));

        Assert.Equal((true, impostor.Identity.Text, null), (decided.Done, decided.Now.Identity, decided.Now.Offered));
        Until(() => Peers.Ruled.Any(r => r.Call is PeerCall.Send));
        var sent = Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Single().Message;
        Assert.IsType<OpenedEnvelope>(impostor.Open(sent.Text, [Keyring.Identity]));
        Assert.IsType<RefusedEnvelope>(_friend.Open(sent.Text, [Keyring.Identity]));
    }

    [Fact]
    public void A_contact_of_a_link_is_shown_the_code_gets_nothing_in_the_open_and_is_verified_by_the_identity_it_names()
    {
        var asked = Accepted(Friend, FriendsAddress) with
        {
            TheirKey = null,
            Standing = ContactStanding.Requested,
            HandshakeDue = true,
            InviteCode = "code",
            LinkIdentity = _friend.Identity.Text,
        };
        Befriend(asked);
        Queued("a");
        Assert.Equal("code", ((PeerCall.Handshake)Answered(new PeerReply.Status(1) { Bundle = Text(_friend.Bundle) })).Invite);
        Until(() => Events.OfType<VerificationChanged>().Any());
        Assert.Equal((true, true), Events.OfType<VerificationChanged>().Single() is var changed ? (changed.Verified, changed.ByLink) : default);

        Befriend(asked with { TheirKey = "their key", Standing = ContactStanding.Accepted, HandshakeDue = false, InviteCode = null });
        Tell(new Wake(Friend, WakeReason.ProfileChanged));
        _ = Answered(new PeerReply.Pong());
        Assert.Equal("a", Opened(((PeerCall.Send)Answered(new PeerReply.Status(1))).Message).Body);
    }

    [Fact]
    public void Another_identity_than_the_links_holds_everything_also_after_a_restart_until_the_right_one_comes()
    {
        Rule();
        Befriend(Accepted(Friend, FriendsAddress) with { LinkIdentity = _friend.Identity.Text });
        Tell(new KeysShown(Friend, Text(KeysInMemory.Ring().Bundle), null, []));
        Queued("to whom?");
        Quiet();
        Assert.Single(Events.OfType<IdentityOffered>());
        Crash();
        Tell(new Wake(Friend, WakeReason.OutboxWaiting));
        Pass(TimeSpan.FromHours(2));
        Quiet();
        Assert.DoesNotContain(Peers.Ruled.Select(r => r.Call), call => call is PeerCall.Send or PeerCall.History);

        Shown();
        Until(() => Peers.Ruled.Any(r => r.Call is PeerCall.Send));
        Assert.IsType<OpenedEnvelope>(_friend.Open(Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Single().Message.Text, [Keyring.Identity]));
        Assert.True(Events.OfType<VerificationChanged>().Single().ByLink);
    }

    [Fact]
    public void A_link_verifies_the_identity_that_is_pinned_already_and_refuses_another()
    {
        Shown();
        Assert.False(Ask<SealingResult>(new VerifyByLink(Friend, KeysInMemory.Ring().Identity.Text)).Done);
        var result = Ask<SealingResult>(new VerifyByLink(Friend, _friend.Identity.Text));
        Assert.Equal((true, true, true), (result.Done, result.Now.Verified, result.Now.ByLink));
        Assert.False(Ask<SealingResult>(new SetVerified(Friend, true)).Now.ByLink);
    }

    [Fact]
    public void An_identity_that_the_owner_refused_is_not_offered_again()
    {
        Shown();
        var impostor = KeysInMemory.Ring();
        Tell(new KeysShown(Friend, Text(impostor.Bundle), null, []));
        Assert.True(Ask<SealingResult>(new DecideIdentity(Friend, false)).Done);
        Tell(new KeysShown(Friend, Text(impostor.Bundle), null, []));

        var now = Ask<SealingResult>(new DecideIdentity(Friend, true));

        Assert.Equal((false, _friend.Identity.Text, null), (now.Done, now.Now.Identity, now.Now.Offered));
    }

    [Fact]
    public void A_sealed_message_is_stored_opened_proven_and_once()
    {
        Shown();
        var first = Sealed("hello");
        Assert.Equal([1, 1], Stored(first, first));
        Assert.Equal([1], Stored(first with { Timestamp = "another", Via = new ContactId("relay") }));

        var stored = Assert.Single(Events.OfType<MessageReceived>());
        Assert.Equal(("hello", Envelope.Enctype, true, null), (stored.Text, stored.Enctype, stored.Proven, stored.Unreadable));
    }

    [Fact]
    public void The_same_message_in_another_envelope_is_shown_once()
    {
        Shown();
        var payload = Payload("hello");
        Assert.Equal([1], Stored(Sealed(payload)));
        Assert.Equal([1], Stored(Sealed(payload)));
        Crash();
        Assert.Equal([1], Stored(Sealed(payload)));

        Assert.Single(Events.OfType<MessageReceived>());
    }

    [Fact]
    public void A_forged_message_is_refused_and_charged()
    {
        Shown();
        var impostor = KeysInMemory.Ring();
        var forged = impostor.Seal(Keyring.Identity, Keyring.Bundle.Prekeys[0], Payload("I am your friend"));

        Assert.Equal([MessagesStored.Forged], Stored(Item(forged.Message)));
        Assert.Empty(Events.OfType<MessageReceived>());
    }

    [Fact]
    public void What_comes_before_the_authors_identity_is_opened_when_that_comes()
    {
        var early = Sealed("too early");
        Assert.Equal([1], Stored(early));
        Assert.Equal(UnreadableReason.UnknownAuthor, Assert.Single(Events.OfType<MessageReceived>()).Unreadable);

        Shown();

        Until(() => Events.OfType<MessageOpened>().Any());
        Assert.Equal("too early", Assert.Single(Events.OfType<MessageOpened>()).Text);
        Assert.Equal([1], Stored(early));
        Assert.Single(Events.OfType<MessageReceived>());
    }

    [Fact]
    public void What_was_sealed_to_a_key_that_is_gone_is_asked_for_and_the_new_copy_takes_its_place()
    {
        Rule();
        Shown();
        Until(() => Peers.Ruled.Any(r => r.Call is PeerCall.Ping));
        using var gone = PrekeySecret.Create();
        var payload = Payload("lost");
        var lost = _friend.Seal(Keyring.Identity, gone.ToPrekey(Time.GetUtcNow().AddDays(1)), payload);
        Assert.Equal([1], Stored(Item(lost.Message)));
        var placeholder = Assert.Single(Events.OfType<MessageReceived>());
        Assert.Equal((UnreadableReason.UnknownPrekey, true), (placeholder.Unreadable, placeholder.Proven));

        Until(() => Peers.Ruled.Any(r => r.Call is PeerCall.Ping { Again.Length: 1 } ping && ping.Again[0] == lost.Hash));
        Assert.Equal([1], Stored(Sealed(payload with { Of = lost.Hash })));

        Assert.Equal("lost", Assert.Single(Events.OfType<MessageOpened>()).Text);
        Assert.Single(Events.OfType<MessageReceived>());
        Assert.Equal([1], Stored(Item(lost.Message)));
        Quiet();
        Assert.Single(Peers.Ruled, r => r.Call is PeerCall.Ping { Again.Length: > 0 });
    }

    [Fact]
    public void A_contact_that_could_not_open_a_message_gets_it_again_under_newer_keys_in_its_old_place()
    {
        Rule();
        Shown();
        Queued("can you read this?");
        Until(() => Events.OfType<MessagesDelivered>().Any());
        var first = Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Single().Message;
        Tell(new KeysShown(Friend, null, null, [Envelope.HashOf(first.Text)!.Value]));
        Quiet();
        Assert.Empty(Events.OfType<MessageSealed>());

        FriendsKeysTurn(TimeSpan.FromDays(8));
        Time.Advance(TimeSpan.FromMinutes(11));
        Tell(new KeysShown(Friend, Text(_friend.Bundle), null, [Envelope.HashOf(first.Text)!.Value]));

        Until(() => Events.OfType<MessagesDelivered>().Count() == 2);
        var second = Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Last().Message;
        var (before, after) = (Opened(first), Opened(second));
        Assert.Equal((before.Id, before.Seq, before.Sid, before.Body), (after.Id, after.Seq, after.Sid, after.Body));
        Assert.Equal(Envelope.HashOf(first.Text), after.Of);
    }

    [Fact]
    public void What_could_not_be_opened_in_several_envelopes_is_one_message_in_the_end()
    {
        Rule();
        Shown();
        var payload = Payload("lost twice");
        var (first, second, third) = (Lost(payload), default(SealedMessage)!, default(SealedMessage)!);
        second = Lost(payload with { Of = first.Hash });
        third = Lost(payload with { Of = first.Hash, Also = [second.Hash] });
        Assert.Equal([1, 1, 1], Stored(Item(first.Message), Item(second.Message), Item(third.Message)));
        var places = Journal.EventsOf(Friend).Where(e => e.Event is MessageReceived).Select(e => e.Number).ToArray();
        Assert.Equal(3, places.Length);

        Assert.Equal([1], Stored(Sealed(payload with { Of = first.Hash, Also = [third.Hash, second.Hash] })));

        Assert.Equal((places[0], "lost twice"), Assert.Single(Events.OfType<MessageOpened>()) is var opened ? (opened.Message, opened.Text) : default);
        Assert.Equal(places[1..], Assert.Single(Events.OfType<EraseRequested>()).Messages);
        Assert.Equal([1, 1, 1], Stored(Item(third.Message), Item(second.Message), Item(first.Message)));
        Assert.Equal(3, Events.OfType<MessageReceived>().Count());
        Quiet();
        Assert.DoesNotContain(Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Ping>().Skip(2), ping => ping.Again.Length > 0);
    }

    [Fact]
    public void A_message_that_is_sealed_again_more_than_once_names_every_envelope_that_held_it()
    {
        Rule();
        Shown();
        Queued("third time lucky");
        var sent = new List<OutgoingMessage>();
        for (var round = 1; round <= 3; round++)
        {
            Until(() => Events.OfType<MessagesDelivered>().Count() == round);
            sent.Add(Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Last().Message);
            FriendsKeysTurn(TimeSpan.FromDays(8 * round));
            Time.Advance(TimeSpan.FromMinutes(11));

            // Also of the envelopes before the last one it may still know nothing but that it could not open them.
            Tell(new KeysShown(Friend, Text(_friend.Bundle), null, [.. sent.Select(m => Envelope.HashOf(m.Text)!.Value)]));
        }

        Until(() => Events.OfType<MessagesDelivered>().Count() == 4);
        var last = Opened(Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Send>().Last().Message);
        Assert.Equal(3, Events.OfType<MessageSealed>().Count());
        Assert.Equal(Envelope.HashOf(sent[0].Text), last.Of);
        Assert.Equal(sent.Skip(1).Reverse().Select(m => Envelope.HashOf(m.Text)!.Value), last.Also.AsEnumerable());
    }

    [Fact]
    public void A_peer_that_encrypts_by_another_method_is_shown_nothing_that_it_has_not_asked_for()
    {
        Rule();
        Assert.Equal([1], Stored(new IncomingMessage(MessageId.Derive("1", "pgp", "-----"), "1", "pgp", "-----", null)));
        for (var heard = 0; heard < 3; heard++)
        {
            Tell(new PeerHeard(Friend));
            Pass(TimeSpan.FromMinutes(2));
            Quiet();
        }

        Tell(new Wake(Friend, WakeReason.Started));
        Quiet();

        Assert.Equal(UnreadableReason.UnknownEnctype, Assert.Single(Events.OfType<MessageReceived>()).Unreadable);
        Assert.All(Peers.Ruled, r => Assert.Equal((null, null), r.Call is PeerCall.Ping ping ? (ping.Bundle, ping.Have) : default));
        Assert.Single(Peers.Ruled);
    }

    [Fact]
    public void A_contact_whose_keys_this_node_has_lost_is_asked_for_them_and_not_at_every_word()
    {
        Rule();
        Stored(Sealed("sealed for a node that has lost its friends"));
        Until(() => !Peers.Ruled.IsEmpty);
        for (var heard = 0; heard < 3; heard++)
        {
            Tell(new PeerHeard(Friend));
            Quiet();
        }

        Assert.Equal((0L, Text(Keyring.Bundle)), Assert.IsType<PeerCall.Ping>(Assert.Single(Peers.Ruled).Call) is var ping ? (ping.Have, ping.Bundle) : default);

        Pass(Services.Settings.PingInterval);
        Tell(new PeerHeard(Friend));
        Until(() => Peers.Ruled.Count == 2);

        Shown();
        Until(() => Events.OfType<MessageOpened>().Any());
    }

    [Fact]
    public void A_database_that_came_back_from_a_backup_begins_a_chain_of_its_own()
    {
        Rule();
        Shown();
        Queued("before");
        Until(() => Events.OfType<MessagesDelivered>().Any());
        Quiet();
        Crash();
        Services = Services with { Life = new RestoredLife("second life") };

        Queued("after", "and after");
        Until(() => Events.OfType<MessagesDelivered>().SelectMany(e => e.Messages).Count() == 3);
        Quiet();
        Crash();
        Queued("in the same life");

        var seals = Events.OfType<MessageQueued>().Select(e => e.Seal!).ToArray();
        Assert.Equal([1, 1, 2, 3], seals.Select(s => s.Seq));
        Assert.NotEqual(seals[0].Sid, seals[1].Sid);
        Assert.Single(seals.Skip(1).Select(s => s.Sid).Distinct());
    }

    [Fact]
    public void Plain_text_is_marked_and_refused_once_the_identity_was_compared()
    {
        Assert.Equal([1], Stored(Incoming("before")));
        Shown();
        Assert.Equal([1], Stored(Incoming("after", 1)));
        Ask<SealingResult>(new SetVerified(Friend, true));

        Assert.Equal([1, 0], Stored(Incoming("after", 1), Incoming("refused", 2)));
        Assert.Equal([null, MessageWarning.Plaintext], Events.OfType<MessageReceived>().Select(e => e.Warning));
    }

    [Fact]
    public void Gaps_and_forks_are_recorded()
    {
        Shown();
        var (one, two, three) = (Sealed("one"), Sealed("two"), Sealed("three"));
        Stored(one, three);
        Stored(two);
        Crash();
        var last = _chain;
        Stored(Sealed("four"));
        _chain = last;
        Stored(Sealed("another four"));

        var stored = Events.OfType<MessageReceived>().ToArray();
        Assert.Equal(["one", "three", "two", "four", "another four"], stored.Select(e => e.Text));
        Assert.Equal([0, 1, 0, 0, 0], stored.Select(e => e.Seal!.Missing));
        Assert.Equal([null, null, null, null, MessageWarning.Fork], stored.Select(e => e.Warning));
    }

    [Fact]
    public void What_two_copies_of_the_contacts_node_write_in_turn_is_all_there_once_and_marked()
    {
        Shown();
        Stored(Sealed("before the backup"));
        var old = _chain;
        _chain = OutgoingChain.Begin([.. Enumerable.Repeat((byte)7, 16)]);
        Time.Advance(TimeSpan.FromMinutes(1));
        Stored(Sealed("restored 1"));
        for (var turn = 2; turn <= 4; turn++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            var restored = _chain;
            _chain = old;
            var late = Sealed($"old {turn}");
            Assert.Equal([1, 1], Stored(late, late));
            old = _chain;
            _chain = restored;
            Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal([1], Stored(Sealed($"restored {turn}")));
        }

        var stored = Events.OfType<MessageReceived>().ToArray();
        Assert.Equal(
            ["before the backup", "restored 1", "old 2", "restored 2", "old 3", "restored 3", "old 4", "restored 4"], stored.Select(e => e.Text));
        Assert.All(stored, e => Assert.Equal(e.Text!.StartsWith("old", StringComparison.Ordinal) ? MessageWarning.TwoLives : null, e.Warning));
        Assert.All(stored, e => Assert.Equal(0, e.Seal!.Missing));
    }

    [Fact]
    public void Expired_keys_hold_messages_until_there_are_newer_ones()
    {
        Shown();
        Time.Advance(TimeSpan.FromDays(100));
        Queued("too late for those keys");
        Quiet();
        Assert.Null(Assert.Single(Events.OfType<MessageQueued>()).Seal);

        FriendsKeysTurn(TimeSpan.Zero);
        Shown();

        Until(() => Events.OfType<MessageSealed>().Any());
        Assert.Equal(1, Assert.Single(Events.OfType<MessageSealed>()).Seal!.Seq);
    }

    [Fact]
    public void Erasing_takes_the_text_out_of_every_form_of_a_message()
    {
        Befriend(Accepted(Friend, FriendsAddress) with { TheirKey = null, Standing = ContactStanding.Requested });
        Queued("sealed late");
        Shown();
        Until(() => Events.OfType<MessageSealed>().Any());
        Queued("sealed at once");
        Stored(Sealed("theirs"));

        Assert.True(Ask<EraseResult>(new EraseConversation(Friend)).Found);

        Assert.All(Events.OfType<MessageQueued>(), e => Assert.Equal((null, null), (e.Text, e.Seal?.Wire)));
        Assert.All(Events.OfType<MessageSealed>(), e => Assert.Equal((null, null), (e.Text, e.Seal?.Wire)));
        Assert.All(Events.OfType<MessageReceived>(), e => Assert.Null(e.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"v":1,"n":1,"ik":"x","pk":[],"fk":{},"sig":"x"}""")]
    public void What_is_no_bundle_changes_nothing(string bundle)
    {
        Tell(new KeysShown(Friend, bundle, long.MaxValue, [default]));
        Queued("plain");
        Assert.Equal("", ((PeerCall.Send)Answered(new PeerReply.Status(1))).Message.Enctype);
    }

    private void Shown() => Tell(new KeysShown(Friend, Text(_friend.Bundle), null, []));

    private void FriendsKeysTurn(TimeSpan later) => _friend.TurnAsync(Time.GetUtcNow() + later, default).GetAwaiter().GetResult();

    private void Rule() => Peers.Rules[FriendsAddress] = PeersByHand.Yes;

    private PeerCall Next()
    {
        var call = Peers.NextOfAnyKind();
        call.Answer(PeersByHand.Yes(call.Call));
        return call.Call;
    }

    private PeerCall Answered(PeerReply reply)
    {
        var call = Peers.NextOfAnyKind();
        call.Answer(reply);
        return call.Call;
    }

    private SealedMessage Lost(Payload payload)
    {
        using var gone = PrekeySecret.Create();
        return _friend.Seal(Keyring.Identity, gone.ToPrekey(Time.GetUtcNow().AddDays(1)), payload);
    }

    private IncomingMessage Sealed(string body) => Sealed(Payload(body));

    private IncomingMessage Sealed(Payload payload)
    {
        var made = _friend.Seal(Keyring.Identity, Keyring.Bundle.Prekeys[0], payload);
        if (payload.Of is null && payload.Seq == _chain.Next)
        {
            _chain = _chain.Append(made.Hash);
        }

        return Item(made.Message);
    }

    private Payload Payload(string body) => new()
    {
        Id = new Guid(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 16)),
        Time = Time.GetUtcNow(),
        Sid = _chain.Sid,
        Seq = _chain.Next,
        Prev = _chain.LastHash,
        Body = body,
    };

    private static IncomingMessage Item(string message) => new(new MessageId(Envelope.HashOf(message)!.Value.Value), "1", Envelope.Enctype, message, null);

    private Payload Opened(OutgoingMessage message) => Assert.IsType<OpenedEnvelope>(_friend.Open(message.Text, [Keyring.Identity])).Payload;

    private static string Text(Bundle bundle) => Encoding.UTF8.GetString(BundleText.Write(bundle));

    private sealed record RestoredLife(string Id) : IDatabaseLife;
}
