using Messenger.Actors.Ports;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Tests.Contacts;

/// <summary>What a contact is told of what was read, and what is believed of what it tells.</summary>
public sealed class ContactReceiptTests : ContactWorld
{
    private static readonly TimeSpan Collected = TimeSpan.FromSeconds(3);

    [Fact]
    public void What_was_read_is_told_in_one_receipt_when_nothing_more_is_read_for_a_moment()
    {
        Rule();
        TakesReceipts();
        Stored(Incoming("one", 1), Incoming("two", 2), Incoming("three", 3));
        Read(0);
        Read(1);
        Read(2);
        Quiet();
        Assert.Empty(Receipts());

        Pass(Collected);
        Until(() => Events.OfType<ReceiptsTold>().Any());

        Assert.Equal(Received().Select(e => e.Id), Assert.Single(Receipts()).Ids.AsEnumerable());
        Pass(TimeSpan.FromMinutes(5));
        Quiet();
        Assert.Single(Receipts());
    }

    [Fact]
    public void A_contact_whose_node_has_not_said_that_it_takes_receipts_gets_none_also_when_it_says_so_later()
    {
        Rule();
        Stored(Incoming("one", 1), Incoming("two", 2));
        Read(0);
        TakesReceipts();
        Pass(TimeSpan.FromMinutes(5));
        Quiet();
        Assert.Empty(Receipts());

        Read(1);
        Pass(Collected);

        Until(() => Receipts().Length > 0);
        Assert.Equal([Received()[1].Id], Assert.Single(Receipts()).Ids.ToArray());
    }

    [Fact]
    public void An_owner_who_switched_receipts_off_tells_nothing_of_what_was_read_meanwhile_also_when_they_are_on_again()
    {
        Rule();
        TakesReceipts();
        Stored(Incoming("one", 1), Incoming("two", 2), Incoming("three", 3));
        Quiet();
        Crash();
        Services = Services with { Settings = Services.Settings with { Receipts = false } };
        Read(1);
        Pass(TimeSpan.FromMinutes(5));
        Quiet();
        Crash();
        Services = Services with { Settings = Services.Settings with { Receipts = true } };
        Read(2);
        Pass(Collected);

        Until(() => Receipts().Length > 0);
        Assert.Equal([Received()[2].Id], Assert.Single(Receipts()).Ids.ToArray());
    }

    [Fact]
    public void A_receipt_that_was_not_answered_is_told_again_also_in_the_next_life()
    {
        TakesReceipts();
        Stored(Incoming("one", 1));
        Read(0);
        Pass(Collected);
        var first = (PeerCall.Receipt)Peers.Next<PeerCall.Receipt>().Call;
        Crash();

        Tell(new PeerHeard(Friend));
        var again = Peers.Next<PeerCall.Receipt>();
        Assert.Equal(first.Ids.AsEnumerable(), ((PeerCall.Receipt)again.Call).Ids);
        again.Answer(1);
        Until(() => Events.OfType<ReceiptsTold>().Any());

        Crash();
        Tell(new PeerHeard(Friend));
        Quiet();
        Assert.Equal(0, Peers.Waiting);
    }

