using Akka.Actor;
using Messenger.Actors.Contacts;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Tests.Contacts;

public sealed class ContactCommitTests : ContactWorld
{
    public static TheoryData<string> Commands => ["queue", "store", "read", "erase"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Nothing_is_answered_before_the_commit(string command)
    {
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Assert.Equal([1], Stored(Incoming("earlier")));
        Journal.Held = true;
        Tell(command switch
        {
            "queue" => Queueing("hello"),
            "store" => new StoreMessages(Friend, [Incoming("hello")]),
            "read" => new MarkRead(Friend, FirstNumber),
            _ => (object)new EraseMessage(Friend, FirstNumber),
        });

        Journal.NextWrite();
        Crash();
    }

    [Fact]
    public void A_duplicate_of_something_pending_is_answered_only_after_its_commit()
    {
        Journal.Held = true;
        Tell(new StoreMessages(Friend, [Incoming("first")]));
        var first = Journal.NextWrite();
        Tell(new StoreMessages(Friend, [Incoming("again"), Incoming("again")]));
        Tell(new StoreMessages(Friend, [Incoming("again")]));
        Routed();
        first.End(WriteFate.Commit);
        ExpectMsg<MessagesStored>();

        Assert.Equal("again", Assert.IsType<MessageReceived>(Assert.Single(Journal.NextWrite().Events)).Text);
        Crash();
    }

    [Fact]
    public void What_arrives_during_a_commit_is_committed_at_once()
    {
        Journal.Held = true;
        Tell(new StoreMessages(Friend, [Incoming("first")]));
        var first = Journal.NextWrite();
        for (var i = 0; i < 200; i++)
        {
            Tell(new StoreMessages(Friend, [Incoming($"m{i}")]));
        }

        Routed();
        Journal.Held = false;
        first.End(WriteFate.Commit);

        Assert.All(ReceiveN(201), answer => Assert.Equal(1, Assert.Single(Assert.IsType<MessagesStored>(answer).Statuses)));
        Assert.Equal(2, Journal.Writes);
        Assert.Equal(["first", .. Enumerable.Range(0, 200).Select(i => $"m{i}")], Events.Cast<MessageReceived>().Select(m => m.Text));
    }

    [Fact]
    public void In_a_lively_conversation_a_delivery_is_committed_with_what_comes_next()
    {
        var writes = DeliveredInALivelyConversation("hello");
        Assert.Equal(writes + 1, Journal.Writes);

        Queued("again");

        Assert.Equal(writes + 2, Journal.Writes);
        Assert.Single(Events.OfType<MessagesDelivered>());
        Crash();
    }

    [Fact]
    public void When_nothing_comes_it_is_committed_a_moment_later()
    {
        var writes = DeliveredInALivelyConversation("hello");
        Time.Advance(TimeSpan.FromMilliseconds(49));
        Quiet();
        Assert.Equal(writes + 1, Journal.Writes);

        Time.Advance(TimeSpan.FromMilliseconds(1));

        Until(() => Journal.Writes == writes + 2);
        Assert.Single(Events.OfType<MessagesDelivered>());
    }

    [Fact]
    public void Before_a_contact_leaves_memory_it_is_committed()
    {
        DeliveredInALivelyConversation("hello");
        var contact = InMemory(Friend)!;
        Watch(contact);

        contact.Tell(ContactRegion.StopContact.Instance);

        ExpectMsg<Terminated>();
        Assert.Single(Events.OfType<MessagesDelivered>());
    }

    [Fact]
    public void In_a_quiet_conversation_it_is_committed_at_once()
    {
        Queued("hello");
        Peers.Next("hello").Answer(1);

        Until(() => Events.OfType<MessagesDelivered>().Any());
    }

    [Theory]
    [InlineData(WriteFate.Fail)]
    [InlineData(WriteFate.FailAfterCommit)]
    [InlineData(WriteFate.Reject)]
    public void After_a_commit_that_failed_nobody_is_answered_and_the_contact_is_woken_again_and_knows_what_was_stored(WriteFate fate)
    {
        Assert.Equal([1], Stored(Incoming("acknowledged")));
        Journal.Held = true;
        Tell(new StoreMessages(Friend, [Incoming("doubtful")]));
        Tell(new StoreMessages(Friend, [Incoming("behind it")]));
        var write = Journal.NextWrite();
        Watch(InMemory(Friend)!);
        write.End(fate);
        ExpectMsg<Terminated>();

        Journal.Held = false;
        StartedAgainAfter(TimeSpan.FromMilliseconds(200));
        Assert.Equal([1, 1, 1], Stored(Incoming("acknowledged"), Incoming("doubtful"), Incoming("behind it")));
        Assert.Equal(["acknowledged", "doubtful", "behind it"], Events.Cast<MessageReceived>().Select(m => m.Text));
    }

    [Fact]
    public void A_contact_that_cannot_recover_is_started_after_ever_longer_waits()
    {
        Journal.FailRecoveries(4);
        Tell(new PeerHeard(Friend));
        Until(() => Journal.Recoveries == 1);
        foreach (var wait in new[] { 200, 400, 800, 1600 })
        {
            StartedAgainAfter(TimeSpan.FromMilliseconds(wait));
        }

        Assert.Equal([1], Stored(Incoming("hello")));
    }

    [Fact]
    public void A_contact_whose_every_commit_fails_is_started_after_ever_longer_waits()
    {
        Journal.Held = true;
        Queue("hello");
        Journal.NextWrite().End(WriteFate.FailAfterCommit);
        foreach (var wait in new[] { 200, 400, 800 })
        {
            StartedAgainAfter(TimeSpan.FromMilliseconds(wait));
            Peers.Next("hello").Answer(1);
            Journal.NextWrite().End(WriteFate.Fail);
        }

        ExpectNoMsg(0);
    }

    [Fact]
    public void The_same_uuid_is_one_message_and_another_text_under_it_is_a_conflict_also_in_the_next_life()
    {
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Assert.Equal(FirstNumber, Ask<QueueResult.Queued>(Queueing("hello")).Message);
        Assert.Equal(FirstNumber, Ask<QueueResult.Known>(Queueing("hello")).Message);
        Ask<QueueResult.Conflict>(Queueing("hello") with { Text = "goodbye" });
        Crash();
        Assert.Equal(FirstNumber, Ask<QueueResult.Known>(Queueing("hello")).Message);
        Ask<QueueResult.Conflict>(Queueing("hello") with { Text = "goodbye" });
    }

    [Fact]
    public void What_has_left_memory_long_ago_is_still_known()
    {
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Queued(Enumerable.Range(0, 600).Select(i => $"m{i}"));
        Assert.Equal(FirstNumber, Ask<QueueResult.Known>(Queueing("m0")).Message);
        Ask<QueueResult.Conflict>(Queueing("m0") with { Text = "another" });
        Stored(Enumerable.Range(0, 600).Select(i => Incoming($"r{i}", i)));
        var looked = History.Lookups;
        Assert.Equal([1, 1], Stored(Incoming("r0", 0), Incoming("r1", 1)));
        Assert.Equal(looked + 1, History.Lookups);
        Assert.Equal(600, Events.OfType<MessageReceived>().Count());
        Assert.Equal(600, Events.OfType<MessageQueued>().Count());
    }

    [Fact]
    public void What_is_looked_up_is_looked_up_once_however_much_is_queued_meanwhile()
    {
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Queued(Enumerable.Range(0, 600).Select(i => $"m{i}"));
        var looked = History.Lookups;
        Queued(Enumerable.Range(0, 300).Select(i => $"more {i}"));
        Assert.Equal(looked + 300, History.Lookups);

        Tell(Queueing("made here") with { IsNew = true });
        ExpectMsg<QueueResult.Queued>();
        Assert.Equal(looked + 300, History.Lookups);
    }

    [Fact]
    public void A_long_journal_is_recovered_from_a_snapshot_and_goes_on_as_before()
    {
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Stored(Enumerable.Range(0, 1500).Select(i => Incoming($"r{i}", i)));
        var cursor = Journal.EventsOf(Friend).ElementAt(1400).Number;
        Assert.Equal(EventNumber.RowOf(FirstNumber) + 1, EventNumber.RowOf(cursor));
        Assert.Equal(cursor, Ask<ReadResult>(new MarkRead(Friend, cursor)).Cursor);
        Quiet();
        Crash();
        Assert.Equal(cursor, Ask<ReadResult>(new MarkRead(Friend, 10)).Cursor);
        Assert.Equal(1, Journal.Replayed);
        Assert.Equal([1], Stored(Incoming("r1499", 1499)));
        Assert.Equal(new ContactSequence(Friend, EventNumber.First(3)), Ask<ContactSequence>(new GetSequence(Friend)));
    }

    // Returns how many writes there were before the message was queued.
    private int DeliveredInALivelyConversation(string text)
    {
        for (var heard = 0; heard < CommitPace.Lively; heard++)
        {
            Stored(Incoming($"heard {heard}", heard));
        }

        Quiet();
        var writes = Journal.Writes;
        Queued(text);
        Peers.Next(text).Answer(1);
        Quiet();
        return writes;
    }
}
