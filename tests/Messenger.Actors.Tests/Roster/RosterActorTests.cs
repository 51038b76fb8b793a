using Akka.Actor;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Roster.RosterProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Roster;

public sealed class RosterActorTests : RosterWorld
{
    [Fact]
    public void An_answer_means_that_gateways_see_the_change_and_the_read_model_has_its_hint()
    {
        var roster = Start();
        var added = Add(roster, Anna);
        Assert.Equal(added, Board.Current.ById(added.Id));
        Assert.Equal(added, Board.Current.ByIssuedKeyHash("#" + added.IssuedKey));
        var slice = History.FishForMessage<HistoryProtocol.Committed>(_ => true).Slice;
        Assert.Equal((PersistenceIds.Roster, 1L), (slice.PersistenceId, slice.First));
        Assert.IsType<ContactAdded>(Assert.Single(slice.Events));
        Assert.Equal(new ContactProtocol.Wake(added.Id, ContactProtocol.WakeReason.ProfileChanged), Region.ExpectMsg<ContactProtocol.Wake>());
    }

    [Fact]
    public void Friends_with_their_keys_survive_a_restart()
    {
        var roster = Start();
        var friend = Friend(roster, Anna, "their key");
        Stop(roster);
        Board.Publish(ContactDirectory.Empty);
        Start();
        var recovered = Board.Current.ById(friend.Id)!;
        Assert.Equal(("their key", friend.IssuedKey, ContactStanding.Accepted), (recovered.TheirKey, recovered.IssuedKey, recovered.Standing));
    }

    [Fact]
    public void A_long_journal_is_recovered_from_a_snapshot()
    {
        var roster = Start();
        var entries = Enumerable.Range(1, 1500).Select(i => new ContactListEntry(Address.Parse($"10.1.{i / 250}.{(i % 250) + 1}"), "", null, null, true, "", null));
        Assert.Equal(new ImportResult(1500, 0), Ask<ImportResult>(roster, new ImportContacts([.. entries])));
        Friend(roster, Anna, "k1");
        Stop(roster);
        Board.Publish(ContactDirectory.Empty);
        Start();
        Assert.Equal(1501, Board.Current.All.Length);
        Assert.Equal("k1", At(Anna).TheirKey);
    }

    [Fact]
    public void A_burst_of_commands_leaves_as_few_commits()
    {
        var roster = Start();
        for (var i = 1; i <= 100; i++)
        {
            roster.Tell(new AddContact(Address.Parse($"10.0.0.{i}"), ""), TestActor);
        }

        var ids = ReceiveN(100).Cast<AddResult.Added>().Select(a => a.Profile.Id).ToArray();
        Assert.Distinct(ids);
        var commits = 0;
        for (var seen = 0; seen < 100; commits++)
        {
            seen += History.FishForMessage<HistoryProtocol.Committed>(_ => true).Slice.Events.Count;
        }

        Assert.InRange(commits, 1, 50);
    }

    [Fact]
    public void A_friend_that_repeats_itself_does_not_wear_out_the_journal()
    {
        var roster = Start();
        var friend = Friend(roster, Anna, "k1");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(new HandshakeAnswer(1, Contact: friend.Id), Shake(roster, "k1", Anna, Anna, friend.IssuedKey));
        }

