using Akka.Actor;
using Akka.Event;
using Messenger.Actors.Ports;

namespace Messenger.Actors.History;

/// <summary>
/// Brings the full-text index up to date when nothing else is written, so that a burst is shown and delivered without waiting for it;
/// when it is far behind, also meanwhile, so that no search ever has much to do.
/// </summary>
internal sealed class SearchIndexer : ReceiveActor, IWithTimers
{
    /// <summary>How many messages the index may be behind before it no longer waits for quiet.</summary>
    internal const int MaxBehind = 250_000;

    private const int AtOnce = 500;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly IMessageHistory _history;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private int _behind;
    private bool _indexing;
    private bool _disturbed;

    public SearchIndexer(IMessageHistory history)
    {
        _history = history;
        Receive<Behind>(more =>
        {
            _behind += more.Messages;
            _disturbed = true;
            Continue();
        });
        Receive<LookAgain>(_ =>
        {
            _disturbed = false;
            Continue();
        });
        Receive<Indexed>(indexed =>
        {
            _indexing = false;
            _behind = indexed.IsBehind ? Math.Max(1, _behind - AtOnce) : 0;
            Continue();
        });
        Receive<Failed>(failed =>
        {
            _log.Warning(failed.Error, "The search index could not be written; it is tried again in {0}.", RetryAfter);
            _indexing = false;
            Wait(RetryAfter);
        });
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>What an earlier life of the node left behind is indexed, too.</summary>
    protected override void PreStart()
    {
        _behind = 1;
        Wait(Quiet);
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Continue()
    {
        if (_indexing || _behind == 0)
        {
            return;
        }

        if (_disturbed && _behind < MaxBehind)
        {
            Wait(Quiet);
            return;
        }

        _indexing = true;
        _history.IndexAsync(AtOnce, _stopping.Token).PipeTo(Self, success: isBehind => new Indexed(isBehind), failure: error => new Failed(error));
    }

    private void Wait(TimeSpan time) => Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, time);

    /// <summary>Something was written: it is not quiet.</summary>
    /// <param name="Messages">How many messages of it the index does not know; may be 0.</param>
    internal sealed record Behind(int Messages) : INoSerializationVerificationNeeded;

    private sealed record Indexed(bool IsBehind) : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Error) : INoSerializationVerificationNeeded;

    private sealed class LookAgain : INoSerializationVerificationNeeded
    {
        public static readonly LookAgain Instance = new();
    }
}
