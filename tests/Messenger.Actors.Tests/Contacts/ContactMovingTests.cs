using System.Net;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Protocol.Envelopes;
using static Messenger.Actors.Contacts.ContactProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Contacts;

/// <summary>Who is told that we moved, and which change of a contact's address is taken.</summary>
public sealed class ContactMovingTests : ContactWorld
{
    private static readonly Address NewHome = Address.Parse("[fc00::9]:8000");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("203.0.113.5");
    private readonly Keyring _friend = KeysInMemory.Ring();

    [Fact]
    public void A_new_address_of_ours_is_told_to_who_takes_it_signed_and_until_it_is_answered()
    {
        Knows(PeerCaps.Moves);
        MovedTo(NewHome);

        var calls = 0;
        Peers.Rules[FriendsAddress] = call => ++calls <= 3 ? PeersByHand.Silence : PeersByHand.Yes(call);
        Tell(new Wake(Friend, WakeReason.Started));
        for (var i = 0; i < 10 && !Events.OfType<AddressTold>().Skip(1).Any(); i++)
        {
            Quiet();
            Pass(TimeSpan.FromSeconds(20));
        }

        Quiet();

        var told = Events.OfType<AddressTold>().Last();
        var change = Moves().Last().Change;
        Assert.Equal((NewHome.Full, change.Counter), (told.Address, told.Counter));
        Assert.Equal(AddressChangeVerdict.Accepted, change.Judge(Keyring.Identity, _friend.Identity, 0));
        var count = Moves().Length;
        Crash();
        Tell(new Wake(Friend, WakeReason.Started));
        Quiet();
        Assert.Equal(count, Moves().Length);
    }

    [Fact]
    public void Who_has_not_said_that_it_takes_such_changes_is_told_nothing()
    {
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Knows(PeerCaps.Receipts);
        MovedTo(NewHome);
        Tell(new Wake(Friend, WakeReason.Started));
        Quiet();
        Assert.Empty(Moves());
    }

    [Fact]
    public void The_same_address_is_not_told_and_a_second_change_goes_under_a_greater_counter()
    {
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Knows(PeerCaps.Moves);
        MovedTo(Services.Identity.Address);
        Tell(new Wake(Friend, WakeReason.Started));
        Quiet();
        Assert.Empty(Moves());

        foreach (var home in (Address[])[NewHome, Address.Parse("192.0.2.77")])
        {
            MovedTo(home);
            Tell(new Wake(Friend, WakeReason.Started));
            Until(() => Events.OfType<AddressTold>().Last().Address == home.Full);
        }

        Assert.True(Moves()[1].Change.Counter > Moves()[0].Change.Counter);
    }

    [Fact]
    public void A_change_that_the_contact_signed_is_taken_once_and_no_older_one_after_it()
    {
        Knows(PeerCaps.Moves);
        RosterSays(new RosterProtocol.RosterResult.Done(null));

        Assert.Equal(1, Ask<MoveTaken>(Change(NewHome, 7)).Status);
        Assert.Equal(new RosterProtocol.MoveContact(Friend, NewHome, Learned: true), Roster.FishForMessage<RosterProtocol.MoveContact>(_ => true));
        Crash();
        Assert.Equal(1, Ask<MoveTaken>(Change(NewHome, 7)).Status);
        Assert.Equal(0, Ask<MoveTaken>(Change(FriendsAddress, 6)).Status);
        Roster.ExpectNoMsg(0);
        Assert.Equal(7, Assert.Single(Events.OfType<AddressMoved>()).Counter);

        Assert.Equal(1, Ask<MoveTaken>(Change(Address.Parse("203.0.113.5"), 8)).Status);
        Assert.False(Roster.FishForMessage<RosterProtocol.MoveContact>(_ => true).Learned);
    }

