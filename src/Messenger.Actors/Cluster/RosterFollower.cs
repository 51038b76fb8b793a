using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>
/// The friend list as a member sees it. It reads the journal of the list like the list itself, and writes nothing. What is to be done goes to the
/// keeper; an answer is passed on when the member shows what it tells of.
/// </summary>
internal sealed class RosterFollower : ReceivePersistentActor, IWithTimers
{
    private const int RowsPerRead = 500;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AudienceEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    private readonly RosterServices _services;
    private readonly IActorRef _region;
    private readonly IActorRef _keeper;
    private readonly IJournalReader _journal;
    private readonly IMembers _members;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<long, (IActorRef Asker, DateTimeOffset At)> _asked = [];
    private readonly List<RosterReturn> _early = [];
    private readonly List<(RosterGrew Hint, IActorRef Teller)> _hints = [];
    private readonly HashSet<ContactId> _changed = [];
    private IActorRef _waking = ActorRefs.Nobody;
    private RosterState _state = RosterState.Empty;
    private ContactDirectory _directory = ContactDirectory.Empty;
    private long _version;
    private long _shown;
    private long _asks;
    private bool _isReading;
    private bool _readAgain;
    private bool _isWatching;
    private bool _isNews;

    public RosterFollower(RosterServices services, IActorRef region, IActorRef keeper, IJournalReader journal, IMembers members)
    {
        (_services, _region, _keeper, _journal, _members) = (services, region, keeper, journal, members);
        Recover<SnapshotOffer>(offer => _state = RosterState.From((RosterSnapshot)offer.Snapshot, services.Vault.Open));
        Recover<RosterEvent>(Apply);
        Command<RosterProtocol.IRosterNote>(note =>
        {
            _isWatching = note is RosterProtocol.AudienceChanged audience ? audience.Watching : _isWatching;
            _keeper.Tell(new RosterCall(0, _members.Own, note));
        });
        Command<RosterProtocol.IRosterCommand>(command =>
        {
            _asked.Add(++_asks, (Sender, _services.Time.GetUtcNow()));
            _keeper.Tell(new RosterCall(_asks, _members.Own, command));
        });
        Command<RosterReturn>(answer =>
        {
            _early.Add(answer);
            Release();
            ReadIfBehind();
        });
        Command<RosterGrew>(hint =>
        {
            _hints.Add((hint, Sender));
            Release();
            ReadIfBehind();
        });
        Command<ReadBack>(Take);
        Command<Status.Failure>(failed =>
        {
            _isReading = false;
            _log.Warning(failed.Cause, "Changes of the friend list could not be read; it is tried again in {0}.", LookEvery);
        });
        Command<Look>(_ =>
        {
            foreach (var old in _asked.Where(a => _services.Time.GetUtcNow() - a.Value.At > ForgetAfter).Select(a => a.Key).ToArray())
            {
                _asked.Remove(old);
            }

            Read();
        });
        Command<TellAudience>(_ =>
        {
            if (_isWatching)
            {
                _keeper.Tell(new RosterCall(0, _members.Own, new RosterProtocol.AudienceChanged(true)));
            }
        });
    }

    public override string PersistenceId => PersistenceIds.Roster;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReplaySuccess()
    {
        (_version, _shown) = (LastSequenceNr, LastSequenceNr);
        _waking = Context.ActorOf(Props.Create(() => new PacedWaking(_services.Board, _region)), "waking");
        Publish(RosterActor.DirectoryOf(_state, _services), [.. _state.Rows.Keys.Union(_services.Board.Current.All.Select(profile => profile.Id))]);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);
        Timers.StartPeriodicTimer(nameof(TellAudience), TellAudience.Instance, AudienceEvery);
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        base.PostStop();
    }

    private void Apply(RosterEvent happened) => _state = _state.Apply(happened, _services.Vault.Open);

    private void ReadIfBehind()
    {
        if (_early.Exists(a => a.Version > _version) || _hints.Exists(h => h.Hint.Version > _version))
        {
            Read();
        }
    }

    private void Read()
    {
        _readAgain = _isReading;
        if (!_isReading)
        {
            _isReading = true;
            _journal.ReadAsync(PersistenceId, _version + 1, RowsPerRead, _stopping.Token).PipeTo(Self, success: slice => new ReadBack(slice));
        }
    }

    private void Take(ReadBack read)
    {
        _isReading = false;
        RosterEvent[] events = [.. read.Slice.Events.Cast<RosterEvent>()];
        Array.ForEach(events, Apply);
        _version += events.Length;
        _isNews |= events.Any(RosterActor.IsShown);
        _changed.UnionWith(RosterActor.ChangedBy(events));
        if (events.Length == RowsPerRead)
        {
            Read();
            return;
        }

        if (_isNews)
        {
            ContactId[] changed = [.. _changed];
            _changed.Clear();
            _isNews = false;
            Publish(_directory.With(changed.Select(id => (id, _state.Find(id)?.Profile))), changed);
        }

        _shown = _version;
        Release();
        if (_readAgain)
        {
            Read();
        }
    }

    private void Publish(ContactDirectory directory, ContactId[] changed)
    {
        _directory = directory;
        if (_services.Board.Publish(directory, _version) is not { } before)
        {
            return;
        }

        foreach (var id in changed)
        {
            if (_state.Find(id) is not { } row)
            {
                _services.Presence.Forget(id);
                continue;
            }

            _services.Presence.Restore(id, row.LastConnect, row.LastOnline);
        }

        // A contact that lives here was woken when its profile changed at the keeper, perhaps before this member saw it.
        if (before.Count > 0)
        {
            PacedWaking.TellChanged([.. changed.Where(id => RosterActor.IsNews(before.ById(id), _state.Find(id)?.Profile))], _region, _waking);
        }
    }

    private void Release()
    {
        foreach (var answer in _early.Where(a => a.Version <= _shown).ToArray())
        {
            _early.Remove(answer);
            if (_asked.Remove(answer.Id, out var asked))
            {
                asked.Asker.Tell(answer.Answer);
            }
        }

        foreach (var hint in _hints.Where(h => h.Hint.Version <= _shown).ToArray())
        {
            _hints.Remove(hint);
            hint.Teller.Tell(new RosterSeen(_members.Own, _shown));
        }
    }

    private sealed record ReadBack(JournalSlice Slice) : INoSerializationVerificationNeeded;

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }

    private sealed class TellAudience : INoSerializationVerificationNeeded
    {
        public static readonly TellAudience Instance = new();
    }
}
