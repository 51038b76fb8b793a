using System.Collections.Immutable;
using Akka.Actor;
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
    private readonly IMembers _members;
    private readonly IActorRef _region;
    private readonly IActorRef _history;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, DateTimeOffset> _audience = [];
    private readonly Dictionary<string, long> _seen = [];
    private readonly Dictionary<long, (Return Answer, ImmutableHashSet<string> Missing)> _waiting = [];
    private IHeldLease? _held;
    private IActorRef _roster = ActorRefs.Nobody;
    private bool _isWatched;
    private long _number;

    public RosterKeeper(RosterServices services, IActorRef region, IActorRef history, IRosterLease lease, IMembers members)
    {
        (_services, _region, _history, _lease, _members) = (services, region, history, lease, members);
        Receive<Taken>(taken =>
        {
            _held = taken.Lease;
            var self = Self;
            _held.Lost.Register(() => self.Tell(Lost.Instance));
            _roster = Context.ActorOf(RosterHosting.SupervisedProps(_services, _region, _history), "roster");
            Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);
            _members.Follow(Context);

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
        Receive<Return>(GiveWhenSeen);
        Receive<RosterSeen>(seen =>
        {
            _seen[seen.Member] = Math.Max(seen.Version, _seen.GetValueOrDefault(seen.Member));
            WaitNoMoreFor(seen.Member, seen.Version);
        });
        Receive<Overdue>(overdue => Give(overdue.Number));
        Receive<MemberCame>(came => Forget(came.Member));
        Receive<MemberSilent>(silent => Forget(silent.Member));
        Receive<Look>(_ =>
        {
            Announce();
            TellAudience();
        });
        Receive<Lost>(_ => Leave("Another member keeps the friend list: this one was not heard for a while."));
        Receive<Unanswered>(_ => { });
        Receive<MemberGone>(gone =>
        {
            Forget(gone.Member);

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
                    .PipeTo(Self, success: answer => new Return(call.Id, answer, sender), failure: _ => Unanswered.Instance);
                break;
        }
    }

    private void GiveWhenSeen(Return answered)
    {
        Announce();
        var missing = Behind().ToImmutableHashSet();
        _waiting.Add(++_number, (answered with { Version = _services.Board.Version }, missing));
        if (missing.IsEmpty)
        {
            Give(_number);
        }
        else
        {
            Timers.StartSingleTimer(_number, new Overdue(_number), SeenWithin);
        }
    }

    // Also what nobody asked for, such as a call back that proved a key.
    private void Announce()
    {
        foreach (var member in Behind())
        {
            _members.Tell(member, ClusterHosting.RosterFollowerName, new RosterGrew(_services.Board.Version), Self);
        }
    }

    private IEnumerable<string> Behind() => _members.Others.Where(member => _seen.GetValueOrDefault(member) < _services.Board.Version);

    // Whoever comes at the same address afterwards has seen nothing yet.
    private void Forget(string member)
    {
        _seen.Remove(member);
        WaitNoMoreFor(member, long.MaxValue);
    }

    private void WaitNoMoreFor(string member, long version)
    {
        foreach (var (number, (answer, missing)) in _waiting.Where(w => w.Value.Answer.Version <= version && w.Value.Missing.Contains(member)).OrderBy(w => w.Key).ToArray())
        {
            _waiting[number] = (answer, missing.Remove(member));
            if (missing.Count == 1)
            {
                Give(number);
            }
        }
    }

    private void Give(long number)
    {
        if (_waiting.Remove(number, out var due))
        {
            Timers.Cancel(number);
            due.Answer.To.Tell(new RosterReturn(due.Answer.Id, due.Answer.Version, due.Answer.Answer));
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

    private sealed record Return(long Id, object Answer, IActorRef To, long Version = 0) : INoSerializationVerificationNeeded;

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