        Add(roster, Boris);
    }

    [Fact]
    public void What_could_not_be_written_is_not_answered_and_the_roster_comes_back_as_it_was()
    {
        var roster = Start(RosterHosting.SupervisedProps(Services, Region, History));
        var friend = Friend(roster, Anna, "k1");
        var asker = CreateTestProbe();
        roster.Tell(new AddContact(Address.Parse(FailingJournal.Unwritable), ""), asker);
        AwaitAssert(() =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            roster.Tell(new BlockContact(friend.Id), TestActor);
            Assert.Equal(ContactStanding.Blocked, Assert.IsType<RosterResult.Done>(ExpectMsg<RosterResult>(TimeSpan.FromMilliseconds(200))).Profile!.Standing);
        });
        asker.ExpectNoMsg(0);
        Assert.Equal(friend.Id, Assert.Single(Board.Current.All).Id);
    }

    [Fact]
    public void A_stranger_that_asks_too_often_is_told_to_wait_and_others_are_not()
    {
        var roster = Start();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(Shake(roster, $"k{i}", Anna, Anna).RetryAfter);
        }

        Assert.Equal(TimeSpan.FromMinutes(1), Shake(roster, "k", Anna, Anna).RetryAfter);
        Assert.Equal(new HandshakeAnswer(1), Shake(roster, "k", Boris, Boris));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new HandshakeAnswer(1), Shake(roster, "k", Anna, Anna));
    }

    [Fact]
    public void Accepting_a_request_issues_a_key_and_lets_the_contact_send_its_handshake()
    {
        var roster = Start();
        Shake(roster, "k1", Anna, Anna);
        Region.ExpectNoMsg(0);
        var result = Ask<RosterResult>(roster, new AcceptContact(At(Anna).Id));
        var profile = Assert.IsType<RosterResult.Done>(result).Profile!;
        Assert.True(profile is { Standing: ContactStanding.Accepted, HandshakeDue: true, IssuedKey.Length: 43 });
        Region.ExpectMsg<ContactProtocol.Wake>(wake => wake.Contact == profile.Id);
        roster.Tell(new NoteHandshakeDelivered(profile.Id));
        AwaitAssert(() => Assert.False(At(Anna).HandshakeDue));
    }

    [Fact]
    public void An_answer_to_a_request_by_name_is_told_by_what_the_name_resolves_to()
    {
        Names["anna.example"] = Anna;
        var roster = Start();
        var asked = Add(roster, "anna.example:8000");
        Assert.Equal(1, Shake(roster, "k1", Anna).Status);
        Assert.Equal(ContactStanding.Accepted, Board.Current.ById(asked.Id)!.Standing);
    }

    [Fact]
    public void A_new_key_of_a_friend_is_taken_once_its_own_address_refuses_a_decoy_and_pongs_the_key()
    {
        var roster = Start();
        Friend(roster, Anna, "k1");
        Transport.Peers[Address.Parse(Anna)] = call => call.Key == "k2" ? new PeerReply.Pong() : new PeerReply.Status(0);
        Assert.Equal(1, Shake(roster, "k2", Boris, Anna).Status);
        AwaitAssert(() => Assert.Equal("k2", At(Anna).TheirKey));
        Assert.False(At(Anna).KeyChangeProposed);
        Assert.True(At(Anna).HandshakeDue);
    }

    [Fact]
    public void A_peer_that_pongs_to_anything_or_is_silent_proves_nothing_and_the_owner_decides()
    {
        var roster = Start();
        Friend(roster, Anna, "k1");
        Transport.Peers[Address.Parse(Anna)] = _ => new PeerReply.Pong();
        Shake(roster, "k2", Anna, Anna);
        AwaitAssert(() => Assert.NotEmpty(Transport.Calls));
        Transport.Peers.Clear();
        Shake(roster, "k3", Anna, Anna);
        Assert.True(At(Anna) is { TheirKey: "k1", KeyChangeProposed: true });
        var done = Ask<RosterResult>(roster, new DecideKeyChange(At(Anna).Id, Take: true));
        Assert.Equal("k3", Assert.IsType<RosterResult.Done>(done).Profile!.TheirKey);
    }

    [Fact]
    public void What_a_removed_contact_left_is_erased_also_when_the_node_stopped_in_between()
    {
        var roster = Start();
        var anna = Friend(roster, Anna, "k1").Id;
        Presence.Heard(anna, Time.GetUtcNow());
        Assert.Null(Assert.IsType<RosterResult.Done>(Ask<RosterResult>(roster, new RemoveContact(anna))).Profile);
        Assert.Equal(default, Presence.Of(anna));
        Region.FishForMessage<ContactProtocol.EraseConversation>(erase => erase.Contact == anna);
        Stop(roster);

        roster = Start();
        Region.FishForMessage<ContactProtocol.EraseConversation>(erase => erase.Contact == anna);
        Region.Reply(new ContactProtocol.EraseResult(true));
        History.FishForMessage<HistoryProtocol.Committed>(hint => hint.Slice.Events.Any(e => e is RemovalCompleted));
        Assert.Contains(anna, Relays.Forgotten);
        Stop(roster);

        Start();
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        Region.ExpectNoMsg(0);
    }

    [Fact]
    public void What_is_carried_for_a_blocked_contact_is_dropped()
    {
        var roster = Start();
        var anna = Friend(roster, Anna, "k1").Id;
        Ask<RosterResult>(roster, new BlockContact(anna));
        AwaitAssert(() => Assert.Contains(anna, Relays.Forgotten));
    }

    [Fact]
    public void Requests_expire()
    {
        var roster = Start();
        Shake(roster, "k1", Anna, Anna);
        Pass(TimeSpan.FromDays(29));
        Pass(TimeSpan.FromDays(1));
        AwaitAssert(() => Assert.Empty(Board.Current.All));
    }

    [Fact]
    public void When_a_contact_was_seen_is_known_after_a_graceful_stop()
    {
        var roster = Start();
        var anna = Friend(roster, Anna, "k1").Id;
        Presence.Connected(anna, Time.GetUtcNow());
        Ask<PresenceWritten>(roster, new WritePresence());
        Presence.Forget(anna);
        Stop(roster);
        Start();
        Assert.Equal(new Presence(Time.GetUtcNow(), Time.GetUtcNow()) { Lost = true }, Presence.Of(anna));
    }
}
