using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class RoutingRulesTests
{
    private const string Self = "192.0.2.200";
    private static readonly ContactProfile Anna = Profile("anna", "192.0.2.1", ContactStanding.Accepted) with { Aliases = [Address.Parse("anna.example")] };
    private static readonly ContactProfile Boris = Profile("boris", "192.0.2.2", ContactStanding.Accepted) with { Aliases = [Address.Parse("boris.example")] };
    private static readonly ContactProfile Neighbour = Profile("neighbour", "192.0.2.1:8000", ContactStanding.Accepted);
    private static readonly ContactProfile Asked = Profile("asked", "192.0.2.4", ContactStanding.Requested);
    private static readonly ContactProfile Blocked = Profile("blocked", "192.0.2.5", ContactStanding.Blocked);
    private static readonly ContactProfile Pending = Profile("pending", "192.0.2.6", ContactStanding.Pending);
    private static readonly ContactProfile Public = Profile("public", "192.0.2.7", ContactStanding.Accepted) with { RelayOnly = true };
    private static readonly ContactProfile NoRelay = Profile("norelay", "192.0.2.8", ContactStanding.Accepted) with { MayRelay = false };
    private static readonly ContactDirectory Directory = new([Anna, Boris, Neighbour, Asked, Blocked, Pending, Public, NoRelay], key => key);

    [Theory]
    [InlineData(null, null, "anna", false)]
    [InlineData("192.0.2.1", Self, "anna", false)]
    [InlineData("anna.example", Self, "anna", false)]
    [InlineData("192.0.2.1:9999", Self, "anna", false)] // another port of its own host
    [InlineData("192.0.2.1:8000", Self, "neighbour", true)] // a contact on the same host
    [InlineData("192.0.2.2", Self, "boris", true)]
    [InlineData("boris.example", Self, "boris", true)]
    [InlineData("192.0.2.1", "203.0.113.9", "anna", false)] // a name of ours that we do not know
    [InlineData("192.0.2.1", "192.0.2.6", "anna", false)] // a stranger who asked under a name of ours
    [InlineData("192.0.2.1", "not an address", "anna", false)]
    [InlineData("192.0.2.1", "192.0.2.2", null, false)]
    [InlineData("192.0.2.1", "192.0.2.5", null, false)]
    [InlineData("192.0.2.4", Self, null, false)]
    [InlineData("192.0.2.5", Self, null, false)]
    [InlineData("192.0.2.6", Self, null, false)]
    [InlineData("192.0.2.7", Self, null, false)]
    [InlineData("198.51.100.1", Self, null, false)]
    [InlineData("not an address", Self, null, false)]
    [InlineData(Self, Self, null, false)]
    public void A_message_goes_into_its_authors_conversation(string? from, string? to, string? author, bool via)
    {
        var route = Rules(Anna).Send(from, to);
        if (author is null)
        {
            Assert.NotEmpty(Assert.IsType<SendRoute.Refuse>(route).Reason);
        }
        else
        {
            Assert.Equal(new SendRoute.Store(new ContactId(author), via ? Anna.Id : null), route);
        }
    }

    [Fact]
    public void Who_may_only_relay_cannot_write_to_the_owner() => Assert.IsType<SendRoute.Refuse>(Rules(Public, "192.0.2.7").Send(null, Self));

    [Fact]
    public void Who_was_asked_and_has_not_answered_writes_for_itself_only()
    {
        Assert.Equal(new SendRoute.Store(Asked.Id, null), Rules(Asked, "192.0.2.4").Send("192.0.2.4", Self));
        Assert.IsType<SendRoute.Refuse>(Rules(Asked, "192.0.2.4").Send("192.0.2.2", Self));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", "boris", "192.0.2.1")]
    [InlineData(null, "boris.example", "boris", "192.0.2.1")]
    [InlineData("other.example", "192.0.2.7", "public", "other.example")]
    public void A_friend_may_have_a_message_carried_to_another_friend(string? from, string to, string recipient, string author) =>
        Assert.Equal(new ResendRoute.Carry(new ContactId(recipient), author), Rules(Anna).Resend(from, to));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.4", 2)]
    [InlineData("192.0.2.1", "192.0.2.5", 2)]
    [InlineData("192.0.2.1", "192.0.2.6", 2)]
    [InlineData("192.0.2.1", "198.51.100.1", 2)]
    [InlineData("192.0.2.1", "192.0.2.1", 2)]
    [InlineData("192.0.2.1", "nonsense of a name", 2)]
    [InlineData("192.0.2.1", null, 2)]
    [InlineData("192.0.2.2", "192.0.2.7", 5)]
    [InlineData("no author", "192.0.2.2", 5)]
    [InlineData(Self, "192.0.2.2", 5)]
    public void What_is_not_carried_says_why_without_saying_never(string? from, string? to, int status) =>
        Assert.Equal(status, Assert.IsType<ResendRoute.Refuse>(Rules(Anna).Resend(from, to)).Status);

    [Fact]
    public void Who_may_not_relay_here_gets_0()
    {
        Assert.Equal(0, Assert.IsType<ResendRoute.Refuse>(Rules(NoRelay, "192.0.2.8").Resend(null, "192.0.2.2")).Status);
        Assert.Equal(0, Assert.IsType<ResendRoute.Refuse>(Rules(Asked, "192.0.2.4").Resend(null, "192.0.2.2")).Status);
    }

    [Fact]
    public void A_resend_for_ourselves_is_kept_unless_the_caller_may_only_relay()
    {
        Assert.IsType<ResendRoute.Keep>(Rules(Anna).Resend("192.0.2.1", Self));
        Assert.Equal(2, Assert.IsType<ResendRoute.Refuse>(Rules(Public, "192.0.2.7").Resend(null, Self)).Status);
    }

    [Theory]
    [InlineData("new.example", true)]
    [InlineData("anna.example", false)]
    [InlineData("192.0.2.2", false)]
    [InlineData(Self, false)]
    [InlineData("no address at all", false)]
    public void Only_a_name_that_nobody_has_is_a_new_name_of_the_caller(string name, bool isNew) => Assert.Equal(isNew, Rules(Anna).NewName(name) is not null);

    private static RoutingRules Rules(ContactProfile caller, string source = "192.0.2.1") => new(Directory, [Address.Parse(Self)], caller, IPAddress.Parse(source));

    private static ContactProfile Profile(string id, string address, ContactStanding standing) => new()
    {
        Id = new ContactId(id),
        Addresses = [Address.Parse(address)],
        Standing = standing,
        IssuedKey = "issued-" + id,
        TheirKey = "theirs-" + id,
    };
}
