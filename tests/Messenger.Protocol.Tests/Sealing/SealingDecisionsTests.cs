using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;
using Messenger.Protocol.Sealing;
using Messenger.Protocol.Tests.Envelopes;

namespace Messenger.Protocol.Tests.Sealing;

/// <summary>The states of a contact as to sealed messages: plain, offered, verified, and held when another identity is shown.</summary>
public sealed class SealingDecisionsTests
{
    private static readonly DateTimeOffset Now = Person.Now;
    private static readonly SealingState Offered = After(SealingState.Empty, SealingDecisions.Show(SealingState.Empty, Person.Boris.Bundle(5), false, Now));

    [Fact]
    public void Nothing_is_sealed_before_the_contact_has_shown_keys()
    {
        Assert.Equal(OutgoingForm.Plain, SealingDecisions.Form(SealingState.Empty, enabled: true, Now));
        Assert.Equal(OutgoingForm.Sealed, SealingDecisions.Form(Offered, enabled: true, Now));
        Assert.Equal(OutgoingForm.Plain, SealingDecisions.Form(Offered, enabled: false, Now));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(4, false)]
    [InlineData(6, true)]
    public void Only_a_newer_bundle_is_taken(int counter, bool taken) =>
        Assert.Equal(taken, SealingDecisions.Show(Offered, Person.Boris.Bundle(counter), false, Now) is [BundleTaken]);

    [Fact]
    public void Another_identity_is_never_taken_by_itself()
    {
        var events = SealingDecisions.Show(Offered, Person.Clara.Bundle(99), false, Now);
        Assert.IsType<IdentityOffered>(Assert.Single(events));
        var held = After(Offered, events);
        Assert.Equal((Person.Boris.Identity, OutgoingForm.Waiting), (held.Identity, SealingDecisions.Form(held, enabled: true, Now)));
        Assert.Empty(SealingDecisions.Show(held, Person.Clara.Bundle(99), false, Now));

        var taken = After(held, SealingDecisions.DecideIdentity(held, true, Now).Events);
        Assert.Equal((Person.Clara.Identity, false, OutgoingForm.Sealed), (taken.Identity, taken.Verified, SealingDecisions.Form(taken, enabled: true, Now)));
        var refused = After(held, SealingDecisions.DecideIdentity(held, false, Now).Events);
        Assert.Equal((Person.Boris.Identity, OutgoingForm.Sealed), (refused.Identity, SealingDecisions.Form(refused, enabled: true, Now)));
        Assert.Empty(SealingDecisions.Show(refused, Person.Clara.Bundle(100), false, Now));
    }

    [Fact]
    public void A_contact_of_a_link_gets_nothing_before_it_has_shown_the_identity_of_the_link_and_is_verified_by_it_then()
    {
        var linked = SealingState.Empty with { Expected = Person.Boris.Identity };
        Assert.Equal(OutgoingForm.Waiting, SealingDecisions.Form(linked, enabled: true, Now));
        Assert.Equal(OutgoingForm.Plain, SealingDecisions.Form(linked, enabled: false, Now));
        Assert.Null(linked.ToSnapshot());

        var shown = After(linked, SealingDecisions.Show(linked, Person.Boris.Bundle(5), false, Now));
        Assert.Equal((OutgoingForm.Sealed, true, true), (SealingDecisions.Form(shown, enabled: true, Now), shown.Verified, shown.VerifiedByLink));
        Assert.True(Restored(shown).VerifiedByLink);
        Assert.IsType<BundleTaken>(Assert.Single(SealingDecisions.Show(shown, Person.Boris.Bundle(6), false, Now)));

        var compared = After(shown, SealingDecisions.Verify(shown, true, Now).Events);
        Assert.Equal((true, false), (compared.Verified, compared.VerifiedByLink));
        Assert.Empty(SealingDecisions.VerifyByLink(compared, Person.Boris.Identity.Text, Now).Events);
        var taken = After(shown, SealingDecisions.Verify(shown, false, Now).Events);
        Assert.Equal((false, false), (taken.Verified, taken.VerifiedByLink));
    }

