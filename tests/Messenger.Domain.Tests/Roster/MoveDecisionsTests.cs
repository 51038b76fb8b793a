using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class MoveDecisionsTests
{
    private readonly PureRoster _roster = new("r", "192.0.2.200");

    [Fact]
    public void A_friend_that_moved_is_dialed_there_first_and_where_it_was_until_that_works_which_stays_its_name()
    {
        var anna = _roster.Friend("192.0.2.1", "key").Id;

        Move(anna, "[fc00::9]:8000", learned: true);

        var moved = Profile(anna);
        Assert.Equal(["[fc00::9]:8000", "192.0.2.1"], moved.Addresses.Select(a => a.Canonical));
        Assert.Equal((DialTrust.Learned, DialTrust.Confirmed), (moved.TrustOf(moved.Addresses[0]), moved.TrustOf(moved.Addresses[1])));
        Assert.Equal(moved.Addresses, Restored(anna).Addresses.AsEnumerable());
        Assert.Equal((moved.Learned[0], moved.MovedFrom), (Restored(anna).Learned[0], Restored(anna).MovedFrom));

        _roster.Do(MoveDecisions.Confirm(_roster.State, anna, _roster.Now));

        Assert.Equal("[fc00::9]:8000", Assert.Single(Profile(anna).Addresses).Canonical);
        Assert.Equal(anna, _roster.State.Named(Address.Parse("192.0.2.1"))?.Id);
        Assert.Empty(MoveDecisions.Confirm(_roster.State, anna, _roster.Now).Events);
        _roster.Edit(anna, "[fc00::9]:8000");
        Assert.Equal(DialTrust.Confirmed, Profile(anna).TrustOf(Profile(anna).Addresses[0]));
    }

    [Fact]
    public void Who_moves_on_before_it_answered_is_not_looked_for_in_between_and_may_come_back()
    {
        var anna = _roster.Friend("192.0.2.1", "key").Id;
        Move(anna, "192.0.2.11", learned: true);
        Move(anna, "192.0.2.12", learned: false);
        Assert.Equal(["192.0.2.12", "192.0.2.1"], Profile(anna).Addresses.Select(a => a.Canonical));
        Assert.Empty(Profile(anna).Learned);

        Move(anna, "192.0.2.1", learned: true);
        Assert.Equal("192.0.2.1", Assert.Single(Profile(anna).Addresses).Canonical);
        Assert.Equal((null, DialTrust.Confirmed), (Profile(anna).MovedFrom, Profile(anna).TrustOf(Profile(anna).Addresses[0])));
    }

    [Fact]
    public void Nobody_moves_to_us_or_to_another_friend_and_only_friends_move()
    {
        var anna = _roster.Friend("192.0.2.1", "key").Id;
        _roster.Friend("192.0.2.2", "key2");
        var asked = _roster.Request("192.0.2.3", "key3").Id;

        Assert.Equal("own_address", Refused(anna, "192.0.2.200"));
        Assert.Equal("address_taken", Refused(anna, "192.0.2.2"));
        Assert.IsType<RosterAnswer.NotFound>(Decide(asked, "192.0.2.9").Answer);
        Assert.IsType<RosterAnswer.NotFound>(Decide(new ContactId("nobody"), "192.0.2.9").Answer);
        Assert.Empty(Decide(anna, "192.0.2.1").Events);
    }

    [Fact]
    public void A_contact_keeps_a_bounded_number_of_addresses()
    {
        var anna = _roster.Friend("192.0.2.1", "key").Id;
        for (var i = 0; i < 20; i++)
        {
            Move(anna, $"198.51.100.{i + 1}", learned: true);
            _roster.Do(MoveDecisions.Confirm(_roster.State, anna, _roster.Now));
        }

        Assert.InRange(Profile(anna).Addresses.Length, 1, OwnerDecisions.MaxAddresses);
        Assert.InRange(Profile(anna).Aliases.Length, 1, MoveDecisions.MaxNames);
        Assert.Contains(Address.Parse("198.51.100.19"), Profile(anna).Aliases);
    }

    private RosterDecision Decide(ContactId contact, string address, bool learned = false) =>
        MoveDecisions.Move(_roster.State, _roster.Policy, contact, Address.Parse(address), learned, _roster.Now);

    private void Move(ContactId contact, string address, bool learned) => Assert.IsType<RosterAnswer.Done>(_roster.Do(Decide(contact, address, learned)).Answer);

    private string Refused(ContactId contact, string address) => Assert.IsType<RosterAnswer.Rejected>(Decide(contact, address).Answer).Code;

    private ContactProfile Profile(ContactId contact) => _roster.State.Find(contact)!.Profile;

    private ContactProfile Restored(ContactId contact) => RosterState.From(_roster.State.ToSnapshot(), PureRoster.Open).Find(contact)!.Profile;
}
