using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class OwnerDecisionsTests
{
    private const string Anna = "192.0.2.1";
    private const string Boris = "192.0.2.2";
    private const string Self = "192.0.2.200";
    private readonly PureRoster _roster = new("me", Self);

    [Fact]
    public void Adding_a_contact_issues_a_key_and_asks()
    {
        var id = Assert.IsType<RosterAnswer.Added>(_roster.Add(Anna, " Anna ").Answer).Contact;
        var profile = _roster.State.Find(id)!.Profile;
        Assert.True(profile is { Standing: ContactStanding.Requested, Nick: "Anna", HandshakeDue: true, IssuedKey: not null, TheirKey: null });
    }

    [Fact]
    public void Adding_the_same_address_again_changes_nothing()
    {
        _roster.Add(Anna);
        var again = _roster.Add("HTTP://192.0.2.1:7450/");
        Assert.IsType<RosterAnswer.Exists>(again.Answer);
        Assert.Empty(again.Events);
    }

    [Fact]
    public void The_certificate_that_the_owner_types_counts_for_a_contact_that_is_there_already()
    {
        const string typed = "https://192.0.2.1#sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        var id = Assert.IsType<RosterAnswer.Added>(_roster.Add("https://192.0.2.1").Answer).Contact;

        Assert.IsType<RosterAnswer.Exists>(_roster.Add(typed).Answer);
        Assert.Equal(typed, Assert.Single(_roster.State.Find(id)!.Profile.Addresses).Full);
        Assert.Empty(_roster.Add(typed).Events);
        Assert.Empty(_roster.Add("https://192.0.2.1").Events);
        Assert.Equal(typed, Assert.Single(_roster.State.Find(id)!.Profile.Addresses).Full);
    }

    [Fact]
    public void This_node_itself_cannot_be_added()
    {
        Assert.Equal("own_address", Assert.IsType<RosterAnswer.Rejected>(_roster.Add(Self).Answer).Code);
        var anna = _roster.Friend(Anna, "k1").Id;
        Assert.Equal("own_address", Assert.IsType<RosterAnswer.Rejected>(_roster.Edit(anna, Anna, Self).Answer).Code);
    }

    [Fact]
    public void Adding_someone_who_asked_accepts_the_request()
    {
        var id = _roster.Request(Anna, "k1").Id;
        Assert.Equal(new RosterAnswer.Exists(id), _roster.Add(Anna, "Anna").Answer);
        var profile = _roster.At(Anna).Profile;
        Assert.True(profile is { Standing: ContactStanding.Accepted, Nick: "Anna", TheirKey: "k1", IssuedKey: not null, HandshakeDue: true });
    }

    [Fact]
    public void A_name_that_a_friend_claims_does_not_keep_the_owner_from_adding_whom_it_belongs_to()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        _roster.Do(HandshakeDecisions.LearnAlias(_roster.State, _roster.Policy, anna, Addressing(Boris), _roster.Now));
        Assert.IsType<RosterAnswer.Added>(_roster.Add(Boris).Answer);
        Assert.NotEqual(anna, _roster.State.Named(Addressing(Boris))!.Id);
    }

    [Fact]
    public void A_denied_request_is_no_contact_and_can_still_be_accepted()
    {
        var id = _roster.Request(Anna, "k1").Id;
        _roster.Do(OwnerDecisions.Deny(_roster.State, id, _roster.Now));
        Assert.Equal(ContactStanding.Denied, _roster.At(Anna).Standing);
        _roster.Accept(id);
        Assert.Equal(ContactStanding.Accepted, _roster.At(Anna).Standing);
    }

    [Fact]
    public void Only_requests_are_accepted_or_denied()
    {
        var asked = Assert.IsType<RosterAnswer.Added>(_roster.Add(Anna).Answer).Contact;
        Assert.IsType<RosterAnswer.Rejected>(_roster.Accept(asked).Answer);
        Assert.IsType<RosterAnswer.Rejected>(OwnerDecisions.Deny(_roster.State, asked, _roster.Now).Answer);
        Assert.IsType<RosterAnswer.NotFound>(_roster.Accept(new ContactId("nobody")).Answer);
    }

    [Fact]
    public void Unblocking_leads_back_to_where_the_friendship_stood()
    {
        var friend = _roster.Friend(Anna, "k1").Id;
        var asked = Assert.IsType<RosterAnswer.Added>(_roster.Add(Boris).Answer).Contact;
        foreach (var id in (ContactId[])[friend, asked])
        {
            _roster.Do(OwnerDecisions.Block(_roster.State, id, _roster.Now));
            Assert.Equal(ContactStanding.Blocked, _roster.State.Find(id)!.Standing);
            _roster.Accept(id);
        }

        Assert.Equal(ContactStanding.Accepted, _roster.At(Anna).Standing);
        Assert.Equal(ContactStanding.Requested, _roster.At(Boris).Standing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Giving_a_request_the_address_of_a_contact_that_was_asked_merges_the_two(bool fromTheRequest)
    {
        var asked = Assert.IsType<RosterAnswer.Added>(_roster.Add("anna.example").Answer).Contact;
        _roster.Shake("k1", Anna, nick: "Anna");
        var guess = _roster.At(Anna).Id;
        var answer = (fromTheRequest ? _roster.Edit(guess, "anna.example") : _roster.Edit(asked, "anna.example", Anna)).Answer;
        Assert.Equal(new RosterAnswer.Done(asked), answer);
        Assert.Null(_roster.State.Find(guess));
        var profile = _roster.State.Find(asked)!.Profile;
        Assert.True(profile is { Standing: ContactStanding.Accepted, TheirKey: "k1", Nick: "Anna" });
    }

    [Fact]
    public void Two_friends_cannot_have_one_address()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        _roster.Friend(Boris, "k2");
        Assert.Equal("address_taken", Assert.IsType<RosterAnswer.Rejected>(_roster.Edit(anna, Boris).Answer).Code);
        Assert.Equal("bad_address", Assert.IsType<RosterAnswer.Rejected>(_roster.Edit(anna, [.. Enumerable.Range(1, 9).Select(i => $"192.0.2.{i + 10}")]).Answer).Code);
    }

    [Fact]
    public void The_owner_decides_about_a_key_that_proved_nothing()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        Assert.Equal("no_key_change", Assert.IsType<RosterAnswer.Rejected>(OwnerDecisions.DecideKeyChange(_roster.State, anna, true, _roster.Now).Answer).Code);
        _roster.Shake("k2", Anna, Anna);
        _roster.Do(OwnerDecisions.DecideKeyChange(_roster.State, anna, false, _roster.Now));
        Assert.Equal("k1", _roster.At(Anna).Profile.TheirKey);
        _roster.Shake("k3", Anna, Anna);
        _roster.Do(OwnerDecisions.DecideKeyChange(_roster.State, anna, true, _roster.Now));
        Assert.True(_roster.At(Anna).Profile is { TheirKey: "k3", HandshakeDue: true, KeyChangeProposed: false });
    }

    [Fact]
    public void What_a_removed_friend_left_is_remembered_until_it_is_erased_but_not_that_of_a_mere_request()
    {
        var friend = _roster.Friend(Anna, "k1").Id;
        var request = _roster.Request(Boris, "k2").Id;
        _roster.Do(OwnerDecisions.Remove(_roster.State, friend, _roster.Now));
        _roster.Do(OwnerDecisions.Remove(_roster.State, request, _roster.Now));
        Assert.Equal([friend], _roster.State.Leaving);
        Assert.Null(_roster.State.Named(Addressing(Anna)));
        _roster.Do(RosterUpkeep.RemovalCompleted(_roster.State, friend, _roster.Now));
        Assert.Empty(_roster.State.Leaving);
    }

    private static Messenger.Domain.Addressing.Address Addressing(string text) => Messenger.Domain.Addressing.Address.Parse(text);
}
