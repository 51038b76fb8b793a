using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Messenger.Actors.History;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol.Sealing;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Contacts;

/// <summary>
/// One contact: its outbox, its ping schedule, its resend logic. A thin switch over the pure rules of the domain.
/// <para>
/// Each command is decided against the state with everything still pending and buffered; the first one sends itself a
/// <see cref="Flush"/>, which lands behind whatever else is waiting, so that a burst costs one commit. Every answer waits for
/// the commit, also that to a duplicate of something pending.
/// </para>
/// </summary>
public sealed partial class ContactActor : ReceivePersistentActor, IWithTimers
{
    private const int MaxPending = 5000;
    private const int MaxPendingCharacters = 4 << 20;

    private readonly ContactId _id;
    private readonly ContactServices _services;
    private readonly IActorRef _roster;
    private readonly IActorRef _history;
    private readonly IActorRef _region;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly OutboxTexts _texts;

    private ContactState _state = ContactState.Empty;
    private long _row;
    private int _lookups;
    private bool _stopWhenIdle;

    /// <summary>Creates a contact's actor.</summary>
    /// <param name="id">Which contact.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="roster">The roster.</param>
    /// <param name="history">The history actor.</param>
    /// <param name="region">The contact region, for asking relays.</param>
    public ContactActor(ContactId id, ContactServices services, IActorRef roster, IActorRef history, IActorRef region)
    {
        (_id, _services, _roster, _history, _region) = (id, services, roster, history, region);
        _texts = new OutboxTexts(id, services.Journal);
        PersistenceId = PersistenceIds.Of(id);

        Recover<ContactCommit>(Recover);
        Recover<SnapshotOffer>(offer =>
        {
            var snapshot = (ContactSnapshot)offer.Snapshot;
            (_state, _sealing) = (snapshot.Restore(), SealingState.Restore(snapshot.Sealing?.State));
            _row = offer.Metadata.SequenceNr;
        });
        Recover<RecoveryCompleted>(_ => Recovered());

        Command<QueueMessage>(Queue);
        Command<UuidLookedUp>(found => EndLookup(() => Queue(found.Command, found.Older, found.UpTo, found.ReplyTo)));
        Command<StoreMessages>(store => Store(Examine(store), [], 0, Sender));
        Command<IdsLookedUp>(found => EndLookup(() => Store(found.Arrived, found.Older, found.UpTo, found.ReplyTo)));
        Command<LookupFailed>(failed => EndLookup(() => _log.Warning(failed.Error, "The read model of contact {0} could not be asked.", _id)));
        Command<GetSequence>(_ => Sender.Tell(new ContactSequence(_id, _committed)));
        Command<GetDiagnostics>(_ => Sender.Tell(Diagnose()));
        Command<ContactRegion.StopContact>(_ =>
        {
            _stopWhenIdle = true;
            CommitWhatLingers();
            StopIfIdle();
        });
        CommandsOfCommitting();
        CommandsOfErasing();
        CommandsOfDelivery();
        CommandsOfRelaying();
        CommandsOfImporting();
        CommandsOfSealing();
        CommandsOfReceipts();
        CommandsOfMoving();
    }

    /// <inheritdoc />
    public override string PersistenceId { get; }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    private ContactProfile? Profile => _services.Roster.Current.ById(_id);

