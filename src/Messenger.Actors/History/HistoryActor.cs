using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using static Messenger.Actors.History.HistoryProtocol;

namespace Messenger.Actors.History;

/// <summary>
/// The only writer of the read model (architecture.md, HistoryActor). What is said to it are hints: each one may be lost, repeated or
/// late, because the journal is asked for whatever is missing. One transaction runs at a time; what comes meanwhile goes into the next one.
/// </summary>
public sealed class HistoryActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private const int RowsPerRead = 100;

    // Under load a transaction that waits a little holds several changes of the same pages, and the journal has the disk meanwhile. So it
    // waits some times as long as the last one took; a message may be that late for its owner, who reads none of so many at once.
    private const int ManyChanges = 8;
    private const int RestForWork = 4;
    private const int TooManyToRest = 2000;
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly IMessageHistory _history;
    private readonly IJournalReader _journal;
    private readonly LiveFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HistoryWaiters _waiters = new();

    private ProjectionBacklog _backlog = new(new Dictionary<string, long>());
    private TimeSpan _retryAfter = FirstRetry;
    private IActorRef _indexer = ActorRefs.Nobody;
    private bool _resting;
    private bool _isCatchUpDue;

    /// <summary>Is made by <see cref="HistoryHosting.WithHistory"/>.</summary>
    public HistoryActor(IMessageHistory history, IJournalReader journal, LiveFeed feed, TimeProvider time)
    {
        (_history, _journal, _feed, _time) = (history, journal, feed, time);
        Comparing();
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc />
    protected override void PreStart()
    {
        _indexer = Context.ActorOf(Props.Create(() => new SearchIndexer(_history)), "search-indexer");
        Compare();
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // Until it is known how far the read model and the journal are.
    private void Comparing()
    {
        Receive<Compared>(compared =>
        {
            Begin(compared);
            Become(Projecting);
            Stash.UnstashAll();
            Continue();
        });
        Receive<Failed>(Retry);
        Receive<CompareAgain>(_ => Compare());
        Receive<GetLag>(_ => Sender.Tell(new Lag(null)));
        Receive<GetReadiness>(_ => Sender.Tell(new Readiness(_waiters.IsReady)));
        ReceiveAny(_ => Stash.Stash());
    }

    private void Projecting()
    {
        Receive<Committed>(hint =>
        {
            _backlog.Add(hint.Slice);
            Continue();
        });
        Receive<Announce>(hint =>
        {
            _backlog.Require(hint.PersistenceId, hint.Sequence);
            Continue();
        });
        Receive<WaitFor>(wait =>
        {
            // A contact with a caller to answer: what rests can be written now.
            _waiters.Add(wait, Sender, _backlog.AppliedTo(wait.PersistenceId));
            _backlog.Require(wait.PersistenceId, wait.Sequence);
            _resting &= !_waiters.SomebodyWaits;
            Continue();
        });
        Receive<WaitForTold>(_ =>
        {
            // Somebody looks: what rests can be written now.
            _waiters.AddForTold(_backlog.TransactionsLeft, Sender);
            _resting = false;
            Continue();
        });
        Receive<CatchUp>(_ =>
        {
            _isCatchUpDue = true;
            Continue();
        });
        Receive<WaitUntilReady>(_ => _waiters.AddForReady(Sender));
        Receive<Rested>(_ =>
        {
            _resting = false;
            Continue();
        });
        Receive<GetLag>(_ => Sender.Tell(new Lag(_backlog.Lag)));
        Receive<GetReadiness>(_ => Sender.Tell(new Readiness(_waiters.IsReady)));
        Receive<Applied>(applied =>
        {
            _retryAfter = FirstRetry;
            _feed.Publish(applied.Result.Feed);
            _backlog.Applied(applied.Result.Offsets);
            _waiters.Release(applied.Result.Offsets);
            _waiters.Applied(isLast: _backlog.TransactionsLeft == 0);
            _indexer.Tell(new SearchIndexer.Behind(applied.Result.Unindexed));
            RestAfter(applied);
            Continue();
        });
        Receive<ReadBack>(read =>
        {
            _backlog.Read(read.Slice);
            Continue();
        });
        Receive<Failed>(Retry);
    }

    private void Compare() => CompareAsync(_stopping.Token).PipeTo(Self, failure: error => new Failed(error));

    private async Task<Compared> CompareAsync(CancellationToken cancellation) =>
        new(await _history.OffsetsAsync(cancellation), await _journal.LastSequencesAsync(cancellation));

    private void Begin(Compared compared)
    {
        _backlog = new ProjectionBacklog(compared.Offsets);
        foreach (var (persistenceId, sequence) in compared.LastSequences)
        {
            _backlog.Require(persistenceId, sequence);
        }

        foreach (var (persistenceId, sequence) in compared.Offsets.Where(o => o.Value > compared.LastSequences.GetValueOrDefault(o.Key)))
        {
            _log.Error(
                "The read model is at event {0} of {1}, which the journal does not have: it belongs to another journal. Stop the node and delete the read model (history.db, or the schema history on PostgreSQL): it is rebuilt.",
                sequence,
                persistenceId);
        }

        _waiters.Begin(compared.Offsets, compared.LastSequences);
    }

    private void RestAfter(Applied applied)
    {
        if (applied.Changes >= ManyChanges && !_resting && !_backlog.IsCatchingUp && !_waiters.SomebodyWaits)
        {
            _resting = true;
            var rest = TimeSpan.FromTicks(Math.Clamp(RestForWork * applied.Took.Ticks, ShortestRest.Ticks, LongestRest.Ticks));
            Task.Delay(rest, _time, _stopping.Token).PipeTo(Self, success: () => Rested.Instance);
        }
    }

    private void Continue()
    {
        if (_isCatchUpDue && _backlog.IsAtRest)
        {
            // What was hinted meanwhile is in the journal, too.
            _isCatchUpDue = false;
            Become(Comparing);
            Compare();
            return;
        }

        if (_resting && _backlog is { Pending: < TooManyToRest, IsCatchingUp: false })
        {
            return;
        }

        switch (_backlog.Next())
        {
            case ProjectionBacklog.Work.Apply apply:
                var startedAt = _time.GetTimestamp();
                _history.ApplyAsync(apply.Slices, _stopping.Token).PipeTo(
                    Self,
                    success: result => new Applied(result, apply.Slices.Sum(ChangesIn), _time.GetElapsedTime(startedAt)),
                    failure: error => new Failed(error));
                break;
            case ProjectionBacklog.Work.Read read:
                _journal.ReadAsync(read.PersistenceId, read.From, RowsPerRead, _stopping.Token)
                    .PipeTo(Self, success: slice => new ReadBack(slice), failure: error => new Failed(error));
                break;
        }
    }

    // What became of the transaction is not known: begin again from what the read model says of itself.
    private void Retry(Failed failed)
    {
        _log.Error(failed.Error, "The read model could not be written; it catches up in {0}. If this goes on, stop the node and delete the read model (history.db, or the schema history on PostgreSQL): it is rebuilt.", _retryAfter);
        Become(Comparing);
        Timers.StartSingleTimer(nameof(CompareAgain), new CompareAgain(), _retryAfter);
        _retryAfter = _retryAfter * 2 < LongestRetry ? _retryAfter * 2 : LongestRetry;
    }

    private sealed record Compared(IReadOnlyDictionary<string, long> Offsets, IReadOnlyDictionary<string, long> LastSequences) : INoSerializationVerificationNeeded;

    private static int ChangesIn(JournalSlice slice) => slice.Events.Sum(row => row is ContactCommit commit ? commit.Events.Length : 1);

    private sealed record Applied(AppliedEvents Result, int Changes, TimeSpan Took) : INoSerializationVerificationNeeded;

    private sealed class Rested : INoSerializationVerificationNeeded
    {
        public static readonly Rested Instance = new();
    }

    private sealed record ReadBack(JournalSlice Slice) : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record CompareAgain : INoSerializationVerificationNeeded;
}

/// <summary>Wiring of the history.</summary>
public static class HistoryHosting
{
    /// <summary>
    /// Starts the history actor under <see cref="HistoryKey"/>. Needs <see cref="IMessageHistory"/>, <see cref="IJournalReader"/> and
    /// <see cref="LiveFeed"/> in the container.
    /// </summary>
    public static AkkaConfigurationBuilder WithHistory(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
        registry.Register<HistoryKey>(system.ActorOf(resolver.Props<HistoryActor>(), "history")));
}
