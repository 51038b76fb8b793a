using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>Tells the other members who was seen here: who came or went at once, of the others now and then.</summary>
internal sealed class PresenceExchange : ReceiveActor, IWithTimers
{
    private const int AtOnce = 500;
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TellAllEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly PresenceBoard _board;
    private readonly TimeProvider _time;
    private readonly IMembers _members;
    private readonly ConcurrentDictionary<ContactId, bool> _noted = new();
    private readonly HashSet<ContactId> _told = [];
    private DateTimeOffset _allToldAt;
    private ImmutableHashSet<ContactId> _online = [];

    public PresenceExchange(PresenceBoard board, TimeProvider time, IMembers members)
    {
        (_board, _time, _members) = (board, time, members);
        Receive<PresenceSeen>(seen =>
        {
            foreach (var contact in seen.Contacts)
            {
                _board.Learn(contact.Contact, new Presence(contact.LastConnect, contact.LastOnline) { Lost = contact.Lost }, _time.GetUtcNow());
            }
        });
        Receive<Tell>(_ => TellOthers());
        Receive<Look>(_ => LookForSilence());
        Receive<MemberCame>(_ =>
        {
            foreach (var contact in Online())
            {
                Note(contact);
            }
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _board.Noted += Note;
        _members.Follow(Context);
        Timers.StartPeriodicTimer(nameof(Tell), Tell.Instance, TellEvery);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);
    }

    protected override void PostStop() => _board.Noted -= Note;

    private void Note(ContactId contact) => _noted[contact] = true;

    private void TellOthers()
    {
        var now = _time.GetUtcNow();
        var all = now - _allToldAt >= TellAllEvery;
        _allToldAt = all ? now : _allToldAt;
        var due = new List<SeenByMember>();
        foreach (var contact in _noted.Keys)
        {
            var presence = _board.Of(contact);

            // Who is known to be online stays so for a while.
            if (all || presence.IsOnline(now) != _told.Contains(contact))
            {
                _noted.TryRemove(contact, out _);
                due.Add(new SeenByMember(contact, presence.LastConnect, presence.LastOnline, presence.Lost));
                _ = presence.IsOnline(now) ? _told.Add(contact) : _told.Remove(contact);
            }
        }

        foreach (var some in due.Chunk(AtOnce))
        {
            _members.TellOthers(ClusterHosting.PresenceName, new PresenceSeen([.. some]), Self);
        }
    }

    // The sweep of the friend list notices it on one member only.
    private void LookForSilence()
    {
        var online = Online();
        foreach (var contact in _online.Except(online))
        {
            _told.Remove(contact);
            _board.Silent(contact);
        }

        _online = online;
    }

    private ImmutableHashSet<ContactId> Online()
    {
        var now = _time.GetUtcNow();
        return [.. _board.All().Where(seen => seen.Presence.IsOnline(now)).Select(seen => seen.Contact)];
    }

    private sealed class Tell : INoSerializationVerificationNeeded
    {
        public static readonly Tell Instance = new();
    }

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
