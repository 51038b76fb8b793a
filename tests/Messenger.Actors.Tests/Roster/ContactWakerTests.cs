using Akka.Actor;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Contacts.ContactProtocol;
using static Messenger.Actors.Roster.RosterProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Roster;

public sealed class ContactWakerTests : RosterWorld
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void At_start_those_with_something_waiting_are_woken_first_and_nobody_before_the_read_model_is_ready()
    {
        var friends = Imported(30);
        Outboxes.Outboxes = [friends[7]];
        Relays.Holdings = [new RelayHolding(friends[11], 2, 100)];
        Start();
        var waker = AskedForReadiness();
        Scheduler.Advance(TimeSpan.FromSeconds(10));
        Region.ExpectNoMsg(0);

        Ready(waker);
        Assert.Equal([new Wake(friends[7], WakeReason.OutboxWaiting), new Wake(friends[11], WakeReason.RelayedWaiting)], Wakes(2));
        Assert.Equal(8, Wakes(8).Length);
        Region.ExpectNoMsg(0);
        Scheduler.Advance(Step);
        Assert.Equal(10, Wakes(10).Length);
        Region.ExpectNoMsg(0);
        Scheduler.Advance(Step);
        Scheduler.Advance(Step);
        var last = Wakes(12);
        Assert.All(last, wake => Assert.Equal(WakeReason.Started, wake.Reason));
        Assert.Distinct(last);
    }

    [Fact]
    public void The_many_of_an_import_are_woken_in_their_turn_and_one_that_changes_meanwhile_is_not_behind_them()
    {
        var roster = Start();
        var entries = Enumerable.Range(1, 35).Select(i => new ContactListEntry(Address.Parse($"10.0.0.{i}"), "", null, null, true, $"k{i}", $"i{i}"));
        Ask<ImportResult>(roster, new ImportContacts([.. entries]));
        Assert.Equal(10, Wakes(10).Length);
        Region.ExpectNoMsg(0);

        var added = Add(roster, "10.0.1.1");
        Assert.Equal(new Wake(added.Id, WakeReason.ProfileChanged), Region.ExpectMsg<Wake>());
        Region.ExpectNoMsg(0);
        Scheduler.Advance(Step);
        Assert.All(Wakes(10), wake => Assert.Equal(WakeReason.ProfileChanged, wake.Reason));
        Scheduler.Advance(Step);
        Wakes(10);
        Scheduler.Advance(Step);
        Wakes(5);
        Region.ExpectNoMsg(0);
    }

    [Fact]
    public void Whoever_has_something_waiting_is_woken_at_each_sweep_and_what_expired_is_dropped()
    {
        var friends = Imported(2);
        Start();
        Ready();
        Wakes(2);
        Outboxes.Outboxes = [friends[1], new ContactId("removed")];
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(new Wake(friends[1], WakeReason.OutboxWaiting), Region.ExpectMsg<Wake>());
        Region.ExpectNoMsg(0);
        Assert.Equal(2, Relays.Expired.Count);
    }

    [Fact]
    public void While_a_GUI_looks_friends_are_watched()
    {
        Imported(3);
        var roster = Start();
        Ready();
        Wakes(3);
        roster.Tell(new AudienceChanged(true));
        Assert.All(Wakes(3), wake => Assert.Equal(WakeReason.Watched, wake.Reason));
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        Assert.All(Wakes(3), wake => Assert.Equal(WakeReason.Watched, wake.Reason));
        roster.Tell(new AudienceChanged(false));
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        Region.ExpectNoMsg(0);
    }

    [Fact]
    public void Who_fell_silent_is_reported_once()
    {
        var friend = Imported(1)[0];
        var changes = new List<bool>();
        Presence.Changed += id => changes.Add(Presence.Of(id).IsOnline(Time.GetUtcNow()));
        Start();
        Presence.Heard(friend, Time.GetUtcNow());
        Ready();
        Wakes(1);
        for (var sweep = 0; sweep < 6; sweep++)
        {
            Pass(TimeSpan.FromSeconds(30));
            AwaitAssert(() => Assert.Equal(sweep + 2, Relays.Expired.Count));
        }

        Assert.Equal([true, false], changes);
    }

    /// <summary>Friends of an earlier run.</summary>
    private ContactId[] Imported(int count)
    {
        var roster = Start();
        var entries = Enumerable.Range(1, count).Select(i => new ContactListEntry(Address.Parse($"10.0.0.{i}"), "", null, null, true, $"k{i}", $"i{i}"));
        Ask<ImportResult>(roster, new ImportContacts([.. entries]));
        WakesInTurn(count);
        Stop(roster);
        return [.. Enumerable.Range(1, count).Select(i => At($"10.0.0.{i}").Id)];
    }

    private Wake[] WakesInTurn(int count)
    {
        var wakes = Wakes(Math.Min(count, 10));
        for (var left = count - 10; left > 0; left -= 10)
        {
            Region.ExpectNoMsg(0);
            Scheduler.Advance(Step);
            wakes = [.. wakes, .. Wakes(Math.Min(left, 10))];
        }

        return wakes;
    }

    private IActorRef AskedForReadiness()
    {
        History.FishForMessage<HistoryProtocol.WaitUntilReady>(_ => true);
        return History.LastSender;
    }

    private void Ready() => Ready(AskedForReadiness());

    private void Ready(IActorRef waker)
    {
        waker.Tell(new HistoryProtocol.Ready());
        AwaitAssert(() => Assert.NotEmpty(Relays.Expired));
    }
}
