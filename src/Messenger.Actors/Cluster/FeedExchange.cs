using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>
/// Shows the live feed of all members in the order of its numbers. What members tell each other are hints; a gap is read from the table, which
/// is written by one member at a time.
/// </summary>
internal sealed class FeedExchange : ReceiveActor, IWithTimers
{
    private const int Batch = 500;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly IMessageHistory _history;
    private readonly LiveFeed _feed;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private long? _shown;
    private bool _isReading;

    public FeedExchange(IMessageHistory history, LiveFeed feed, IMembers members)
    {
        (_history, _feed) = (history, feed);
        Receive<Committed>(own =>
        {
            if (!own.Entries.IsEmpty)
            {
                members.TellOthers(ClusterHosting.FeedName, new FeedGrew(own.Entries), Self);
                Take(own.Entries);
            }
        });
        Receive<FeedGrew>(hint => Take(hint.Entries));
        Receive<Found>(found =>
        {
            _isReading = false;
            Show(found);
        });
        Receive<Status.Failure>(failed =>
        {
            _isReading = false;
            _log.Warning(failed.Cause, "The live feed could not be read; it is tried again.");
        });
        Receive<Look>(_ =>
        {
            if (_feed.Audience > 0 || _shown is null)
            {
                Read();
            }
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var self = Self;
        _feed.Exchange = entries => self.Tell(new Committed(entries));
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LookEvery);
        Read();
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Take(ImmutableArray<FeedEntry> entries)
    {
        var fresh = entries.Where(e => e.Number > _shown).ToImmutableArray();
        if (fresh.IsEmpty)
        {
            return;
        }

        if (fresh[0].Number == _shown + 1)
        {
            _feed.Show(fresh);
            _shown = fresh[^1].Number;
        }
        else
        {
            Read();
        }
    }

    private void Read()
    {
        if (!_isReading)
        {
            _isReading = true;
            ReadAsync(_shown, _stopping.Token).PipeTo(Self);
        }
    }

    private async Task<Found> ReadAsync(long? shown, CancellationToken cancellation) => shown is { } since && await _history.FeedAsync(since, Batch, cancellation) is { } entries
        ? new(entries, since, IsReset: false)
        : new([], await _history.LastFeedNumberAsync(cancellation), IsReset: shown is not null);

    private void Show(Found found)
    {
        if (found.IsReset)
        {
            // Too far behind: each stream looks for itself.
            _feed.Restart();
        }

        if (found.IsReset || _shown is null)
        {
            _shown = found.Since;
            return;
        }

        var fresh = found.Entries.Where(e => e.Number > _shown).ToImmutableArray();
        if (!fresh.IsEmpty)
        {
            _feed.Show(fresh);
            _shown = fresh[^1].Number;
        }

        if (found.Entries.Length == Batch)
        {
            Read();
        }
    }

    private sealed record Committed(ImmutableArray<FeedEntry> Entries) : INoSerializationVerificationNeeded;

    private sealed record Found(ImmutableArray<FeedEntry> Entries, long Since, bool IsReset) : INoSerializationVerificationNeeded;

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
