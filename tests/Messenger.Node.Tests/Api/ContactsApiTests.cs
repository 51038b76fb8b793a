using System.Net;
using System.Text.Json;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Tests.Gui;

namespace Messenger.Node.Tests.Api;

public sealed class ContactsApiTests
{
    [Fact]
    public async Task The_list_shows_standing_presence_and_counts_but_no_keys_and_nobody_denied()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var ann = node.Add("ann", "FC00::1", ContactStanding.Requested);
        node.Add("bob", standing: ContactStanding.Denied);
        node.Presence.Connected(ann.Id, node.Gui.Time.GetUtcNow());
        node.History.Summaries = node.History.Summaries.Add(ann.Id, new ContactSummary(2, 3, null));

        var answer = await node.GetAsync("/api/v1/contacts");

        var contact = Assert.Single(answer.Json.GetProperty("contacts").EnumerateArray());
        Assert.Equal("requested", contact.GetProperty("state").GetString());
        Assert.Equal("fc00::1", contact.GetProperty("address").GetString());
        Assert.Equal("FC00::1", contact.GetProperty("typedAddress").GetString());
        Assert.True(contact.GetProperty("online").GetBoolean());
        Assert.Equal((2, 3), (contact.GetProperty("outbox").GetInt32(), contact.GetProperty("unread").GetInt32()));
        Assert.DoesNotContain("ours-ann", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_contact_is_201_and_a_known_one_200()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var ann = node.Add("ann");
        node.Roster = message => message is RosterProtocol.AddContact { Nick: "Ann" } ? new RosterProtocol.AddResult.Added(ann) : new RosterProtocol.AddResult.Exists(ann);

        var added = await node.PostAsync("/api/v1/contacts", new { address = "10.0.0.1", nick = "Ann" });
        var exists = await node.PostAsync("/api/v1/contacts", new { address = "10.0.0.1" });

        Assert.Equal((HttpStatusCode.Created, "/api/v1/contacts/ann"), (added.Status, added.Headers["Location"]));
        Assert.Equal((HttpStatusCode.OK, "ann"), (exists.Status, exists.Json.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("""{"address": "127.1"}""", "bad_address")]
    [InlineData("""{"address": ""}""", "bad_address")]
    [InlineData("""{"address": "a\u0000b"}""", "bad_address")]
    [InlineData("""{"address": 1}""", "bad_json")]
    [InlineData("""{"nick": "Ann"}""", "bad_address")]
    [InlineData("""{"address": "10.0.0.1", "nick": "a\nb"}""", "bad_nick")]
    public async Task A_contact_that_cannot_be_is_a_400(string body, string code)
    {
        await using var node = await NodeUnderTest.StartAsync();

        var answer = await node.PostAsync("/api/v1/contacts", body);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task What_the_roster_rejects_keeps_its_code()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Roster = message => message is RosterProtocol.AddContact
            ? new RosterProtocol.AddResult.Rejected("own_address", "That is this node.")
            : new RosterProtocol.RosterResult.Rejected("address_taken", "Another contact has it.");

        var added = await node.PostAsync("/api/v1/contacts", new { address = "10.0.0.1" });
        var edited = await node.SendAsync(HttpMethod.Patch, "/api/v1/contacts/ann", new { addresses = new[] { "10.0.0.2" } });

        Assert.Equal((HttpStatusCode.BadRequest, "own_address"), (added.Status, added.Code));
        Assert.Equal((HttpStatusCode.Conflict, "address_taken"), (edited.Status, edited.Code));
    }

    [Theory]
    [InlineData("accept", typeof(RosterProtocol.AcceptContact))]
    [InlineData("deny", typeof(RosterProtocol.DenyContact))]
    [InlineData("block", typeof(RosterProtocol.BlockContact))]
    public async Task The_owners_decisions_are_handed_to_the_roster(string action, Type command)
    {
        await using var node = await NodeUnderTest.StartAsync();
        var ann = node.Add("ann");
        node.Roster = message => message.GetType() == command ? new RosterProtocol.RosterResult.Done(ann) : null;

        Assert.Equal(HttpStatusCode.OK, (await node.PostAsync($"/api/v1/contacts/ann/{action}")).Status);
        Assert.Equal("no_such_contact", (await node.PostAsync($"/api/v1/contacts/bob/{action}")).Code);
    }

    [Fact]
    public async Task An_edit_hands_over_what_was_given_and_nothing_else()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var ann = node.Add("ann");
        RosterProtocol.EditContact? edit = null;
        node.Roster = message =>
        {
            edit = (RosterProtocol.EditContact)message;
            return new RosterProtocol.RosterResult.Done(ann);
        };

        var answer = await node.SendAsync(HttpMethod.Patch, "/api/v1/contacts/ann", new { addresses = new[] { "10.0.0.2", "b.example:1" }, muted = true });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((null, null, null, true), (edit!.Nick, edit.CanResend, edit.MayRelay, edit.Muted));
        Assert.Equal([Address.Parse("10.0.0.2"), Address.Parse("b.example:1")], edit.Addresses!.Value.AsEnumerable());
    }

    [Fact]
    public async Task A_removed_contact_is_a_204()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Roster = _ => new RosterProtocol.RosterResult.Done(null);

        Assert.Equal(HttpStatusCode.NoContent, (await node.SendAsync(HttpMethod.Delete, "/api/v1/contacts/ann")).Status);
    }

