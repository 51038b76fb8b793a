using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>
/// Wakes contacts, which exist on demand: each once at start, those with something queued first; whoever has something waiting, at each
/// sweep; friends while a GUI looks. Each in its turn. Also notices who fell silent.
/// </summary>
internal sealed class ContactWaker : ReceiveActor, IWithTimers, IDisposable
{
    public static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);

    private readonly RosterServices _services;
    private readonly IActorRef _waking;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Random _order;
    private ImmutableHashSet<ContactId> _online = [];
    private bool _started;
    private bool _watching;

    public ContactWaker(RosterServices services, IActorRef waking, IActorRef history)
    {
        _services = services;
        _waking = waking;
        _order = services.Order();
        Receive<AskHistory>(_ => history.Tell(new HistoryProtocol.WaitUntilReady()));
        Receive<HistoryProtocol.Ready>(_ =>
        {
            Timers.Cancel(nameof(AskHistory));
            Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, SweepEvery);
            Look();
        });
        Receive<Sweep>(_ => Look());
        Receive<RosterProtocol.SweepNow>(_ => Look());
        Receive<Waiting>(WakeWaiting);
        Receive<Status.Failure>(failed => _log.Warning(failed.Cause, "What waits for contacts could not be read; the next sweep tries again."));
        Receive<RosterProtocol.AudienceChanged>(audience =>
        {
            _watching = audience.Watching;
            Watch();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(AskHistory), AskHistory.Instance, AskAgainAfter);
        Self.Tell(AskHistory.Instance);
    }

    public void Dispose() => _stopping.Dispose();

    protected override void PostStop()
    {
        _stopping.Cancel();
        Dispose();
    }

    private void Look()
    {
        var now = _services.Time.GetUtcNow();
        var online = _services.Presence.All().Where(seen => seen.Presence.IsOnline(now)).Select(seen => seen.Contact).ToImmutableHashSet();
        foreach (var contact in _online.Except(online))
        {
            _services.Presence.Silent(contact);
        }

        _online = online;
        Watch();
        ReadAsync(now).PipeTo(Self);
    }

    private async Task<Waiting> ReadAsync(DateTimeOffset now)
    {
        await _services.Relays.ExpireAsync(now, _stopping.Token);
        return new Waiting(await _services.History.WithOutboxAsync(_stopping.Token), await _services.Relays.HoldingsAsync(_stopping.Token));
    }

    private void WakeWaiting(Waiting waiting)
    {
        ContactId[] friends = _started ? [] : Shuffled(p => p.Standing is ContactStanding.Accepted or ContactStanding.Requested);
        _started = true;
        _waking.Tell(new PacedWaking.InTurn(
        [
            .. PacedWaking.Wakes(waiting.Outbox, ContactProtocol.WakeReason.OutboxWaiting),
            .. PacedWaking.Wakes(waiting.Holdings.Select(h => h.Recipient), ContactProtocol.WakeReason.RelayedWaiting),
            .. PacedWaking.Wakes(friends, ContactProtocol.WakeReason.Started),
        ]));
    }

    private void Watch()
    {
        if (_watching)
        {
            _waking.Tell(new PacedWaking.InTurn([.. PacedWaking.Wakes(Shuffled(p => p.Standing == ContactStanding.Accepted), ContactProtocol.WakeReason.Watched)]));
        }
    }

    private ContactId[] Shuffled(Func<ContactProfile, bool> which)
    {
        var contacts = _services.Board.Current.All.Where(which).Select(p => p.Id).ToArray();
        _order.Shuffle(contacts);
        return contacts;
    }

    private sealed class AskHistory : INoSerializationVerificationNeeded
    {
        public static readonly AskHistory Instance = new();
    }

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }

    private sealed record Waiting(ImmutableArray<ContactId> Outbox, ImmutableArray<RelayHolding> Holdings) : INoSerializationVerificationNeeded;
}
