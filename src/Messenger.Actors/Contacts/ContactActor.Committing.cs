using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Actors.Contacts;

/// <summary>What is decided, until it is in the journal.</summary>
public sealed partial class ContactActor
{
    private const int SnapshotEvery = 1000;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);

    private List<ContactEvent> _events = [];
    private List<(IActorRef To, object Reply)> _replies = [];
    private long _pendingCharacters;
    private bool _flushing;
    private bool _lingering;
    private CommitPace _pace;
    private long _committed;
    private int _sinceSnapshot;

    private void CommandsOfCommitting()
    {
        Command<Flush>(_ => Commit());
        Command<Lingered>(_ => CommitWhatLingers());
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failed => _log.Warning(failed.Cause, "The snapshot of contact {0} was not written; recovery takes longer.", _id));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots of contact {0} stay.", _id));
    }

    private void Record(IEnumerable<ContactEvent> events)
    {
        Pend(events);
        CommitSoon();
    }

    /// <summary>
    /// Nobody waits for the news of a delivery: in a lively conversation it is committed with what comes next, for each commit of its own
    /// costs as much as that of a message. If it is lost, the message is sent again, and its recipient knows it.
    /// </summary>
    private void RecordOutcome(ImmutableArray<ContactEvent> events)
    {
        Pend(events);
        if (_stopWhenIdle || !_pace.IsLively(Now) || !events.All(next => next is MessagesDelivered))
        {
            CommitSoon();
        }
        else if (!_flushing && !_lingering)
        {
            _lingering = true;
            LingerAsync(_stopping.Token).PipeTo(Self);
        }
    }

    // Not by the wheel of the actor system, which is slower than this.
    private async Task<Lingered> LingerAsync(CancellationToken cancellation)
    {
        await Task.Delay(Linger, _services.Time, cancellation);
        return Lingered.Instance;
    }

    private void Pend(IEnumerable<ContactEvent> events)
    {
        foreach (var next in events)
        {
            NoteWaits(next);
            Apply(next);
            _events.Add(next);
            _pendingCharacters += next is MessageQueued { Text: { } text } ? text.Length : 0;
            if (_events.Count % EventNumber.PerRow == 0)
            {
                _state = _state.Begin(LastSequenceNr + 1 + (_events.Count / EventNumber.PerRow));
            }
        }
    }

    private void CommitSoon()
    {
        if (!_flushing)
        {
            _flushing = true;
            Self.Tell(Flush.Instance);
        }
    }

    private void CommitWhatLingers()
    {
        if (_lingering)
        {
            CommitSoon();
        }
    }

    private void Apply(ContactEvent next)
    {
        _state = _state.Apply(next);
        _sealing = _sealing.Apply(next);
        switch (next)
        {
            case MessageQueued queued:
                _texts.Keep(_state.Sequence, queued);
                break;
            case MessageSealed { Message: var message }:
                _texts.Drop([message]);
                _texts.Keep(message, next);
                break;
            case BundleTaken { SealsQueued: true } or IdentityDecided { Taken: true }:
                _texts.Clear();
                break;
            case MessagesDelivered delivered:
                _texts.Drop(delivered.Messages);
                break;
            case MessageRefused refused:
                _texts.Drop([refused.Message]);
                break;
            case EraseRequested:
                _texts.KeepOnly(_state);
                break;
            default:
                break;
        }
    }

    private void Commit()
    {
        (_flushing, _lingering) = (false, false);
        var (events, replies) = (_events, _replies);
        (_events, _replies, _pendingCharacters) = ([], [], 0);
        if (events.Count == 0)
        {
            Committed(replies);
            return;
        }

        _pace = _pace.Committing(Now);
        var first = LastSequenceNr + 1;
        var rows = events.Chunk(EventNumber.PerRow).Select(row => new ContactCommit([.. row])).ToArray();
        var meter = MeterOfCommit();
        PersistAll(rows, _ => { }, () =>
        {
            meter?.Invoke(events);
            _history.Tell(new HistoryProtocol.Committed(new JournalSlice(PersistenceId, first, rows)));
            _committed = _state.Sequence;
            _state = _state.Begin(LastSequenceNr + 1);
            if (!_services.IsSharded)
            {
                Context.Parent.Tell(new ContactRegion.Settled(_id));
            }

            Committed(replies);
            SnapshotIfDue(events.Count);
            CarryOutErasing(first, rows);
        });
    }

    private void Committed(List<(IActorRef To, object Reply)> replies)
    {
        foreach (var (to, reply) in replies)
        {
            to.Tell(reply);
        }

        SealWhatWaits();
        OpenWhatWaits();
        Pump();
        StopIfIdle();
    }

    // A snapshot lists the whole outbox: with a large one it is written less often, or filling it would cost its square.
    private void SnapshotIfDue(int committed)
    {
        _sinceSnapshot += committed;
        if (_sinceSnapshot >= Math.Max(SnapshotEvery, _state.Outbox.Count / 2))
        {
            _sinceSnapshot = 0;
            SaveSnapshot(ContactSnapshot.Of(_state, _sealing.ToSnapshot()));
        }
    }

    /// <summary>Commits what is pending.</summary>
    private sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();
    }

    /// <summary>Whatever lingers has waited long enough.</summary>
    private sealed class Lingered : INoSerializationVerificationNeeded
    {
        public static readonly Lingered Instance = new();
    }
}