    [Fact]
    public async Task A_ping_says_what_happened()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Contact = _ => new ContactProtocol.PingResult(false, "The connection was refused.");

        var answer = await node.PostAsync("/api/v1/contacts/ann/ping");

        Assert.Equal("""{"online":false,"detail":"The connection was refused.","reasonCode":"connection_refused"}""", answer.Text);
    }

    [Fact]
    public async Task What_is_exported_in_the_seeds_map_can_be_imported()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann", "[fc00::1]:8000 10.0.0.9");
        node.Add("bob", "10.0.0.2", ContactStanding.Pending);
        RosterProtocol.ImportContacts? import = null;
        node.Roster = message =>
        {
            import = (RosterProtocol.ImportContacts)message;
            return new RosterProtocol.ImportResult(1, 0);
        };

        var list = (await node.GetAsync("/api/v1/export/contacts")).Text;
        var answer = await node.PostAsync("/api/v1/import/contacts", list);

        Assert.Equal(
            """{"[fc00::1]:8000":{"nick":"","last_online":"","last_connect":"","can_resend":1,"key":"theirs","issued_key":"ours-ann","addresses":["[fc00::1]:8000","10.0.0.9"]}}""", list);
        Assert.Equal("""{"added":1,"existing":0,"refused":[]}""", answer.Text);
        var entry = Assert.Single(import!.Entries);
        Assert.Equal(new(Address.Parse("[fc00::1]:8000"), "", null, null, true, "theirs", "ours-ann") { OtherAddresses = entry.OtherAddresses }, entry);
        Assert.Equal([Address.Parse("10.0.0.9")], entry.OtherAddresses.AsEnumerable());
    }

    [Fact]
    public async Task A_list_of_another_program_is_read_tolerantly_and_what_cannot_be_read_is_named()
    {
        await using var node = await NodeUnderTest.StartAsync();
        RosterProtocol.ImportContacts? import = null;
        node.Roster = message =>
        {
            import = (RosterProtocol.ImportContacts)message;
            return new RosterProtocol.ImportResult(1, 0);
        };

        var answer = await node.PostAsync("/api/v1/import/contacts", """
            {
              "10.0.0.1": {"nick": "Ann", "last_online": 1700000000, "last_connect": "2023-11-14T22:13:20Z", "can_resend": "0", "key": "k", "other_info": {"deep": [1]}},
              "127.1": {},
              "10.0.0.2": [],
              "10.0.0.3": {"nick": "\ud800"},
              "10.0.0.4": {"key": {}}
            }
            """);

        var time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var entry = Assert.Single(import!.Entries);
        Assert.Equal(new(Address.Parse("10.0.0.1"), "Ann", time, time, false, "k", null) { OtherAddresses = entry.OtherAddresses }, entry);
        Assert.Empty(entry.OtherAddresses);
        Assert.Equal(
            ["127.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"],
            answer.Json.GetProperty("refused").EnumerateArray().Select(row => row.GetProperty("address").GetString()));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"10.0.0.1": {}, "10.0.0.1": {}}""")]
    [InlineData("""{"10.0.0.1": {"key": "a", "key": "b"}}""")]
    [InlineData("""{"\ud800": {}}""")]
    public async Task A_list_that_is_none_is_a_400(string body)
    {
        await using var node = await NodeUnderTest.StartAsync();

        Assert.Equal("bad_json", (await node.PostAsync("/api/v1/import/contacts", body)).Code);
    }

    [Fact]
    public async Task The_node_says_who_it_is()
    {
        await using var node = await NodeUnderTest.StartAsync();
        var started = node.Gui.Time.GetUtcNow();
        node.Gui.Time.Advance(TimeSpan.FromHours(1));

        var answer = (await node.GetAsync("/api/v1/node")).Json;

        Assert.Equal(("192.0.2.1", started), (answer.GetProperty("address").GetString(), answer.GetProperty("startedAt").GetDateTimeOffset()));
    }

    [Fact]
    public async Task An_actor_that_does_not_answer_makes_the_call_repeatable()
    {
        await using var node = await NodeUnderTest.StartAsync();
        node.Add("ann");
        node.Roster = _ => new Akka.Actor.Status.Failure(new Akka.Actor.AskTimeoutException("no answer"));

        var answer = await node.PostAsync("/api/v1/contacts/ann/accept");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "busy", "1"), (answer.Status, answer.Code, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task The_node_is_ready_once_it_has_caught_up_and_says_so_to_the_first_who_asks()
    {
        await using var ready = await NodeUnderTest.StartAsync();
        await using var behind = await NodeUnderTest.StartAsync();
        behind.HasCaughtUp = false;

        Assert.Equal(HttpStatusCode.OK, (await ready.GetAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await behind.GetAsync("/health/ready")).Status);

        behind.HasCaughtUp = true;
        Assert.Equal(HttpStatusCode.OK, (await behind.GetAsync("/health/ready")).Status);
    }
}