    [Fact]
    public void Another_identity_than_that_of_the_link_is_never_taken_by_itself_and_the_right_one_still_is()
    {
        var linked = SealingState.Empty with { Expected = Person.Boris.Identity };
        var events = SealingDecisions.Show(linked, Person.Clara.Bundle(1), nothingHasLeft: true, Now);
        Assert.IsType<IdentityOffered>(Assert.Single(events));
        var held = After(linked, events);
        Assert.Equal((null, OutgoingForm.Waiting), (held.Identity, SealingDecisions.Form(held, enabled: true, Now)));
        Assert.Empty(SealingDecisions.Show(held, Person.Clara.Bundle(1), true, Now));

        var refused = After(held, SealingDecisions.DecideIdentity(held, false, Now).Events);
        Assert.Equal(OutgoingForm.Waiting, SealingDecisions.Form(refused, enabled: true, Now));
        Assert.Empty(SealingDecisions.Show(refused, Person.Clara.Bundle(2), true, Now));

        var right = After(held, SealingDecisions.Show(held, Person.Boris.Bundle(1), true, Now));
        Assert.Equal((Person.Boris.Identity, null, true), (right.Identity, right.Offered, right.VerifiedByLink));

        var other = After(held, SealingDecisions.DecideIdentity(held, true, Now).Events);
        Assert.Equal((Person.Clara.Identity, false, OutgoingForm.Sealed), (other.Identity, other.Verified, SealingDecisions.Form(other, enabled: true, Now)));
    }

    [Fact]
    public void A_link_verifies_the_identity_it_names_and_no_other()
    {
        Assert.True(SealingDecisions.VerifyByLink(Offered, Person.Boris.Identity.Text, Now) is { Reply: true, Events: [VerificationChanged { Verified: true, ByLink: true }] });
        Assert.True(SealingDecisions.VerifyByLink(Offered, Person.Clara.Identity.Text, Now) is { Reply: false, Events: [] });
        Assert.True(SealingDecisions.VerifyByLink(SealingState.Empty, Person.Clara.Identity.Text, Now) is { Reply: true, Events: [] });
    }

    [Fact]
    public void What_the_identity_of_a_link_has_sealed_is_opened_before_it_has_shown_its_keys()
    {
        var linked = SealingState.Empty with { Expected = Person.Boris.Identity };
        Assert.NotNull(Examined(linked, Item(Person.Boris.Seal(Person.Anna))).Message.Seal);
        Assert.True(Examined(linked, Item(Person.Clara.Seal(Person.Anna))).IsForged);
        var plain = new IncomingMessage(MessageId.Derive("1", "", "hi"), "1", "", "hi", null);
        Assert.Equal(plain with { Warning = MessageWarning.Plaintext }, Examined(linked, plain).Message);
    }

    [Fact]
    public void A_verified_contact_with_another_identity_is_not_verified_any_more()
    {
        var verified = After(Offered, SealingDecisions.Verify(Offered, true, Now).Events);
        var held = After(verified, SealingDecisions.Show(verified, Person.Clara.Bundle(1), false, Now));
        Assert.True(held.Verified);
        Assert.False(After(held, SealingDecisions.DecideIdentity(held, true, Now).Events).Verified);
        Assert.False(SealingDecisions.Verify(SealingState.Empty, true, Now).Reply);
    }

    [Fact]
    public void Plain_text_is_taken_from_a_seed_peer_marked_from_who_seals_and_refused_from_a_relay_or_who_was_compared()
    {
        var plain = new IncomingMessage(MessageId.Derive("1", "", "hi"), "1", "", "hi", null);
        Assert.Equal(plain, Examined(SealingState.Empty, plain).Message);
        Assert.Equal(plain with { Warning = MessageWarning.Plaintext }, Examined(Offered, plain).Message);
        Assert.True(Examined(Offered, plain with { Via = new ContactId("relay") }).Message.Refused);
        Assert.True(Examined(After(Offered, SealingDecisions.Verify(Offered, true, Now).Events), plain).Message.Refused);
    }