    [Fact]
    public void What_the_contact_has_not_signed_or_not_for_us_or_while_its_identity_is_in_doubt_changes_nothing()
    {
        var signed = Change(NewHome, 7);
        Assert.Equal(0, Ask<MoveTaken>(signed).Status);
        Knows(PeerCaps.Moves);
        var (other, impostor) = (KeysInMemory.Ring(), KeysInMemory.Ring());

        Assert.Equal(0, Ask<MoveTaken>(signed with { Change = impostor.SignMove(Keyring.Identity, NewHome, 7) }).Status);
        Assert.Equal(0, Ask<MoveTaken>(signed with { Change = _friend.SignMove(other.Identity, NewHome, 7) }).Status);
        Assert.Equal(0, Ask<MoveTaken>(signed with { Change = signed.Change with { Address = "192.0.2.66" } }).Status);
        Assert.Equal(0, Ask<MoveTaken>(signed with { Change = signed.Change with { Address = "127.1" } }).Status);
        Tell(new KeysShown(Friend, Text(impostor.Bundle), null, []));
        Assert.Equal(0, Ask<MoveTaken>(signed).Status);
        Befriend(Accepted(Friend, FriendsAddress) with { Standing = ContactStanding.Blocked });
        Assert.Equal(0, Ask<MoveTaken>(signed).Status);

        Roster.ExpectNoMsg(0);
        Assert.Empty(Events.OfType<AddressMoved>());
    }

    [Fact]
    public void A_change_that_the_friend_list_refuses_is_refused_with_its_reason_and_may_come_again()
    {
        Knows(PeerCaps.Moves);
        RosterSays(new RosterProtocol.RosterResult.Rejected("address_taken", "It is the address of another contact."));
        var taken = Ask<MoveTaken>(Change(NewHome, 7));

        Assert.Equal((0, "It is the address of another contact."), (taken.Status, taken.Refusal));
        Assert.Empty(Events.OfType<AddressMoved>());
    }

    [Fact]
    public void A_change_about_which_the_friend_list_gave_no_answer_is_taken_when_it_comes_again()
    {
        Knows(PeerCaps.Moves);
        RosterSays(new Status.Failure(new TimeoutException("The friend list is busy.")));
        Tell(Change(NewHome, 7));
        Roster.FishForMessage<RosterProtocol.MoveContact>(_ => true);

        RosterSays(new RosterProtocol.RosterResult.Done(null));
        Until(() =>
        {
            Tell(Change(NewHome, 7));
            return Events.OfType<AddressMoved>().Any();
        });
        Assert.Equal(1, ExpectMsg<MoveTaken>().Status);
    }

    [Fact]
    public void The_address_before_is_let_go_when_the_contact_took_something_at_the_new_one_and_not_earlier()
    {
        Befriend(Accepted(Friend, NewHome, FriendsAddress) with { MovedFrom = FriendsAddress });
        Peers.Rules[NewHome] = _ => new PeerReply.Rejected(404, null);
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Tell(new Wake(Friend, WakeReason.Started));
        Quiet();
        Peers.Rules[NewHome] = _ => PeersByHand.Silence;
        Queued("hello");
        Quiet();
        Roster.ExpectNoMsg(0);

        Peers.Rules[NewHome] = PeersByHand.Yes;
        Tell(new Wake(Friend, WakeReason.ProfileChanged));
        Queued("there you are");

        Assert.Equal(new RosterProtocol.ConfirmMove(Friend), Roster.ExpectMsg<RosterProtocol.ConfirmMove>());
    }

    private PeerCall.Move[] Moves() => [.. Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Move>()];

    private TakeMove Change(Address address, long counter) => new(Friend, _friend.SignMove(Keyring.Identity, address, counter), Elsewhere);

    private void Knows(PeerCaps caps)
    {
        Tell(new KeysShown(Friend, Text(_friend.Bundle), Keyring.Bundle.Counter, []) { Advertised = new(caps) });
        Ask<ContactDiagnostics>(new GetDiagnostics(Friend));
        Until(() => Events.OfType<CapsShown>().Any() && (!caps.HasFlag(PeerCaps.Moves) || Events.OfType<AddressTold>().Any()));
    }

    private void MovedTo(Address address)
    {
        Crash();
        Services = Services with { Identity = Services.Identity with { Address = address } };
    }

    private void RosterSays(object result) => Roster.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
    {
        if (message is RosterProtocol.MoveContact)
        {
            sender.Tell(result, Roster);
        }

        return AutoPilot.KeepRunning;
    }));

    private static string Text(Bundle bundle) => Encoding.UTF8.GetString(BundleText.Write(bundle));
}
