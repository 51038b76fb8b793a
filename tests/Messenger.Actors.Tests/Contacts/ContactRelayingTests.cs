using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

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

    private IEnumerable<string> Carried() =>
        Peers.Ruled.Where(r => r.Address == RelaysAddress && r.Call is PeerCall.Resend).SelectMany(r => PeersByHand.TextsOf(r.Call));
}
