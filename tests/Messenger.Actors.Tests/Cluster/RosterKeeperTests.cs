using Akka.Actor;
using Messenger.Actors.Cluster;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Tests.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Cluster;

public sealed class RosterKeeperTests : RosterWorld
{
    private readonly MembersByHand _members;
    private readonly Lease _lease = new();
    private long _calls;

    public RosterKeeperTests() => _members = new(this);

    [Fact]
    public void A_change_is_answered_when_every_other_member_shows_it()
    {
        var (second, third) = (_members.Add("second"), _members.Add("third"));
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        var version = second.ExpectMsg<RosterGrew>().Version;
        third.ExpectMsg<RosterGrew>();
        keeper.Tell(new RosterSeen("second", version));

        // Saying it again does not count for the other one.
        keeper.Tell(new RosterSeen("second", version));
        ExpectNoAnswer(keeper);
        keeper.Tell(new RosterSeen("third", version));
        Assert.Equal(version, ExpectMsg<RosterReturn>().Version);
    }

    [Fact]
    public void An_answer_that_changes_nothing_more_waits_for_what_is_still_on_its_way()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        var version = second.ExpectMsg<RosterGrew>().Version;
        Call(keeper, Add(Anna));
        second.ExpectMsg<RosterGrew>();
        ExpectNoAnswer(keeper);
        keeper.Tell(new RosterSeen("second", version));
        Assert.IsType<RosterProtocol.AddResult.Added>(ExpectMsg<RosterReturn>().Answer);
        Assert.IsType<RosterProtocol.AddResult.Exists>(ExpectMsg<RosterReturn>().Answer);
    }

    [Fact]
    public void Who_has_seen_everything_is_not_asked_again()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        keeper.Tell(new RosterSeen("second", second.ExpectMsg<RosterGrew>().Version));
        ExpectMsg<RosterReturn>();
        Call(keeper, Add(Anna));
        ExpectMsg<RosterReturn>();
        second.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_member_that_falls_silent_holds_no_answer_up()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        second.ExpectMsg<RosterGrew>();
        ExpectNoAnswer(keeper);
        keeper.Tell(new MemberSilent("second"));
        ExpectMsg<RosterReturn>();
    }

    [Fact]
    public void A_member_that_is_gone_holds_no_answer_up()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        second.ExpectMsg<RosterGrew>();
        keeper.Tell(new MemberGone("second"));
        ExpectMsg<RosterReturn>();
    }

    [Fact]
    public void A_member_that_says_nothing_holds_an_answer_up_for_a_second()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        second.ExpectMsg<RosterGrew>();
        ExpectNoAnswer(keeper);
        Pass(TimeSpan.FromSeconds(1));
        ExpectMsg<RosterReturn>();
    }

    [Fact]
    public void A_member_that_has_come_back_has_seen_nothing_yet()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        var version = second.ExpectMsg<RosterGrew>().Version;
        keeper.Tell(new RosterSeen("second", version));
        ExpectMsg<RosterReturn>();
        keeper.Tell(new MemberGone("second"));
        keeper.Tell(new MemberCame("second"));
        Call(keeper, Add(Anna));
        Assert.Equal(version, second.ExpectMsg<RosterGrew>().Version);
        ExpectNoAnswer(keeper);
    }

    [Fact]
    public void Members_that_did_not_say_that_they_have_seen_a_change_are_told_of_it_again()
    {
        var second = _members.Add("second");
        var keeper = StartKeeper();
        Call(keeper, Add(Anna));
        var version = second.ExpectMsg<RosterGrew>().Version;
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(version, second.ExpectMsg<RosterGrew>().Version);
    }

    [Fact]
    public void Nothing_is_decided_before_the_list_is_the_keepers()
    {
        var keeper = Sys.ActorOf(Keeper);
        Call(keeper, Add(Anna));
        ExpectNoAnswer(keeper);
        _lease.Give();
        ExpectMsg<RosterReturn>();
    }

    [Fact]
    public async Task The_member_ends_when_somebody_else_keeps_the_list()
    {
        StartKeeper();
        _lease.Lose();
        await Sys.WhenTerminated.WaitAsync(RemainingOrDefault);
    }

    [Fact]
    public void What_a_member_left_behind_is_looked_for_when_it_is_gone()
    {
        var keeper = StartKeeper();
        History.FishForMessage<HistoryProtocol.WaitUntilReady>(_ => true);
        var waker = History.LastSender;
        Call(keeper, Add(Anna));
        ExpectMsg<RosterReturn>();
        waker.Tell(new HistoryProtocol.Ready(), History.Ref);
        ExpectWake(ContactProtocol.WakeReason.Started);
        Outboxes.Outboxes = [At(Anna).Id];
        keeper.Tell(new MemberGone("second"));
        History.FishForMessage<HistoryProtocol.CatchUp>(_ => true);
        Pass(TimeSpan.FromSeconds(2));
        ExpectWake(ContactProtocol.WakeReason.OutboxWaiting);
    }

    private Props Keeper => Props.Create(() => new RosterKeeper(Services, Region, History, _lease, _members));

    private static RosterProtocol.AddContact Add(string address) => new(Address.Parse(address), "");

    private IActorRef StartKeeper()
    {
        var keeper = Sys.ActorOf(Keeper);
        _lease.Give();
        History.FishForMessage<HistoryProtocol.Announce>(_ => true);
        return keeper;
    }

    private void Call(IActorRef keeper, RosterProtocol.IRosterCommand command) => keeper.Tell(new RosterCall(++_calls, "caller", command), TestActor);

    // Whatever the keeper was told before has been dealt with when it has answered this.
    private void ExpectNoAnswer(IActorRef keeper)
    {
        keeper.Tell(new Identify(0), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    private void ExpectWake(ContactProtocol.WakeReason reason) => Region.FishForMessage<ContactProtocol.Wake>(wake => wake.Reason == reason);

    private sealed class Lease : IRosterLease, IHeldLease
    {
        private readonly TaskCompletionSource<IHeldLease> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _lost = new();

        public CancellationToken Lost => _lost.Token;

        public void Give() => _given.TrySetResult(this);

        public void Lose() => _lost.Cancel();

        public Task<IHeldLease> TakeAsync(CancellationToken cancellation) => _given.Task;

        public ValueTask DisposeAsync()
        {
            _lost.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
