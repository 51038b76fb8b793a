using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Tests.Contacts;

public sealed class ContactRelayingTests : ContactWorld
{
    private static readonly ContactId Relay = new("relay");
    private static readonly Address RelaysAddress = Address.Parse("192.0.2.2");

    /// <summary>One friend carries fewer copies than a message may have: the first messages must not wait for more of them in front of the rest.</summary>
    [Fact]
    public void A_single_relay_is_given_everything_that_waits_not_only_the_first_messages()
    {
        Befriend(Accepted(Friend, FriendsAddress), Accepted(Relay, RelaysAddress));
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Peers.Rules[RelaysAddress] = PeersByHand.Yes;
        string[] texts = [.. Enumerable.Range(0, 150).Select(n => $"{n}")];
        Queued(texts);

        for (var i = 0; i < 20; i++)
        {
            Presence.Heard(Relay, Time.GetUtcNow());
            Quiet(Friend);
            Quiet(Relay);
            Pass(TimeSpan.FromSeconds(10));
        }

        Until(() => Carried().Count() >= texts.Length);
        Assert.Equal(texts, Carried());
    }

    [Fact]
    public void The_server_that_the_recipient_named_is_woken_and_asked_before_other_friends()
    {
        ContactProfile[] others = [.. Enumerable.Range(0, 20).Select(n => Accepted(new($"other{n}"), Address.Parse($"192.0.2.{n + 10}")))];
        Befriend([Accepted(Friend, FriendsAddress), Accepted(Relay, RelaysAddress), .. others]);
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        foreach (var other in others.Append(Accepted(Relay, RelaysAddress)))
        {
            Peers.Rules[other.Addresses[0]] = PeersByHand.Yes;
        }

        Array.ForEach(others, other => Presence.Heard(other.Id, Time.GetUtcNow()));
        Tell(new KeysShown(Friend, null, null, []) { Advertised = new(PeerCaps.None, "203.0.113.9 " + RelaysAddress.Canonical) });
        Queued("first");
        Quiet();
        Pass(TimeSpan.FromSeconds(10));
        Until(() => Presence.Of(Relay).IsOnline(Time.GetUtcNow()));
        Queued("second");
        for (var i = 0; i < 3; i++)
        {
            Quiet();
            Pass(TimeSpan.FromSeconds(10));
        }

        Until(() => Carried().Contains("second"));
        Assert.DoesNotContain(Peers.Ruled, r => r.Address == Address.Parse("203.0.113.9"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_not_sealed_is_given_to_own_servers_alone_where_other_friends_must_not_read_it(bool own)
    {
        Services = Services with { Settings = Services.Settings with { RelayPlaintext = false, OwnServers = own ? [RelaysAddress] : [] } };
        var other = Accepted(new("other"), Address.Parse("192.0.2.10"));
        Befriend(Accepted(Friend, FriendsAddress), Accepted(Relay, RelaysAddress), other);
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Peers.Rules[RelaysAddress] = Peers.Rules[other.Addresses[0]] = PeersByHand.Yes;
        Presence.Heard(Relay, Time.GetUtcNow());
        Presence.Heard(other.Id, Time.GetUtcNow());
        Queued("readable");
        for (var i = 0; i < 3; i++)
        {
            Quiet();
            Pass(TimeSpan.FromSeconds(10));
        }

        Quiet();
        Assert.Equal(own ? [RelaysAddress] : [], Peers.Ruled.Where(r => r.Call is PeerCall.Resend).Select(r => r.Address));
    }

    [Fact]
    public void Who_does_not_relay_is_asked_nothing_more_before_the_friend_list_says_so_and_again_when_the_owner_wants_it()
    {
        var relay = Accepted(Relay, RelaysAddress);
        Befriend(Accepted(Friend, FriendsAddress), relay);
        Peers.Rules[RelaysAddress] = call => call is PeerCall.Resend ? new PeerReply.Status(0) : PeersByHand.Yes(call);
        Assert.Equal(0, Asked(1));
        Assert.Null(Asked(2));

        Befriend(Accepted(Friend, FriendsAddress), relay with { CanResend = false });
        Assert.Null(Asked(3));
        Befriend(Accepted(Friend, FriendsAddress), relay with { CanResend = true });
        Assert.Equal(0, Asked(4));
        Assert.Equal(2, Peers.Ruled.Count(r => r.Call is PeerCall.Resend));

        int? Asked(long message) => Ask<RelayAnswer>(
            new AskToRelay(Relay, Friend, message, new OutgoingMessage("192.0.2.200", FriendsAddress.Canonical, "text", "1", ""))).Status;
    }

    private IEnumerable<string> Carried() =>
        Peers.Ruled.Where(r => r.Address == RelaysAddress && r.Call is PeerCall.Resend).SelectMany(r => PeersByHand.TextsOf(r.Call));
}
