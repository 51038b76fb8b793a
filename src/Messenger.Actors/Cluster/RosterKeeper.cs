using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>
/// Keeps the friend list of a cluster, on one member at a time. An answer leaves when every member that is reachable shows what it tells of, so
/// that whoever asks a contact on another member next is not refused as a stranger.
/// </summary>
internal sealed class RosterKeeper : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AudienceFor = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    // Until the read model has what the journal has: only then it tells who has something queued.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromSeconds(2);

    private readonly RosterServices _services;
    private readonly IRosterLease _lease;
    private readonly IActorRef _region;
    private readonly IActorRef _history;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, DateTimeOffset> _audience = [];
    private readonly List<Return> _returns = [];
    private IHeldLease? _held;
    private IActorRef _roster = ActorRefs.Nobody;
    private bool _isWatched;
    private long _told;
    private long _number;

    public RosterKeeper(RosterServices services, IActorRef region, IActorRef history, IRosterLease lease)
    {
        (_services, _region, _history, _lease) = (services, region, history, lease);
        Receive<Taken>(taken =>
        {
            _held = taken.Lease;
            var self = Self;
            _held.Lost.Register(() => self.Tell(Lost.Instance));
            _roster = Context.ActorOf(RosterHosting.SupervisedProps(_services, _region, _history), "roster");
            Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);
            Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));

            // The keeper before may have ended together with its member, or this is the first one.
            _history.Tell(new HistoryProtocol.CatchUp());
            Become(Keeping);
            Stash.UnstashAll();
        });
        Receive<Refused>(refused => Leave(refused.Error.Message));
        ReceiveAny(_ => Stash.Stash());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    protected override void PreStart() => _lease.TakeAsync(_stopping.Token).PipeTo(Self, success: held => new Taken(held), failure: error => new Refused(error));

    protected override void PostStop()
    {
        Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
        _stopping.Cancel();
        _stopping.Dispose();
        if (_held is { } held)
        {
            // A lease that cannot be given back ends with its connection.
            _ = Task.Run(async () => await held.DisposeAsync());
        }
    }

    private void Keeping()
    {
        Receive<RosterCall>(Take);
        Receive<Return>(answered =>
        {
            var version = _services.Board.Version;
            var others = version > _told ? Context.TellOthers(ClusterHosting.RosterFollowerName, new RosterGrew(version)) : 0;
            _told = Math.Max(_told, version);
            var waiting = answered with { Number = ++_number, Version = version, Missing = others };
            if (others == 0)
            {
                Give(waiting);
                return;
            }

            _returns.Add(waiting);
            Timers.StartSingleTimer(waiting.Number, new Overdue(waiting.Number), SeenWithin);
        });
        Receive<RosterSeen>(seen =>
        {
            foreach (var waiting in _returns.Where(r => r.Version <= seen.Version).ToArray())
            {
                Settle(waiting, waiting with { Missing = waiting.Missing - 1 });
            }
        });
        Receive<Overdue>(overdue =>
        {
            if (_returns.Find(r => r.Number == overdue.Number) is { } waiting)
            {
                Settle(waiting, waiting with { Missing = 0 });
            }
        });
        Receive<Look>(_ =>
        {
            Announce();
            TellAudience();
        });
        Receive<Lost>(_ => Leave("Another member keeps the friend list: this one was not heard for a while."));
        Receive<Unanswered>(_ => { });
        Receive<ClusterEvent.MemberRemoved>(_ =>
        {
            // Its contacts are nowhere until somebody has something for them, and the last that it committed may be in no read model.
            _history.Tell(new HistoryProtocol.CatchUp());
            Timers.StartSingleTimer(nameof(Sweep), Sweep.Instance, SweepAfter);
        });
        Receive<Sweep>(_ => _roster.Tell(new RosterProtocol.SweepNow()));
    }

    private void Take(RosterCall call)
    {
        switch (call.Command)
        {
            case RosterProtocol.AudienceChanged audience:
                _audience.Remove(call.Member);
                if (audience.Watching)
                {
                    _audience.Add(call.Member, _services.Time.GetUtcNow());
                }

                TellAudience();
                break;
            case RosterProtocol.IRosterNote note:
                _roster.Tell(note);
                break;
            default:
                var sender = Sender;
                _roster.Ask<object>(call.Command, AnswerWithin, _stopping.Token)
                    .PipeTo(Self, success: answer => new Return(0, call.Id, answer, sender, 0, 0), failure: _ => Unanswered.Instance);
                break;
        }
    }

    private void Settle(Return before, Return after)
    {
        _returns.Remove(before);
        if (after.Missing > 0)
        {
            _returns.Add(after);
            return;
        }

        Timers.Cancel(before.Number);
        Give(after);
    }

    private static void Give(Return answered) => answered.To.Tell(new RosterReturn(answered.Id, answered.Version, answered.Answer));

    // What nobody asked for, such as a call back that proved a key.
    private void Announce()
    {
        if (_services.Board.Version is var version && version > _told)
        {
            _told = version;
            Context.TellOthers(ClusterHosting.RosterFollowerName, new RosterGrew(version));
        }
    }

    private void TellAudience()
    {
        var now = _services.Time.GetUtcNow();
        foreach (var gone in _audience.Where(a => now - a.Value > AudienceFor).Select(a => a.Key).ToArray())
        {
            _audience.Remove(gone);
        }

        var isWatched = _audience.Count > 0;
        if (isWatched != _isWatched)
        {
            _isWatched = isWatched;
            _roster.Tell(new RosterProtocol.AudienceChanged(isWatched));
        }
    }

    // The process ends, and whoever supervises it starts it again: as a member, if it can be one.
    private void Leave(string reason)
    {
        if (!_stopping.IsCancellationRequested)
        {
            _log.Error("{0} This member ends.", reason);
            _ = CoordinatedShutdown.Get(Context.System).Run(MemberLeaves.Instance);
        }
    }

    private sealed record Taken(IHeldLease Lease) : INoSerializationVerificationNeeded;

    private sealed record Refused(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record Return(long Number, long Id, object Answer, IActorRef To, long Version, int Missing) : INoSerializationVerificationNeeded;

    private sealed record Overdue(long Number) : INoSerializationVerificationNeeded;

    private sealed class Unanswered : INoSerializationVerificationNeeded
    {
        public static readonly Unanswered Instance = new();
    }

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }

    private sealed class Lost : INoSerializationVerificationNeeded
    {
        public static readonly Lost Instance = new();
    }
}

/// <summary>A member has to leave by itself.</summary>
internal sealed class MemberLeaves : CoordinatedShutdown.Reason
{
    public static readonly MemberLeaves Instance = new();

    public override int ExitCode => 1;
}