    /// <inheritdoc />
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.Error(cause, "The journal rejected an event of contact {0}.", _id);
        Context.Stop(Self);
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _services.Meter?.Queued(_id, 0, null);
        base.PostStop();
    }

    private void Recover(ContactCommit commit)
    {
        if (LastSequenceNr != ++_row)
        {
            throw new InvalidOperationException($"The journal of contact {_id} lacks row {_row}.");
        }

        _state = _state.Begin(_row);
        _sinceSnapshot += commit.Events.Length;
        foreach (var next in commit.Events)
        {
            Apply(next);
        }
    }

    private void Recovered()
    {
        _committed = _state.Sequence;
        _state = _state.Begin(LastSequenceNr + 1);
        _texts.KeepOnly(_state);
        _link = _link with { LastContact = _services.Presence.Of(_id).LastOnline };
        _history.Tell(new HistoryProtocol.Announce(PersistenceId, LastSequenceNr));
        ExpectIdentityOfLink();
        ResumeErasing();
        SealWhatWaits();
        OpenWhatWaits();
        MeterQueue();
        Pump();
    }

    private void Queue(QueueMessage command)
    {
        if (Profile is not { CanBeWrittenTo: true })
        {
            Sender.Tell(new QueueResult.NotWritable());
        }
        else if (_events.Count >= MaxPending || _pendingCharacters >= MaxPendingCharacters || _lookups >= MaxPending)
        {
            Sender.Tell(new QueueResult.Busy());
        }
        else
        {
            Queue(command, null, 0, Sender);
        }
    }

    private void Queue(QueueMessage command, (long, string)? older, long lookedUpTo, IActorRef replyTo)
    {
        var forgotten = _state.Queued.ForgottenNumber;
        if (older is null && forgotten > lookedUpTo && !command.IsNew && _state.MayHaveForgotten(command.Uuid))
        {
            var upTo = _state.Sequence;
            Lookup(forgotten, async cancellation =>
                new UuidLookedUp(command, await _services.History.QueuedByUuidAsync(_id, command.Uuid, cancellation), upTo, replyTo));
            return;
        }

        Decide(
            ContactDecisions.Queue(_state, command.Uuid, command.Text, older, Now, SealingOf(command)),
            queued => queued.Outcome switch
            {
                Queueing.Queued => new QueueResult.Queued(queued.Message),
                Queueing.Known => new QueueResult.Known(queued.Message),
                _ => new QueueResult.Conflict(),
            },
            replyTo);
    }

    private void Store(Arrived arrived, ImmutableHashSet<MessageId> older, long lookedUpTo, IActorRef replyTo)
    {
        var forgotten = _state.Received.ForgottenNumber;
        if (forgotten > lookedUpTo && ContactDecisions.Doubtful(_state, arrived.Items) is { Length: > 0 } doubtful)
        {
            var upTo = _state.Sequence;
            Lookup(forgotten, async cancellation =>
                new IdsLookedUp(arrived, await _services.History.KnownIdsAsync(_id, doubtful, cancellation), upTo, replyTo));
            return;
        }

        var decision = ContactDecisions.Store(_state, arrived.Items, older, Now);
        Decide(decision with { Events = SealingDecisions.Place(_sealing, decision.Events) }, arrived.Answer, replyTo);
        AfterStoring(arrived);
    }

    /// <summary>
    /// Asks the read model once it has seen everything that left the state's window, never before. What is in the window when the
    /// question is asked is known to be something else: it has to be asked again only when something newer has left the window.
    /// </summary>
    private void Lookup(long upTo, Func<CancellationToken, Task<object>> ask)
    {
        _lookups++;
        AskHistory(upTo, ask, _stopping.Token).PipeTo(Self, failure: error => new LookupFailed(error));
    }

    private async Task<object> AskHistory(long upTo, Func<CancellationToken, Task<object>> ask, CancellationToken cancellation)
    {
        await _history.Ask<HistoryProtocol.Reached>(new HistoryProtocol.WaitFor(PersistenceId, EventNumber.RowOf(upTo)), cancellation);
        return await ask(cancellation);
    }

    private void EndLookup(Action then)
    {
        _lookups--;
        then();
        StopIfIdle();
    }

    private void Decide<TReply>(Decision<TReply> decision, Func<TReply, object> reply, IActorRef replyTo)
    {
        _replies.Add((replyTo, reply(decision.Reply)));
        Record(decision.Events);
    }

    // Another member waits for a contact that moves: what is under way is given up, like in a crash, and done again there.
    private bool IsHandedOver => _stopWhenIdle && _services.IsSharded;

    private bool IsIdle => _events.Count == 0 && _replies.Count == 0 && _lookups == 0 && (_link.InFlight is null || IsHandedOver) && _state.Erasing.IsEmpty && _sealingLoads == 0;

    private void StopIfIdle()
    {
        if (_stopWhenIdle && IsIdle)
        {
            Context.Stop(Self);
        }
    }

    private sealed record UuidLookedUp(QueueMessage Command, (long, string)? Older, long UpTo, IActorRef ReplyTo) : INoSerializationVerificationNeeded;

    private sealed record IdsLookedUp(Arrived Arrived, ImmutableHashSet<MessageId> Older, long UpTo, IActorRef ReplyTo)
        : INoSerializationVerificationNeeded;

    private sealed record LookupFailed(Exception Error) : INoSerializationVerificationNeeded;
}