    [Fact]
    public void A_contact_that_is_away_is_not_called_for_receipts_for_ever_and_gets_them_when_it_is_back()
    {
        var calls = 0;
        Peers.Rules[FriendsAddress] = _ =>
        {
            calls++;
            return PeersByHand.Silence;
        };
        TakesReceipts();
        Stored(Incoming("one", 1));
        Read(0);
        for (var minute = 0; minute < 60; minute++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Routed();
        }

        Until(() => InMemory(Friend) is null);
        Assert.InRange(calls, 1, 5);

        Rule();
        Tell(new PeerHeard(Friend));
        Until(() => Events.OfType<ReceiptsTold>().Any());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    public void A_contact_that_knows_no_receipts_any_more_gets_none_until_it_says_otherwise(int httpStatus)
    {
        Peers.Rules[FriendsAddress] = call => call is PeerCall.Receipt ? new PeerReply.Rejected(httpStatus, null) : PeersByHand.Yes(call);
        TakesReceipts();
        Stored(Incoming("one", 1), Incoming("two", 2));
        Read(0);
        Pass(Collected);
        Until(() => Events.OfType<ReceiptsTold>().Any());
        Read(1);
        Pass(TimeSpan.FromMinutes(5));
        Quiet();

        Assert.Single(Receipts());
        Assert.Equal([PeerCaps.Receipts, PeerCaps.None], Events.OfType<CapsShown>().Select(e => e.Caps));
    }

    [Fact]
    public void Many_messages_are_told_in_several_receipts_each_once()
    {
        Rule();
        TakesReceipts();
        Stored(Enumerable.Range(0, 250).Select(i => Incoming($"m{i}", i)));
        Queued("between");
        Read(249);
        Pass(Collected);

        Until(() => Receipts().Length == 3);
        Assert.Equal([100, 100, 50], Receipts().Select(r => r.Ids.Length));
        Assert.Equal(Received().Select(e => e.Id), Receipts().SelectMany(r => r.Ids));
    }

    [Fact]
    public void What_could_not_be_opened_was_not_read()
    {
        Rule();
        TakesReceipts();
        Stored(new IncomingMessage(MessageId.Derive("1", "pgp", "-----"), "1", "pgp", "-----", null) { Unreadable = UnreadableReason.UnknownEnctype });
        Read(0);
        Pass(Collected);

        Until(() => Events.OfType<ReceiptsTold>().Any());
        Assert.Empty(Receipts());
    }

    [Fact]
    public void Only_a_friend_is_told_and_believed()
    {
        Rule();
        TakesReceipts();
        Stored(Incoming("one", 1));
        Queued("hello");
        Until(() => Events.OfType<MessagesDelivered>().Any());
        Befriend(Accepted(Friend, FriendsAddress) with { RelayOnly = true });
        Read(0);
        Pass(TimeSpan.FromMinutes(5));
        Quiet();

        Assert.Empty(Receipts());
        Assert.Equal(0, Ask<ReceiptTaken>(new TakeReceipt(Friend, [IdOf(0)])).Status);
        Assert.Empty(Events.OfType<MessagesRead>());
    }

    [Fact]
    public void A_delivered_message_that_the_contact_has_read_is_read_once()
    {
        Rule();
        Queued("hello", "and more");
        Until(() => Events.OfType<MessagesDelivered>().SelectMany(e => e.Messages).Count() == 2);

        Assert.Equal(1, Ask<ReceiptTaken>(new TakeReceipt(Friend, [IdOf(0), MessageId.Derive("1", "", "never written")])).Status);
        Assert.Equal(1, Ask<ReceiptTaken>(new TakeReceipt(Friend, [IdOf(0)])).Status);

        Assert.Equal(FirstNumber, Assert.Single(Assert.Single(Events.OfType<MessagesRead>()).Messages));
        Quiet();
        Assert.Empty(Receipts());
    }

    [Fact]
    public void A_receipt_for_what_was_never_written_to_this_contact_is_refused()
    {
        Rule();
        Queued("hello");
        Assert.Equal(0, Ask<ReceiptTaken>(new TakeReceipt(Friend, [MessageId.Derive("1", "", "never written")])).Status);
        Assert.Equal(0, Ask<ReceiptTaken>(new TakeReceipt(new ContactId("another"), [IdOf(0)])).Status);
        Assert.Empty(Events.OfType<MessagesRead>());
    }

    [Fact]
    public void A_receipt_for_a_message_whose_delivery_was_never_answered_proves_that_it_was_delivered()
    {
        Queued("hello");
        Peers.Next("hello").Answer(PeersByHand.Silence);
        Quiet();

        Assert.Equal(1, Ask<ReceiptTaken>(new TakeReceipt(Friend, [IdOf(0)])).Status);

        Assert.Equal(FirstNumber, Assert.Single(Assert.Single(Events.OfType<MessagesDelivered>()).Messages));
        Assert.Equal(FirstNumber, Assert.Single(Assert.Single(Events.OfType<MessagesRead>()).Messages));
        Assert.Equal(0, Quiet().Outbox);
    }

    private void Rule() => Peers.Rules[FriendsAddress] = PeersByHand.Yes;

    private void TakesReceipts()
    {
        Tell(new KeysShown(Friend, null, null, []) { Advertised = new(PeerCaps.Receipts) });
        Ask<ContactDiagnostics>(new GetDiagnostics(Friend));
    }

    private void Read(int index)
    {
        Ask<ReadResult>(new MarkRead(Friend, Journal.EventsOf(Friend).Where(e => e.Event is MessageReceived).ElementAt(index).Number));
        Quiet();
    }

    private MessageReceived[] Received() => [.. Events.OfType<MessageReceived>()];

    private PeerCall.Receipt[] Receipts() => [.. Peers.Ruled.Select(r => r.Call).OfType<PeerCall.Receipt>()];

    private MessageId IdOf(int index)
    {
        var queued = Events.OfType<MessageQueued>().ElementAt(index);
        return MessageId.Derive(queued.Timestamp, "", queued.Text!);
    }
}
