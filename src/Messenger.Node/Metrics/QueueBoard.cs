using System.Collections.Concurrent;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Metrics;

/// <summary>What waits for the contacts that are in memory: all for which something waits are, soon after the start.</summary>
internal sealed class QueueBoard
{
    private readonly ConcurrentDictionary<ContactId, (int Messages, DateTimeOffset Oldest)> _waiting = new();

    /// <summary>How many messages wait.</summary>
    public long Messages => _waiting.Sum(one => (long)one.Value.Messages);

    /// <summary>Since when the oldest waits, UTC; null when none does.</summary>
    public DateTimeOffset? Oldest => _waiting.Select(one => (DateTimeOffset?)one.Value.Oldest).Min();

    /// <summary>As <see cref="Actors.Ports.ITrafficMeter.Queued"/>.</summary>
    public void Set(ContactId contact, int messages, DateTimeOffset? oldest)
    {
        if (oldest is { } since && messages > 0)
        {
            _waiting[contact] = (messages, since);
        }
        else
        {
            _waiting.TryRemove(contact, out _);
        }
    }
}
