using System.Collections.Immutable;
using System.Threading.Channels;
using Messenger.Actors.Ports;

namespace Messenger.Actors.History;

/// <summary>
/// Hands feed entries to the open event streams as they are committed. A stream that does not keep up is completed and
/// resumes from the durable feed by its last id.
/// </summary>
public sealed class LiveFeed
{
    private const int Capacity = 1024;
    private readonly Lock _gate = new();
    private ImmutableArray<Channel<FeedEntry>> _subscribers = [];

    /// <summary>How many streams are open.</summary>
    public int Audience => _subscribers.Length;

    /// <summary>Opens a stream of entries published from now on.</summary>
    public FeedSubscription Subscribe()
    {
        var channel = Channel.CreateBounded<FeedEntry>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        lock (_gate)
        {
            _subscribers = _subscribers.Add(channel);
        }

        return new FeedSubscription(channel.Reader, () => Remove(channel));
    }

    /// <summary>In a cluster: takes what is committed here, and shows it between what the other members commit.</summary>
    internal Action<ImmutableArray<FeedEntry>>? Exchange { get; set; }

    /// <summary>Publishes committed entries in order; for the history actor alone.</summary>
    public void Publish(ImmutableArray<FeedEntry> entries)
    {
        if (Exchange is { } exchange)
        {
            exchange(entries);
        }
        else
        {
            Show(entries);
        }
    }

    /// <summary>Hands entries to the streams.</summary>
    internal void Show(ImmutableArray<FeedEntry> entries)
    {
        foreach (var subscriber in _subscribers)
        {
            foreach (var entry in entries)
            {
                if (!subscriber.Writer.TryWrite(entry))
                {
                    Remove(subscriber);
                    break;
                }
            }
        }
    }

    /// <summary>Lets every stream go: it looks back by itself.</summary>
    internal void Restart()
    {
        foreach (var subscriber in _subscribers)
        {
            Remove(subscriber);
        }
    }

    private void Remove(Channel<FeedEntry> channel)
    {
        lock (_gate)
        {
            _subscribers = _subscribers.Remove(channel);
        }

        channel.Writer.TryComplete();
    }
}

/// <summary>One open stream of feed entries.</summary>
public sealed class FeedSubscription : IDisposable
{
    private readonly Action _close;

    internal FeedSubscription(ChannelReader<FeedEntry> entries, Action close)
    {
        Entries = entries;
        _close = close;
    }

    /// <summary>Entries in order; completed when the reader fell behind.</summary>
    public ChannelReader<FeedEntry> Entries { get; }

    /// <inheritdoc />
    public void Dispose() => _close();
}
