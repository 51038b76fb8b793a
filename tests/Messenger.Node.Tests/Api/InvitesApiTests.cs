using System.Net;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Tests.Gui;
using Messenger.Protocol.Envelopes;

namespace Messenger.Node.Tests.Api;

public sealed class InvitesApiTests
{
    private const string Code = "0123456789abcdefABCD-_";
    private static readonly DateTimeOffset At = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_new_invite_is_a_link_to_this_node_and_its_identity()
    {
        await using var node = await NodeUnderTest.StartAsync();
        RosterProtocol.MakeInvite? asked = null;
        node.Roster = message => (asked = message as RosterProtocol.MakeInvite) is null
            ? null : new RosterProtocol.InviteResult.Made(new Invite("i1", "hash", asked.Note, At, At + asked.Life), Code);

        var answer = await node.PostAsync("/api/v1/invites", new { note = "Ann", hours = 2 });

        Assert.Equal((HttpStatusCode.Created, "/api/v1/invites/i1"), (answer.Status, answer.Headers["Location"]));
        Assert.Equal($"p2pm:?a=192.0.2.1&c={Code}&i={node.Keyring.Identity.Text}", answer.Json.GetProperty("link").GetString());
        Assert.Equal(("Ann", TimeSpan.FromHours(2)), (asked!.Note, asked.Life));

        Assert.Equal(HttpStatusCode.Created, (await node.PostAsync("/api/v1/invites")).Status);
        Assert.Equal(("", TimeSpan.FromDays(7)), (asked!.Note, asked.Life));
    }

