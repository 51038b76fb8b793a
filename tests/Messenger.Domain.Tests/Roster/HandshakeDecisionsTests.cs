using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class HandshakeDecisionsTests
{
    private const string Anna = "192.0.2.1";
    private const string AnnaElsewhere = "192.0.2.99";
    private const string Boris = "192.0.2.2";
    private readonly PureRoster _roster = new("me", "192.0.2.200");

    [Fact]
    public void A_stranger_becomes_one_pending_request_that_is_not_dialed_by_hearsay()
    {
        Assert.Equal(1, _roster.Shake("k1", AnnaElsewhere, Anna, nick: "An\u0007na").Status);
        var row = _roster.At(Anna);
        Assert.Equal(ContactStanding.Pending, row.Standing);
        Assert.Equal("Anna", row.Profile.Nick);
        Assert.Equal("k1", row.Profile.TheirKey);
        Assert.Equal(DialTrust.Learned, row.Profile.Trust);
        Assert.Null(row.Profile.IssuedKey);
        Assert.False(row.Profile.HandshakeDue);
    }

    [Fact]
    public void A_bare_handshake_of_a_stranger_is_filed_under_its_source_address_as_a_guess()
    {
        Assert.Equal(1, _roster.Shake("k1", "::ffff:192.0.2.1").Status);
        var profile = _roster.At(Anna).Profile;
        Assert.True(profile.AddressGuessed);
        Assert.Equal(DialTrust.Confirmed, profile.Trust);
        Assert.Equal(Address.DefaultPort, profile.Addresses[0].Port);
    }

    [Fact]
    public void A_repeated_request_is_recorded_once()
    {
        _roster.Shake("k1", Anna, Anna, nick: "Anna");
        Assert.Equal(1, _roster.Shake("k1", Anna, Anna, nick: "Anna").Status);
        Assert.Single(_roster.Journal);
    }

    [Fact]
    public void A_pending_request_takes_another_key_from_its_own_host_only()
    {
        _roster.Shake("k1", Anna, Anna);
        Assert.Equal(0, _roster.Shake("k2", Boris, Anna).Status);
        Assert.Equal("k1", _roster.At(Anna).Profile.TheirKey);
        Assert.Equal(1, _roster.Shake("k3", Anna, Anna).Status);
        Assert.Equal("k3", _roster.At(Anna).Profile.TheirKey);
        Assert.Single(_roster.State.Rows);
    }

    [Fact]
    public void A_request_that_came_from_its_own_host_displaces_one_that_did_not()
    {
        _roster.Shake("forged", Boris, Anna);
        Assert.Equal(1, _roster.Shake("k1", Anna, Anna).Status);
        Assert.Equal("k1", _roster.At(Anna).Profile.TheirKey);
        Assert.Equal(DialTrust.Confirmed, _roster.At(Anna).Profile.Trust);
    }

    [Fact]
    public void A_bare_repetition_does_not_move_a_request_to_another_address()
    {
        _roster.Shake("k1", Anna, Anna + ":8000");
        _roster.Shake("k2", Anna);
        Assert.Equal("k2", _roster.At(Anna + ":8000").Profile.TheirKey);
        Assert.Single(_roster.State.Rows);
    }

    [Fact]
    public void The_handshake_of_a_contact_that_was_asked_makes_a_friend()
    {
        _roster.Add(Anna);
        var (status, decision) = _roster.Shake("k1", Anna, Anna, nick: "Anna");
        Assert.Equal(1, status);
        Assert.Null(decision.Verify);
        var row = _roster.At(Anna);
        Assert.Equal(ContactStanding.Accepted, row.Standing);
        Assert.Equal("Anna", row.Profile.Nick);
        Assert.True(row.KeyProven);
    }

    [Theory]
    [InlineData("192.0.2.1:8000", "192.0.2.1")]
    [InlineData("[fc00::1]:8000", "fc00::1")]
    public void A_bare_answer_is_told_by_the_host_that_was_asked(string asked, string source)
    {
        _roster.Add(asked);
        _roster.Add(Boris);
        Assert.Equal(1, _roster.Shake("k1", source).Status);
        Assert.Equal(ContactStanding.Accepted, _roster.At(asked).Standing);
        Assert.Equal(ContactStanding.Requested, _roster.At(Boris).Standing);
    }

    [Fact]
    public void A_bare_answer_from_a_host_that_two_contacts_share_is_a_guess()
    {
        _roster.Add(Anna + ":8001");
        _roster.Add(Anna + ":8002");
        _roster.Shake("k1", Anna);
        Assert.Equal(ContactStanding.Pending, _roster.At(Anna).Standing);
        Assert.Equal(3, _roster.State.Rows.Count);
    }

    [Fact]
    public void A_contact_asked_by_name_is_told_by_what_the_name_resolves_to()
    {
        _roster.Add("anna.example:8000");
        var bare = new ReceivedHandshake(PureRoster.Hold("k1"), null, "", null, System.Net.IPAddress.Parse(Anna), []);
        Assert.Equal("anna.example", Assert.Single(HandshakeDecisions.NamesToResolve(_roster.State, bare)));
        _roster.Shake("k1", Anna, namesAtSource: "anna.example");
        Assert.Equal(ContactStanding.Accepted, _roster.At("anna.example:8000").Standing);
    }

    [Fact]
    public void Who_answers_under_another_name_from_the_host_and_port_that_were_asked_is_known_by_that_name_too()
    {
        _roster.Add("anna.example:8000");
        _roster.Shake("k1", Anna, Anna + ":8000", namesAtSource: "anna.example");
        Assert.Equal(ContactStanding.Accepted, _roster.At("anna.example:8000").Standing);
        Assert.Equal(Address.Parse(Anna + ":8000"), Assert.Single(_roster.At("anna.example:8000").Profile.Aliases));
    }

    [Fact]
    public void The_key_we_issued_proves_a_handshake_from_anywhere()
    {
        _roster.Add(Anna);
        var issued = _roster.At(Anna).Profile.IssuedKey;
        var (status, decision) = _roster.Shake("k1", AnnaElsewhere, "anna.example", proof: issued);
        Assert.Equal(1, status);
        Assert.Null(decision.Verify);
        Assert.True(_roster.At(Anna).KeyProven);
        Assert.Equal(Address.Parse("anna.example"), Assert.Single(_roster.At(Anna).Profile.Aliases));
    }

    [Fact]
    public void Who_hands_back_the_key_we_issued_uses_one_password_both_ways()
    {
        _roster.Add(Anna);
        var issued = _roster.At(Anna).Profile.IssuedKey!;
        _roster.Shake(issued, Anna);
        Assert.True(_roster.At(Anna).Profile.WeakKey);
        Assert.Equal(issued, _roster.At(Anna).Profile.TheirKey);
    }

    [Fact]
    public void A_first_answer_from_elsewhere_is_taken_and_called_back_and_gives_way_to_one_from_the_host()
    {
        _roster.Add(Anna);
        var (status, decision) = _roster.Shake("forged", AnnaElsewhere, Anna);
        Assert.Equal(1, status);
        Assert.Equal(new KeyToVerify(_roster.At(Anna).Id, "forged"), decision.Verify);
        Assert.False(_roster.At(Anna).KeyProven);

        _roster.Shake("k1", Anna, Anna);
        Assert.Equal("k1", _roster.At(Anna).Profile.TheirKey);
        Assert.True(_roster.At(Anna).KeyProven);
        Assert.False(_roster.At(Anna).Profile.KeyChangeProposed);
    }

    [Fact]
    public void A_friends_key_again_is_answered_1_and_changes_nothing()
    {
        _roster.Friend(Anna, "k1");
        var before = _roster.Journal.Count;
        Assert.Equal(1, _roster.Shake("k1", Anna, Anna).Status);
        Assert.Equal(before, _roster.Journal.Count);
    }

    [Theory]
    [InlineData(Anna)]
    [InlineData(AnnaElsewhere)]
    public void A_friends_other_key_without_proof_waits_and_is_called_back_even_from_its_own_host(string source)
    {
        var friend = _roster.Friend(Anna, "k1");
        var (status, decision) = _roster.Shake("k2", source, Anna);
        Assert.Equal(1, status);
        Assert.Equal(new KeyToVerify(friend.Id, "k2"), decision.Verify);
        Assert.Equal("k1", _roster.At(Anna).Profile.TheirKey);
        Assert.True(_roster.At(Anna).Profile.KeyChangeProposed);
        Assert.Empty(_roster.Shake("k2", source, Anna).Decision.Events);
    }

    [Fact]
    public void A_friends_other_key_with_the_key_we_issued_is_taken_and_ours_is_sent_again()
    {
        var friend = _roster.Friend(Anna, "k1");
        _roster.Shake("k2", AnnaElsewhere, Anna, proof: friend.Profile.IssuedKey);
        Assert.Equal("k2", _roster.At(Anna).Profile.TheirKey);
        Assert.True(_roster.At(Anna).Profile.HandshakeDue);
    }

    [Fact]
    public void A_called_back_key_is_taken_unless_a_later_one_came()
    {
        var friend = _roster.Friend(Anna, "k1");
        var first = _roster.Shake("k2", Anna, Anna).Decision.Verify!;
        var second = _roster.Shake("k3", Anna, Anna).Decision.Verify!;
        Assert.Empty(_roster.Do(HandshakeDecisions.Verified(_roster.State, first, _roster.Now)).Events);
        _roster.Do(HandshakeDecisions.Verified(_roster.State, second, _roster.Now));
        var row = _roster.State.Find(friend.Id)!;
        Assert.Equal("k3", row.Profile.TheirKey);
        Assert.False(row.Profile.KeyChangeProposed);
        Assert.True(row.Profile.HandshakeDue);
    }

    [Fact]
    public void Blocked_and_denied_contacts_are_answered_like_strangers_and_nothing_is_recorded()
    {
        var blocked = _roster.Request(Anna, "k1").Id;
        var denied = _roster.Request(Boris, "k2").Id;
        _roster.Do(OwnerDecisions.Block(_roster.State, blocked, _roster.Now));
        _roster.Do(OwnerDecisions.Deny(_roster.State, denied, _roster.Now));
        var before = _roster.Journal.Count;
        Assert.Equal(1, _roster.Shake("k3", Anna, Anna).Status);
        Assert.Equal(1, _roster.Shake("k3", Boris).Status);
        Assert.Equal(before, _roster.Journal.Count);

        _roster.Policy = _roster.Policy with { Strangers = StrangerPolicy.Invite };
        Assert.Equal(0, _roster.Shake("k3", Anna, Anna).Status);
        Assert.Equal(0, _roster.Shake("k3", "192.0.2.77").Status);
    }

    [Fact]
    public void When_too_many_requests_wait_strangers_get_0()
    {
        _roster.Policy = _roster.Policy with { Limits = new StrangerLimits { Pending = 1 } };
        Assert.Equal(1, _roster.Shake("k1", Anna, Anna).Status);
        Assert.Equal(0, _roster.Shake("k2", Boris, Boris).Status);
        Assert.Single(_roster.State.Rows);
    }

    [Fact]
    public void A_public_relay_accepts_strangers_for_relaying_only_and_answers_with_its_own_handshake()
    {
        _roster.Policy = _roster.Policy with { Strangers = StrangerPolicy.Relay };
        _roster.Shake("k1", AnnaElsewhere, Anna);
        var profile = _roster.At(Anna).Profile;
        Assert.Equal(ContactStanding.Accepted, profile.Standing);
        Assert.True(profile is { RelayOnly: true, HandshakeDue: true, IssuedKey: not null, CanBeWrittenTo: false, Trust: DialTrust.Learned });
        Assert.Equal(DialTrust.Confirmed, OnItsOwnHost());

        DialTrust OnItsOwnHost()
        {
            _roster.Shake("k2", Boris, Boris);
            return _roster.At(Boris).Profile.Trust;
        }
    }

    [Fact]
    public void Nobody_can_pass_for_this_node_itself() => Assert.Equal(0, _roster.Shake("k1", Anna, "192.0.2.200").Status);

    [Theory]
    [InlineData(ContactStanding.Requested, HandshakeProof.Source, false)]
    [InlineData(ContactStanding.Requested, HandshakeProof.None, true)]
    [InlineData(ContactStanding.Accepted, HandshakeProof.Key, false)]
    [InlineData(ContactStanding.Accepted, HandshakeProof.Source, true)]
    [InlineData(ContactStanding.Blocked, HandshakeProof.Key, true)]
    [InlineData(ContactStanding.Pending, HandshakeProof.Source, true)]
    public void Rates_spare_only_those_who_are_expected_or_prove_themselves(ContactStanding standing, HandshakeProof proof, bool rated)
    {
        var row = new RosterRow { Profile = new ContactProfile { Id = new ContactId("a"), Addresses = [Address.Parse(Anna)], Standing = standing, TheirKey = "old" } };
        var handshake = new ReceivedHandshake(PureRoster.Hold("new"), null, "", null, System.Net.IPAddress.Loopback, []);
        Assert.Equal(rated, HandshakeDecisions.IsRated(new HandshakeCaller(row, proof), handshake));
    }

    [Fact]
    public void A_contact_learns_at_most_sixteen_other_names_none_of_them_ours_or_another_contacts()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        _roster.Friend(Boris, "k2");
        foreach (var name in Enumerable.Range(0, 20).Select(i => $"name{i}.example").Prepend("192.0.2.200").Prepend(Boris))
        {
            _roster.Do(HandshakeDecisions.LearnAlias(_roster.State, _roster.Policy, anna, Address.Parse(name), _roster.Now));
        }

        var aliases = _roster.At(Anna).Profile.Aliases.Select(a => a.Canonical).ToArray();
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"name{i}.example"), aliases);
    }
}