    [Fact]
    public void What_somebody_else_has_sealed_is_forged_and_what_the_offered_identity_has_sealed_waits()
    {
        var byClara = Item(Person.Clara.Seal(Person.Anna));
        Assert.Equal((true, true), Examined(Offered, byClara) is var forged ? (forged.IsForged, forged.Message.Refused) : default);
        var held = After(Offered, SealingDecisions.Show(Offered, Person.Clara.Bundle(1), false, Now));
        Assert.Equal((false, true), Examined(held, byClara) is var waits ? (waits.IsForged, waits.Message.Refused) : default);
        Assert.NotNull(Examined(held, Item(Person.Boris.Seal(Person.Anna))).Message.Seal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no base64")]
    public void What_is_no_envelope_is_forged(string message) =>
        Assert.True(Examined(Offered, new IncomingMessage(new MessageId("x"), "1", Envelope.Enctype, message, null)).IsForged);

    [Fact]
    public void A_chain_goes_on_over_a_snapshot_and_what_is_sealed_again_keeps_its_place() => Gen.Int[1, 20].Sample(count =>
    {
        var state = Offered;
        var reader = SealingState.Empty with { Bundle = Person.Anna.Bundle(1) };
        for (var n = 1; n <= count; n++)
        {
            var timestamp = string.Create(CultureInfo.InvariantCulture, $"{1_700_000_000 + n}.000000");
            var seal = Seal(state, $"u{n}", timestamp, $"text {n}");
            Assert.Equal((n, n == 1), ((int)seal.Seq, seal.Prev is null));
            Assert.Equal(n == 1 ? 9 : null, seal.Bundle);
            state = Restored(state.Apply(new MessageQueued(Now, $"u{n}", timestamp, Envelope.Enctype, $"text {n}", "hash", seal)));

            var again = SealingDecisions.SealAgain(
                state, $"u{n}", timestamp, $"text {n}", seal with { Prekey = "another" }, Person.Anna.Bundle(9), Sealer(Person.Anna), Now)!;
            Assert.Equal((seal.Sid, seal.Seq, seal.Prev, seal.Hash), (again.Sid, again.Seq, again.Prev, again.Of));
            Assert.Null(SealingDecisions.SealAgain(state, $"u{n}", timestamp, $"text {n}", again, Person.Anna.Bundle(9), Sealer(Person.Anna), Now));

            var item = SealingDecisions.Examine(reader, Item(n % 3 == 0 ? again.Wire! : seal.Wire!), true, (m, a) => Person.Boris.Open(m, [.. a])).Message;
            Assert.Equal($"text {n}", item.Text);
            var placed = SealingDecisions.Place(reader, ContactDecisions.Store(ContactState.Empty.Begin(n), [item], new HashSet<MessageId>(), Now).Events);
            Assert.Equal((null, 0L), Assert.IsType<MessageReceived>(Assert.Single(placed)) is var e ? (e.Warning, e.Seal!.Missing) : default);
            reader = Restored(placed.Aggregate(reader, (s, next) => s.Apply(next)));
        }
    });

    [Fact]
    public void Whatever_is_lost_and_in_whatever_order_the_rest_comes_the_number_of_missing_ones_is_right() => Gen.Int[2, 12].SelectMany(count =>
        Gen.Select(Gen.Shuffle(Enumerable.Range(0, count).ToArray()), Gen.Int[1, count])).Sample((order, taken) =>
    {
        var state = Offered;
        var sealedTexts = order.Index().Select(n =>
        {
            var timestamp = string.Create(CultureInfo.InvariantCulture, $"{1_700_000_000 + n.Index}.000000");
            var seal = Seal(state, $"u{n.Index}", timestamp, "x");
            state = state.Apply(new MessageQueued(Now, $"u{n.Index}", timestamp, Envelope.Enctype, "x", "hash", seal));
            return seal.Wire!;
        }).ToArray();
        var reader = SealingState.Empty with { Bundle = Person.Anna.Bundle(1) };
        foreach (var index in order.Take(taken))
        {
            var item = SealingDecisions.Examine(reader, Item(sealedTexts[index]), true, (m, a) => Person.Boris.Open(m, [.. a])).Message;
            var events = SealingDecisions.Place(reader, ContactDecisions.Store(ContactState.Empty, [item], new HashSet<MessageId>(), Now).Events);
            Assert.Null(Assert.IsType<MessageReceived>(events[0]).Warning);
            reader = reader.Apply(events[0]);
        }

        Assert.Equal(order.Take(taken).Max() + 1 - taken, reader.Missing);
    });

    private static OutgoingSeal Seal(SealingState state, string uuid, string timestamp, string text) =>
        SealingDecisions.Seal(state, uuid, timestamp, text, Person.Anna.Bundle(9), Sealer(Person.Anna), new byte[16], "", Now);

    private static Sealer Sealer(Person author) => (recipient, prekey, payload) => Envelope.Seal(author.Key, recipient, prekey, payload);

    private static Examined Examined(SealingState state, IncomingMessage item) =>
        SealingDecisions.Examine(state, item, enabled: true, (message, authors) => Person.Anna.Open(message, [.. authors]));

    private static IncomingMessage Item(string message) => new(new MessageId(Envelope.HashOf(message)!.Value.Value), "1", Envelope.Enctype, message, null);

    private static SealingState After(SealingState state, ImmutableArray<ContactEvent> events) => events.Aggregate(state, (s, next) => s.Apply(next));

    private static SealingState Restored(SealingState state) =>
        SealingState.Restore(JsonSerializer.Deserialize<SealingSnapshot>(JsonSerializer.Serialize(state.ToSnapshot())));
}
