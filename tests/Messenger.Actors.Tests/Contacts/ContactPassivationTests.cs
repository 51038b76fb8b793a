using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Tests.Contacts;

public sealed class ContactPassivationTests : ContactWorld
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void With_nothing_due_a_contact_leaves_memory_after_a_minute_and_any_message_wakes_it()
    {
        Assert.Equal([1], Stored(Incoming("hello")));
        Quiet();
        Pass(Minute - TimeSpan.FromMilliseconds(1));
        Quiet();
        Assert.NotNull(InMemory(Friend));
        Pass(TimeSpan.FromMilliseconds(1));
        Gone();

        Pass(TimeSpan.FromHours(1));
        Routed();
        Assert.Null(InMemory(Friend));
        Assert.Equal(new ContactSequence(Friend, FirstNumber), Ask<ContactSequence>(new GetSequence(Friend)));
    }

    [Fact]
    public void With_something_to_deliver_a_contact_stays_in_memory()
    {
        Peers.Rules[FriendsAddress] = _ => PeersByHand.Silence;
        Queued("hello");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(1, Quiet().Outbox);
            Pass(Minute);
        }

        Assert.Equal(1, Journal.Recoveries);
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Quiet(); // the try that the last minute set off may still have met the silence
        Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(0, Quiet().Outbox);
    }

    [Fact]
    public void What_arrives_while_a_contact_is_leaving_memory_is_answered_by_its_next_life()
    {
        Quiet();
        Journal.Held = true;
        Queue("under way");
        var write = Journal.NextWrite();
        Region.Tell(ContactRegion.Passivate.Instance, InMemory(Friend)!);
        Tell(new StoreMessages(Friend, [Incoming("one")]));
        Tell(new StoreMessages(Friend, [Incoming("two")]));
        Routed();
        Journal.Held = false;
        write.End(WriteFate.Commit);

        Assert.Equal(FirstNumber, ExpectMsg<QueueResult.Queued>().Message);
        ExpectNoMsg(0);
        Assert.Equal(1, Journal.Recoveries);
        Peers.Next("under way").Answer(1);
        ExpectMsg<MessagesStored>();
        ExpectMsg<MessagesStored>();
        Assert.Equal(2, Journal.Recoveries);
        Assert.Equal(["one", "two"], Events.OfType<MessageReceived>().Select(m => m.Text));
        Assert.Equal([FirstNumber], Events.OfType<MessagesDelivered>().Single().Messages.ToArray());
    }

    [Fact]
    public void At_start_a_contact_is_pinged_once_and_then_left_alone()
    {
        Tell(new Wake(Friend, WakeReason.Started));
        Peers.Next<PeerCall.Ping>().Answer(new PeerReply.Pong());
        Until(() => Presence.Of(Friend).IsOnline(Time.GetUtcNow()));
        Quiet();
        Pass(Minute);
        Gone();
        Assert.Equal(0, Peers.Waiting);
    }

    [Fact]
    public void A_contact_that_is_watched_is_pinged_each_minute_and_no_longer_than_that()
    {
        Peers.Rules[FriendsAddress] = PeersByHand.Yes;
        Tell(new Wake(Friend, WakeReason.Watched));
        Quiet();
        Assert.Single(Peers.Ruled);
        Pass(Minute);
        Quiet();
        Assert.Equal(2, Peers.Ruled.Count);
        Pass(Minute);
        Quiet();
        Assert.Equal(2, Peers.Ruled.Count);
        Pass(Minute);
        Gone();
    }
}