    [Theory]
    [InlineData("""{"note": 1}""", "bad_json")]
    [InlineData("""{"note": "a\u0000b"}""", "bad_note")]
    [InlineData("""{"note": "0123456789012345678901234567890123456789012345678901234567890123456789"}""", "bad_note")]
    [InlineData("""{"hours": "1"}""", "bad_json")]
    [InlineData("""{"hours": 99999999999}""", "bad_json")]
    [InlineData("""{"hours": 0}""", "bad_hours")]
    [InlineData("""{"hours": -2147483648}""", "bad_hours")]
    [InlineData("""{"hours": 2147483647}""", "bad_hours")]
    [InlineData("""{"hours": 721}""", "bad_hours")]
    [InlineData("[]", "bad_json")]
    [InlineData("{", "bad_json")]
    public async Task An_invite_that_cannot_be_is_a_400(string body, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();

        var answer = await node.PostAsync("/api/v1/invites", body);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_node_that_does_not_seal_makes_no_links_that_could_not_be_proven()
    {
        await using var node = await NodeUnderTest.StartAsync(sealing: false);

        var answer = await node.PostAsync("/api/v1/invites");

        Assert.Equal((HttpStatusCode.Conflict, "sealing_off"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Too_many_open_invites_are_a_409()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Roster = message => message is RosterProtocol.MakeInvite ? new RosterProtocol.InviteResult.Rejected("too_many_invites", "Revoke one.") : null;

        var answer = await node.PostAsync("/api/v1/invites", new { note = "" });

        Assert.Equal((HttpStatusCode.Conflict, "too_many_invites"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task The_list_shows_no_codes_and_an_end_is_204_or_404()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var now = node.Gui.Time.GetUtcNow();
        node.Roster = message => message switch
        {
            RosterProtocol.GetInvites => new RosterProtocol.InviteList(
            [
                new Invite("i2", "hash-2", "", now, now.AddHours(1)), new Invite("i1", "hash-1", "Ann", now, now.AddHours(1), new ContactId("ann"), "ik", now),
                new Invite("i0", "hash-0", "over", now.AddHours(-2), now),
            ]),
            RosterProtocol.EndInvite { Invite: var id } => new RosterProtocol.InviteEndResult(id == "i1"),
            _ => null,
        };

        var list = await node.GetAsync("/api/v1/invites");
        Assert.Equal([null, "ann"], list.Json.GetProperty("invites").EnumerateArray().Select(i => i.GetProperty("usedBy").GetString()));
        Assert.DoesNotContain("hash", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await node.SendAsync(HttpMethod.Delete, "/api/v1/invites/i1")).Status);
        var gone = await node.SendAsync(HttpMethod.Delete, "/api/v1/invites/i1%20");
        Assert.Equal((HttpStatusCode.NotFound, "no_such_invite"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_link_adds_its_contact_and_a_known_contact_is_verified_by_it()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var friend = KeysInMemory.Ring().Identity;
        var ann = node.Add("ann", standing: ContactStanding.Requested);
        node.Add("bob", "10.0.0.9");
        RosterProtocol.FollowLink? followed = null;
        node.Roster = message => (followed = message as RosterProtocol.FollowLink) is null ? null
            : followed.Known is null ? new RosterProtocol.AddResult.Added(ann) : new RosterProtocol.AddResult.Exists(ann);
        node.Contact = message => message is ContactProtocol.VerifyByLink verify
            ? new ContactProtocol.SealingResult(verify.Identity == friend.Text, new SealingSummary(friend.Text, null, true, false, 0, ByLink: true))
            : null;

        var added = await node.PostAsync("/api/v1/contacts", new { invite = Link(friend, "10.0.0.5", "10.0.0.6"), nick = "Ann" });
        Assert.Equal((HttpStatusCode.Created, "requested"), (added.Status, added.Json.GetProperty("state").GetString()));
        Assert.Equal((2, friend.Text, Code, "Ann"), (followed!.Addresses.Length, followed.Identity, followed.Code, followed.Nick));

        var known = await node.PostAsync("/api/v1/contacts", new { invite = Link(friend, "10.0.0.1") });
        Assert.Equal(HttpStatusCode.OK, known.Status);
        Assert.True(known.Json.GetProperty("sealing").GetProperty("verifiedByLink").GetBoolean());
        Assert.Equal("verified", known.Json.GetProperty("encryption").GetString());

        node.History.Summaries = node.History.Summaries.Add(ann.Id, new ContactSummary(0, 0, null, new SealingSummary(friend.Text, null, false, false, 0)));
        Assert.Equal(HttpStatusCode.OK, (await node.PostAsync("/api/v1/contacts", new { invite = Link(friend, "10.0.0.77") })).Status);
        Assert.Equal(ann.Id, followed!.Known);

        followed = null;
        var other = await node.PostAsync("/api/v1/contacts", new { invite = Link(KeysInMemory.Ring().Identity, "10.0.0.9") });
        Assert.Equal((HttpStatusCode.Conflict, "other_identity"), (other.Status, other.Code));
        Assert.Null(followed);
    }

    [Fact]
    public async Task A_contact_of_a_link_waits_for_the_identity_that_it_names()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var (friend, impostor) = (KeysInMemory.Ring().Identity, KeysInMemory.Ring().Identity);
        var ann = node.Add("ann") with { LinkIdentity = friend.Text };
        node.Board.Publish(new ContactDirectory([ann], key => key));
        Assert.Equal(("awaited", System.Text.Json.JsonValueKind.Null), await SealingAsync() is var (e, s) ? (e, s.ValueKind) : default);

        node.History.Summaries = node.History.Summaries.SetItem(ann.Id, new ContactSummary(0, 0, null, new SealingSummary(null, null, false, true, 0)));
        Assert.Equal("plain", (await SealingAsync()).Item1);

        node.History.Summaries = node.History.Summaries.SetItem(ann.Id, new ContactSummary(0, 0, null, new SealingSummary(null, impostor.Text, false, false, 0)));
        var (encryption, sealing) = await SealingAsync();
        Assert.Equal("changed", encryption);
        Assert.Equal(Verification.Fingerprint(friend), sealing.GetProperty("fingerprint").GetString());
        Assert.Equal(Verification.Fingerprint(impostor), sealing.GetProperty("offered").GetProperty("fingerprint").GetString());

        async Task<(string?, System.Text.Json.JsonElement)> SealingAsync()
        {
            var json = (await node.GetAsync("/api/v1/contacts/ann")).Json;
            return (json.GetProperty("encryption").GetString(), json.GetProperty("sealing"));
        }
    }

    [Theory]
    [InlineData("p2pm:", "bad_invite")]
    [InlineData("", "bad_invite")]
    [InlineData("http://192.0.2.1", "bad_invite")]
    [InlineData("p2pm:?a=127.1&c=0123456789abcdefABCD-_&i=x", "bad_invite")]
    public async Task A_link_that_is_none_is_a_400(string link, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();

        var answer = await node.PostAsync("/api/v1/contacts", new { invite = link });

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Ones_own_link_two_things_at_once_and_a_link_as_an_address_are_a_400()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var own = Link(node.Keyring.Identity, "192.0.2.50");

        Assert.Equal("own_invite", (await node.PostAsync("/api/v1/contacts", new { invite = own })).Code);
        Assert.Equal("bad_address", (await node.PostAsync("/api/v1/contacts", new { invite = own, address = "10.0.0.1" })).Code);
        var asAddress = await node.PostAsync("/api/v1/contacts", new { address = own });
        Assert.Equal((HttpStatusCode.BadRequest, "bad_address"), (asAddress.Status, asAddress.Code));
        Assert.DoesNotContain(Code, asAddress.Text, StringComparison.Ordinal);
    }

    private static string Link(Identity identity, params string[] addresses) => new InviteLink([.. addresses.Select(Address.Parse)], Code, identity).ToString();
}
