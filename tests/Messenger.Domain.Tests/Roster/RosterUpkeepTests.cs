using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class RosterUpkeepTests
{
    private const string Anna = "192.0.2.1";
    private readonly PureRoster _roster = new("me", "192.0.2.200");

    [Fact]
    public void Importing_the_same_list_twice_adds_each_row_once()
    {
        Assert.Equal(new RosterAnswer.Imported(3, 0), Import().Answer);
        Assert.Equal(new RosterAnswer.Imported(0, 3), Import().Answer);
        var friend = _roster.At(Anna).Profile;
        Assert.True(friend is { Standing: ContactStanding.Accepted, TheirKey: "k1", IssuedKey: "i1", HandshakeDue: false, CanResend: false });
        Assert.Equal(_roster.Now, _roster.At(Anna).LastOnline);
        Assert.True(_roster.At("192.0.2.2").Profile is { Standing: ContactStanding.Accepted, HandshakeDue: true });
        Assert.Equal(ContactStanding.Requested, _roster.At("192.0.2.3").Standing);

        RosterDecision Import() => _roster.Do(RosterUpkeep.Import(
            _roster.State,
            _roster.Policy,
            [Row(Anna, "k1", "i1", canResend: false), Row("192.0.2.2", "k2", "i1"), Row("192.0.2.3", null, null), Row("192.0.2.200", "k", null)],
            _roster.Now));
    }

    [Fact]
    public void Presence_is_written_at_most_hourly_except_when_the_node_stops()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        Assert.Single(Note(all: false).Events);
        Assert.Empty(Note(all: false).Events);
        _roster.Now += TimeSpan.FromMinutes(5);
        Assert.Empty(Note(all: false).Events);
        Assert.Single(Note(all: true).Events);
        _roster.Now += TimeSpan.FromHours(1);
        Assert.Single(Note(all: false).Events);

        RosterDecision Note(bool all) => _roster.Do(RosterUpkeep.NotePresence(
            _roster.State, [new SeenContact(anna, null, _roster.Now), new SeenContact(new ContactId("gone"), null, _roster.Now)], all, _roster.Now));
    }

    [Fact]
    public void Requests_and_denials_are_forgotten_after_thirty_days_and_friends_never()
    {
        _roster.Friend(Anna, "k1");
        _roster.Request("192.0.2.2", "k2");
        var denied = _roster.Request("192.0.2.3", "k3").Id;
        _roster.Do(OwnerDecisions.Deny(_roster.State, denied, _roster.Now));
        _roster.Now += TimeSpan.FromDays(30) - TimeSpan.FromTicks(1);
        Assert.Empty(RosterUpkeep.Expire(_roster.State, _roster.Policy, _roster.Now).Events);
        _roster.Now += TimeSpan.FromTicks(1);
        _roster.Do(RosterUpkeep.Expire(_roster.State, _roster.Policy, _roster.Now));
        Assert.Equal(Anna, Assert.Single(_roster.State.Rows.Values).Profile.Addresses[0].Canonical);
    }

    [Fact]
    public void Delivery_of_a_handshake_refusal_to_relay_and_a_weak_key_are_noted_once()
    {
        var anna = _roster.Friend(Anna, "k1").Id;
        Assert.Single(_roster.Do(RosterUpkeep.RelayingDeclined(_roster.State, anna, _roster.Now)).Events);
        Assert.Empty(_roster.Do(RosterUpkeep.RelayingDeclined(_roster.State, anna, _roster.Now)).Events);
        Assert.Single(_roster.Do(RosterUpkeep.WeakKeyShown(_roster.State, anna, _roster.Now)).Events);
        Assert.Empty(_roster.Do(RosterUpkeep.WeakKeyShown(_roster.State, anna, _roster.Now)).Events);
        Assert.Empty(_roster.Do(RosterUpkeep.HandshakeDelivered(_roster.State, anna, _roster.Now)).Events);
        Assert.True(_roster.At(Anna).Profile is { CanResend: false, WeakKey: true, TheirKey: "k1", HandshakeDue: false });
    }

    [Fact]
    public void Strangers_are_counted_by_address_or_network_and_in_all()
    {
        var rates = new OriginRates(perOrigin: 2, inAll: 5, TimeSpan.FromMinutes(1));
        Assert.Null(rates.Take(IPAddress.Parse("2001:db8::1"), _roster.Now));
        Assert.Null(rates.Take(IPAddress.Parse("2001:db8::2"), _roster.Now.AddSeconds(10)));
        Assert.Equal(TimeSpan.FromSeconds(40), rates.Take(IPAddress.Parse("2001:db8::ffff"), _roster.Now.AddSeconds(20)));
        Assert.Null(rates.Take(IPAddress.Parse("2001:db8:0:1::1"), _roster.Now.AddSeconds(20)));
        Assert.Null(rates.Take(IPAddress.Parse("192.0.2.1"), _roster.Now.AddSeconds(20)));
        Assert.Null(rates.Take(IPAddress.Parse("::ffff:192.0.2.1"), _roster.Now.AddSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(30), rates.Take(IPAddress.Parse("192.0.2.9"), _roster.Now.AddSeconds(30)));
        Assert.Null(rates.Take(IPAddress.Parse("192.0.2.9"), _roster.Now.AddSeconds(60)));
    }

    [Theory]
    [InlineData(" Анна ", "Анна")]
    [InlineData(null, "")]
    [InlineData("a\u202Eb\u0000c\nd\u2028e", "abcde")]
    public void Names_lose_what_cannot_be_seen(string? text, string clean) => Assert.Equal(clean, Nickname.Clean(text));

    [Fact]
    public void Names_are_cut_between_characters()
    {
        Assert.Equal(64, Nickname.Clean(new string('a', 100)).Length);
        Assert.Equal(63, Nickname.Clean(new string('a', 63) + "😀").Length);
    }

    private ImportedRow Row(string address, string? key, string? issued, bool canResend = true) => new(
        [Address.Parse(address)], "", _roster.Now, null, canResend, key is null ? null : PureRoster.Hold(key), issued is null ? null : PureRoster.Hold(issued),
        _roster.Fresh());
}
