using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Messenger.Actors.History;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Roster.RosterProtocol;

namespace Messenger.Actors.Roster;

/// <summary>
/// The friend list as a persistent actor. Commands are decided against the state with everything that waits for its commit, and leave
/// together as one commit; the answers leave after it, when gateways and contacts see the new list already.
/// </summary>
public sealed partial class RosterActor : ReceivePersistentActor, IWithTimers, IDisposable
{
    private const int MaxResolutions = 4;
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ResolverBusy = TimeSpan.FromSeconds(5);

    private readonly RosterServices _services;
    private readonly IActorRef _region;
    private readonly IActorRef _history;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly OriginRates _rates;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<ContactId> _verifying = [];
    private readonly HashSet<ContactId> _removing = [];
    private readonly List<RosterEvent> _events = [];
    private readonly List<Action> _afterCommit = [];
    private RosterState _state = RosterState.Empty;
    private ContactDirectory _directory = ContactDirectory.Empty;
    private IActorRef _waker = ActorRefs.Nobody;
    private IActorRef _waking = ActorRefs.Nobody;
    private int _resolving;
    private bool _flushing;
    private long _lastSnapshot;
    private long _previousSnapshot;

    /// <summary>Creates the roster.</summary>
    /// <param name="services">What it works with.</param>
    /// <param name="region">The contacts.</param>
    /// <param name="history">The read model's writer.</param>
    public RosterActor(RosterServices services, IActorRef region, IActorRef history)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
        _region = region;
        _history = history;
        var limits = services.Policy.Limits;
        _rates = new OriginRates(limits.PerOrigin, limits.InAll, limits.Window);
        Recover<SnapshotOffer>(Restore);
        Recover<RosterEvent>(e => _state = _state.Apply(e, services.Vault.Open));
        OwnerCommands();
        InviteCommands();
        WireCommands();
        Upkeep();
        Command<Flush>(_ => Persist());
        Command<Status.Failure>(failed => _log.Warning(failed.Cause, "What a blocked contact left to carry could not be deleted."));
        Command<SaveSnapshotSuccess>(saved => KeepTwo(saved.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(failed => _log.Warning(failed.Cause, "The friend list could not be written as a snapshot; its journal is complete."));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots of the friend list could not be deleted."));
    }

    /// <inheritdoc />
    public override string PersistenceId => PersistenceIds.Roster;

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    private RosterPolicy Policy => _services.Policy;

    /// <inheritdoc />
    protected override void OnReplaySuccess()
    {
        foreach (var row in _state.Rows.Values)
        {
            _services.Presence.Restore(row.Id, row.LastConnect, row.LastOnline);
        }

        Publish(DirectoryOf(_state, _services));
        _history.Tell(new HistoryProtocol.Announce(PersistenceId, LastSequenceNr));
        _waking = Context.ActorOf(Props.Create(() => new PacedWaking(_services.Board, _region)), "waking");
        _waker = Context.ActorOf(Props.Create(() => new ContactWaker(_services, _waking, _history)), "waker");
        Timers.StartPeriodicTimer(nameof(UpkeepDue), UpkeepDue.Instance, UpkeepEvery);
        Self.Tell(UpkeepDue.Instance);
    }

    /// <inheritdoc />
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopping.Cancel();
        Dispose();
        base.PostStop();
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private void OwnerCommands()
    {
        Command<AddContact>(c => Commit(OwnerDecisions.Add(_state, Policy, c.Address, c.Nick, Now, _services.Fresh()), Added));
        Command<FollowLink>(c => Commit(
            OwnerDecisions.Follow(_state, Policy, new FollowedLink(c.Addresses, c.Identity, _services.Hold(c.Code), c.Known), c.Nick, Now, _services.Fresh()), Added));
        Command<EditContact>(c => Commit(
            OwnerDecisions.Edit(_state, Policy, new ContactEdited(Now, c.Contact, c.Nick, null, c.CanResend, c.MayRelay, c.Muted), c.Addresses), Result));
        Command<AcceptContact>(c => Commit(OwnerDecisions.Accept(_state, c.Contact, Now, _services.Fresh()), Result));
        Command<DenyContact>(c => Commit(OwnerDecisions.Deny(_state, c.Contact, Now), Result));
        Command<BlockContact>(c => Commit(OwnerDecisions.Block(_state, c.Contact, Now), Result));
        Command<RemoveContact>(c => Commit(OwnerDecisions.Remove(_state, c.Contact, Now), Result));
        Command<DecideKeyChange>(c => Commit(OwnerDecisions.DecideKeyChange(_state, c.Contact, c.Take, Now), Result));
        Command<ImportContacts>(c => Commit(RosterUpkeep.Import(_state, Policy, c.Entries.Select(Row), Now), Imported));
    }

    private void InviteCommands()
    {
        Command<MakeInvite>(c =>
        {
            var code = _services.InviteCode();
            Commit(InviteDecisions.Make(_state, _services.InviteId(), _services.Vault.LookupHash(code), c.Note, c.Life, Now), answer => answer switch
            {
                RosterAnswer.InviteMade made => new InviteResult.Made(_state.Invites[made.Invite], code),
                RosterAnswer.Rejected rejected => new InviteResult.Rejected(rejected.Code, rejected.Detail),
                _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
            });
        });
        Command<EndInvite>(c => Commit(InviteDecisions.End(_state, c.Invite, Now), answer => new InviteEndResult(answer is not RosterAnswer.NotFound)));
        Command<GetInvites>(_ => Commit(
            new RosterDecision(new RosterAnswer.Noted(), []), _ => new InviteList([.. _state.Invites.Values.OrderByDescending(invite => invite.MadeAt)])));
    }

    private void WireCommands()
    {
        Command<ReceiveHandshake>(Resolve);
        Command<Resolved>(resolved =>
        {
            _resolving--;
            Receive(resolved.Handshake);
        });
        Command<LearnAlias>(c => Commit(HandshakeDecisions.LearnAlias(_state, Policy, c.Contact, c.Alias, Now)));
        Command<MoveContact>(c => Commit(MoveDecisions.Move(_state, Policy, c.Contact, c.Address, c.Learned, Now), Result));
        Command<ConfirmMove>(c => Commit(MoveDecisions.Confirm(_state, c.Contact, Now)));
        Command<NoteHandshakeDelivered>(c => Commit(RosterUpkeep.HandshakeDelivered(_state, c.Contact, Now)));
        Command<NoteRelayingDeclined>(c => Commit(RosterUpkeep.RelayingDeclined(_state, c.Contact, Now)));
        Command<NoteWeakKey>(c => Commit(RosterUpkeep.WeakKeyShown(_state, c.Contact, Now)));
        Command<CalledBack>(called =>
        {
            _verifying.Remove(called.Key.Contact);
            if (called.Proven)
            {
                Commit(HandshakeDecisions.Verified(_state, called.Key, Now));
            }
        });
    }

    private void Upkeep()
    {
        Command<AudienceChanged>(c => _waker.Forward(c));
        Command<SweepNow>(c => _waker.Forward(c));
        Command<WritePresence>(_ => Commit(RosterUpkeep.NotePresence(_state, Seen(), all: true, Now), _ => new PresenceWritten()));
        Command<UpkeepDue>(_ =>
        {
            Commit(RosterUpkeep.NotePresence(_state, Seen(), all: false, Now));
            Commit(RosterUpkeep.Expire(_state, Policy, Now));
            FinishRemovals();
        });
        Command<Removed>(removed =>
        {
            _removing.Remove(removed.Contact);
            if (removed.Error is null)
            {
                Commit(RosterUpkeep.RemovalCompleted(_state, removed.Contact, Now));
            }
            else
            {
                _log.Warning(removed.Error, "What a removed contact left could not be erased yet.");
            }
        });
    }

    private void Resolve(ReceiveHandshake command)
    {
        var handshake = new ReceivedHandshake(_services.Hold(command.Key), command.From, command.Nick, command.Proof, command.Source, [])
        {
            Invite = command.Invite is { } code ? new ShownInvite(_services.Vault.LookupHash(code), command.Identity) : null,
        };
        var names = HandshakeDecisions.NamesToResolve(_state, handshake);
        if (names.IsEmpty)
        {
            Receive(handshake);
        }
        else if (_resolving >= MaxResolutions)
        {
            Sender.Tell(new HandshakeAnswer(0, ResolverBusy));
        }
        else
        {
            _resolving++;
            _services.Names.AtAsync(names, command.Source, _stopping.Token)
                .PipeTo(Self, Sender, found => new Resolved(handshake with { NamesAtSource = found }), _ => new Resolved(handshake));
        }
    }

    private void Receive(ReceivedHandshake handshake)
    {
        var caller = HandshakeDecisions.Identify(_state, handshake);
        var invite = HandshakeDecisions.Invitation(_state, caller, handshake, Now);
        if (HandshakeDecisions.IsRated(caller, handshake, invite) && _rates.Take(handshake.Source, Now) is { } wait)
        {
            Sender.Tell(new HandshakeAnswer(0, wait));
            return;
        }

        Commit(
            HandshakeDecisions.Receive(_state, Policy, handshake, caller, Now, _services.Fresh()),
            answer => new HandshakeAnswer(
                ((RosterAnswer.Handshake)answer).Status,
                Contact: (caller.Row?.Id ?? ((RosterAnswer.Handshake)answer).Redeemed) is { } id && Profile(id) is { Standing: ContactStanding.Accepted } friend && Keys.Same(friend.TheirKey, handshake.Key.Open)
                    ? id
                    : null));
    }

    private IEnumerable<SeenContact> Seen() =>
        _services.Presence.All().Select(seen => new SeenContact(seen.Contact, seen.Presence.LastConnect, seen.Presence.LastOnline));

    private ImportedRow Row(ContactListEntry entry) => new(
        [entry.Address, .. entry.OtherAddresses], entry.Nick, entry.LastOnline, entry.LastConnect, entry.CanResend,
        entry.Key.Length == 0 ? null : _services.Hold(entry.Key), entry.IssuedKey is { Length: > 0 } issued ? _services.Hold(issued) : null, _services.Fresh());

    private object Added(RosterAnswer answer) => answer switch
    {
        RosterAnswer.Added added => new AddResult.Added(Profile(added.Contact)!),
        RosterAnswer.Exists exists => new AddResult.Exists(Profile(exists.Contact)!),
        RosterAnswer.Rejected rejected => new AddResult.Rejected(rejected.Code, rejected.Detail),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    private object Result(RosterAnswer answer) => answer switch
    {
        RosterAnswer.Done done => new RosterResult.Done(Profile(done.Contact)),
        RosterAnswer.NotFound => new RosterResult.NotFound(),
        RosterAnswer.Rejected rejected => new RosterResult.Rejected(rejected.Code, rejected.Detail),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    private static object Imported(RosterAnswer answer) =>
        answer is RosterAnswer.Imported imported ? new ImportResult(imported.New, imported.Known) : throw new ArgumentOutOfRangeException(nameof(answer), answer, null);

    private ContactProfile? Profile(ContactId contact) => _state.Find(contact)?.Profile;

    private void Restore(SnapshotOffer offer)
    {
        _state = RosterState.From((RosterSnapshot)offer.Snapshot, _services.Vault.Open);
        _lastSnapshot = offer.Metadata.SequenceNr;
    }

    private sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();
    }

    private sealed class UpkeepDue : INoSerializationVerificationNeeded
    {
        public static readonly UpkeepDue Instance = new();
    }

    private sealed record Resolved(ReceivedHandshake Handshake) : INoSerializationVerificationNeeded;

    private sealed record CalledBack(KeyToVerify Key, bool Proven) : INoSerializationVerificationNeeded;

    private sealed record Removed(ContactId Contact, Exception? Error) : INoSerializationVerificationNeeded;
}
