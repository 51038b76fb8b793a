using System.Collections.Immutable;
using CsCheck;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class InviteTests
{
    private const string Anna = "192.0.2.1";
    private const string AnnaElsewhere = "192.0.2.99";
    private const string Boris = "192.0.2.2";
    private readonly PureRoster _roster = new("me", "192.0.2.200");

    [Theory]
    [InlineData(StrangerPolicy.Manual)]
    [InlineData(StrangerPolicy.Invite)]
    [InlineData(StrangerPolicy.Relay)]
    public void Whoever_shows_an_open_code_is_a_friend_at_once_whatever_strangers_may(StrangerPolicy strangers)
    {
        _roster.Policy = _roster.Policy with { Strangers = strangers };
        var invite = _roster.Invite("c");
        var (status, decision) = _roster.Redeem("c", "k1", Anna, Anna);
        var row = _roster.At(Anna);
        Assert.Equal((1, row.Id), (status, ((RosterAnswer.Handshake)decision.Answer).Redeemed));
        Assert.True(row.Profile is { Standing: ContactStanding.Accepted, RelayOnly: false, TheirKey: "k1", IssuedKey: not null, HandshakeDue: true });
        Assert.True(row.KeyProven);
        Assert.Null(decision.Verify);
        Assert.Equal((row.Id, "ik", (DateTimeOffset?)_roster.Now), Used(invite));
    }

    [Fact]
    public void A_code_from_another_host_than_it_names_is_called_back_and_may_be_dialed_anywhere()
    {
        _roster.Invite("c");
        var decision = _roster.Redeem("c", "k1", AnnaElsewhere, "127.0.0.1:8000").Decision;
        var row = _roster.At("127.0.0.1:8000");
        Assert.Equal((ContactStanding.Accepted, DialTrust.Confirmed, false), (row.Standing, row.Profile.Trust, row.KeyProven));
        Assert.Equal(new KeyToVerify(row.Id, "k1"), decision.Verify);
        _roster.Do(HandshakeDecisions.Verified(_roster.State, decision.Verify!, _roster.Now));
        Assert.True(_roster.At("127.0.0.1:8000").KeyProven);
    }

    [Fact]
    public void A_code_without_an_address_is_filed_under_its_source_as_a_guess()
    {
        _roster.Invite("c");
        Assert.Equal(1, _roster.Redeem("c", "k1", Anna, null).Status);
        Assert.True(_roster.At(Anna).Profile is { Standing: ContactStanding.Accepted, AddressGuessed: true });
    }

    [Fact]
    public void A_lost_answer_burns_nothing_the_same_redeemer_gets_the_same_outcome()
    {
        var invite = _roster.Invite("c");
        _roster.Redeem("c", "k1", Anna, Anna);
        var journal = _roster.Journal.Count;
        var used = Used(invite);
        _roster.Now += TimeSpan.FromMinutes(5);
        Assert.Equal(1, _roster.Redeem("c", "k1", Anna, Anna).Status);
        Assert.Equal(1, _roster.Redeem("c", "k1", AnnaElsewhere, AnnaElsewhere).Status);
        Assert.Single(_roster.State.Rows);
        Assert.Equal((journal, used), (_roster.Journal.Count, Used(invite)));
    }

    [Theory]
    [InlineData("k2", "ik")]
    [InlineData("k2", "another")]
    [InlineData("k1", "another")]
    [InlineData("k1", null)]
    public void A_second_redeemer_only_asks_like_any_stranger(string key, string? identity)
    {
        var invite = _roster.Invite("c");
        _roster.Redeem("c", "k1", Anna, Anna);
        Assert.Equal(1, _roster.Redeem("c", key, Boris, Boris, identity).Status);
        Assert.Equal(ContactStanding.Pending, _roster.At(Boris).Standing);
        Assert.Equal(_roster.At(Anna).Id, Used(invite).By);

        _roster.Policy = _roster.Policy with { Strangers = StrangerPolicy.Invite };
        Assert.Equal(0, _roster.Redeem("c", key, "192.0.2.3", "192.0.2.3", identity).Status);
    }

    [Fact]
    public void An_expired_a_revoked_and_an_unknown_code_say_nothing()
    {
        _roster.Policy = _roster.Policy with { Strangers = StrangerPolicy.Invite };
        _roster.Invite("old", hours: 1);
        var revoked = _roster.Invite("revoked");
        _roster.Do(InviteDecisions.End(_roster.State, revoked, _roster.Now));
        _roster.Now += TimeSpan.FromHours(1) - TimeSpan.FromTicks(1);
        Assert.NotNull(Invitation("old"));
        _roster.Now += TimeSpan.FromTicks(1);
        Assert.All(["old", "revoked", "unknown"], code => Assert.Equal(0, _roster.Redeem(code, "k1", Anna, Anna).Status));
        Assert.Empty(_roster.State.Rows);
        Assert.IsType<RosterAnswer.NotFound>(InviteDecisions.End(_roster.State, "no such", _roster.Now).Answer);
    }

    [Fact]
    public void A_code_is_spared_the_rates_of_strangers_only_while_it_is_open()
    {
        _roster.Invite("c");
        Assert.False(Rated("c"));
        Assert.True(Rated("guessed"));
        _roster.Redeem("c", "k1", Anna, Anna);
        Assert.True(Rated("c"));
    }

    [Fact]
    public void Who_asked_before_or_was_denied_is_accepted_by_a_code_and_who_is_blocked_is_not()
    {
        foreach (var code in (string[])["c1", "c2", "c3"])
        {
            _roster.Invite(code);
        }

        _roster.Request(Anna, "k1");
        _roster.Redeem("c1", "k2", Anna, Anna);
        Assert.True(_roster.At(Anna).Profile is { Standing: ContactStanding.Accepted, TheirKey: "k2" });

        _roster.Do(OwnerDecisions.Deny(_roster.State, _roster.Request(Boris, "k3").Id, _roster.Now));
        _roster.Redeem("c2", "k3", Boris, Boris);
        Assert.Equal(ContactStanding.Accepted, _roster.At(Boris).Standing);

        _roster.Do(OwnerDecisions.Block(_roster.State, _roster.At(Anna).Id, _roster.Now));
        _roster.Redeem("c3", "k2", Anna, Anna);
        Assert.Equal(ContactStanding.Blocked, _roster.At(Anna).Standing);
        Assert.NotNull(Invitation("c3"));
    }

    [Fact]
    public void A_code_gives_a_friends_key_no_more_proof_than_it_has()
    {
        var invite = _roster.Invite("c");
        _roster.Friend(Anna, "k1");
        var (status, decision) = _roster.Redeem("c", "stolen", Boris, Anna);
        Assert.Equal((1, "k1"), (status, _roster.At(Anna).Profile.TheirKey));
        Assert.NotNull(decision.Verify);
        Assert.Equal(_roster.At(Anna).Id, Used(invite).By);
    }

    [Fact]
    public void Two_who_invite_each_other_at_once_are_friends()
    {
        _roster.Invite("c");
        _roster.Do(Follow([Anna]));
        Assert.Equal(1, _roster.Redeem("c", "k1", Anna, Anna).Status);
        Assert.True(_roster.At(Anna).Profile is { Standing: ContactStanding.Accepted, TheirKey: "k1", LinkIdentity: "their ik", HandshakeDue: true });
    }

    [Fact]
    public void A_relay_only_contact_becomes_a_friend_by_a_code()
    {
        _roster.Policy = _roster.Policy with { Strangers = StrangerPolicy.Relay };
        _roster.Invite("c");
        _roster.Request(Anna, "k1");
        Assert.True(_roster.At(Anna).Profile.RelayOnly);
        _roster.Redeem("c", "k1", Anna, Anna);
        Assert.False(_roster.At(Anna).Profile.RelayOnly);
    }

    [Fact]
    public void Invites_are_bounded_in_number_and_time_and_used_ones_are_forgotten()
    {
        for (var i = 0; i < InviteDecisions.MaxOpen; i++)
        {
            _roster.Invite($"c{i}", hours: 720);
        }

        Assert.Equal("too_many_invites", Rejected(1));
        _roster.Redeem("c0", "k", Anna, Anna);
        Assert.Null(Rejected(1));
        Assert.Equal("bad_hours", Rejected(0));
        Assert.Equal("bad_hours", Rejected(721));
        _roster.Now += TimeSpan.FromDays(30);
        _roster.Do(RosterUpkeep.Expire(_roster.State, _roster.Policy, _roster.Now));
        Assert.Empty(_roster.State.Invites);

        for (var i = 0; i < 120; i++)
        {
            _roster.Invite($"d{i}");
            _roster.Redeem($"d{i}", $"k{i}", $"198.51.100.{i}", null);
        }

        Assert.InRange(_roster.State.Invites.Count, 50, 52);

        string? Rejected(int hours) =>
            (InviteDecisions.Make(_roster.State, "new", "hash", "", TimeSpan.FromHours(hours), _roster.Now).Answer as RosterAnswer.Rejected)?.Code;
    }

    [Fact]
    public void Following_a_link_asks_its_node_with_the_code_until_that_has_answered()
    {
        _roster.Do(Follow([Anna, Boris]));
        var row = _roster.At(Boris);
        Assert.True(row.Profile is { Standing: ContactStanding.Requested, LinkIdentity: "their ik", InviteCode: "code", HandshakeDue: true, Trust: DialTrust.Confirmed });
        Assert.Equal([Anna, Boris], row.Profile.Addresses.Select(a => a.Canonical));
        _roster.Shake("k1", Anna, Anna);
        Assert.Equal("code", _roster.At(Anna).Profile.InviteCode);
        _roster.Do(RosterUpkeep.HandshakeDelivered(_roster.State, row.Id, _roster.Now));
        Assert.True(_roster.At(Anna).Profile is { InviteCode: null, LinkIdentity: "their ik" });
        Assert.Null(_roster.At(Anna).SealedInviteCode);
    }

    [Fact]
    public void A_link_to_a_contact_that_is_there_adds_no_row_and_no_address()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        _roster.Do(Follow([Anna, Boris]));
        Assert.True(_roster.At(Anna).Profile is { Standing: ContactStanding.Accepted, LinkIdentity: "their ik", InviteCode: null, HandshakeDue: false });
        Assert.Null(_roster.State.DialedAt(Address.Parse(Boris)));
        Assert.Empty(Follow([Boris], known: anna).Events);
        Assert.Equal(new RosterAnswer.Exists(anna), Follow([Boris], known: anna).Answer);

        _roster.Request(Boris, "k2");
        _roster.Do(Follow([Boris]));
        Assert.True(_roster.At(Boris).Profile is { Standing: ContactStanding.Accepted, InviteCode: "code" });
    }

    [Fact]
    public void A_link_pins_the_certificate_it_names()
    {
        const string hash = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
        _roster.Add($"https://{Anna}");
        _roster.Do(Follow([$"https://{Anna}#sha256={hash}"]));
        Assert.Equal(hash, _roster.At($"https://{Anna}").Profile.Addresses[0].CertificateHash);
    }

    [Fact]
    public void Ones_own_link_is_not_followed() =>
        Assert.Equal("own_address", ((RosterAnswer.Rejected)Follow([Anna, "192.0.2.200"]).Answer).Code);

    [Fact]
    public void Whatever_comes_in_whatever_order_a_code_makes_one_friend_and_a_snapshot_keeps_it() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 3]).Array[1, 30].Sample(steps =>
        {
            var roster = new PureRoster("me", "192.0.2.200");
            string[] hosts = [Anna, Boris, AnnaElsewhere];
            foreach (var (code, host, key, act) in steps)
            {
                switch (act)
                {
                    case 0 when !roster.State.Invites.ContainsKey($"invite-{code}"):
                        roster.Invite($"{code}");
                        break;
                    case 1:
                        roster.Shake($"k{key}", hosts[host], hosts[host]);
                        break;
                    default:
                        roster.Redeem($"{code}", $"k{key}", hosts[host], hosts[(host + act) % 3], $"ik{key}");
                        break;
                }
            }

            var accepted = roster.State.Rows.Values.Where(r => r.Standing == ContactStanding.Accepted).Select(r => r.Id).ToHashSet();
            Assert.True(accepted.IsSubsetOf(roster.State.Invites.Values.Select(i => i.UsedBy).OfType<ContactId>()));
            Assert.Equal(roster.Journal.OfType<InviteRedeemed>().Count(), roster.Journal.OfType<InviteRedeemed>().DistinctBy(e => e.Invite).Count());
            var restored = RosterState.From(roster.State.ToSnapshot(), PureRoster.Open);
            Assert.Equal(roster.State.Invites.OrderBy(i => i.Key), restored.Invites.OrderBy(i => i.Key));
        });

    private RosterDecision Follow(string[] addresses, ContactId? known = null) => OwnerDecisions.Follow(
        _roster.State, _roster.Policy, new FollowedLink([.. addresses.Select(Address.Parse)], "their ik", PureRoster.Hold("code"), known), "", _roster.Now, _roster.Fresh());

    private Invite? Invitation(string code)
    {
        var handshake = Handshake(code);
        return HandshakeDecisions.Invitation(_roster.State, HandshakeDecisions.Identify(_roster.State, handshake), handshake, _roster.Now);
    }

    private bool Rated(string code)
    {
        var handshake = Handshake(code);
        return HandshakeDecisions.IsRated(HandshakeDecisions.Identify(_roster.State, handshake), handshake, Invitation(code));
    }

    private static ReceivedHandshake Handshake(string code) =>
        new(PureRoster.Hold("x"), Address.Parse("203.0.113.1"), "", null, System.Net.IPAddress.Parse("203.0.113.1"), [], new ShownInvite($"hash of {code}", "x"));

    private (ContactId? By, string? Identity, DateTimeOffset? At) Used(string invite) =>
        _roster.State.Invites[invite] is var used ? (used.UsedBy, used.UsedIdentity, used.UsedAt) : default;
}
