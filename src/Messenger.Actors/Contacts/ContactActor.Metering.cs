using Messenger.Domain.Contacts;

namespace Messenger.Actors.Contacts;

/// <summary>What is told to whoever watches the node; nothing when nobody does.</summary>
public sealed partial class ContactActor
{
    private List<TimeSpan> _waits = [];

    // The outbox forgets what is delivered, so the wait is taken before the event is applied.
    private void NoteWaits(ContactEvent next)
    {
        if (_services.Meter is null || next is not MessagesDelivered delivered)
        {
            return;
        }

        foreach (var message in delivered.Messages)
        {
            // An import queues and delivers at the same instant; whatever went over the network did not.
            if (_state.Outbox.TryGetValue(message, out var entry) && entry.QueuedAt < delivered.At)
            {
                _waits.Add(delivered.At - entry.QueuedAt);
            }
        }
    }

    private Action<List<ContactEvent>>? MeterOfCommit()
    {
        if (_services.Meter is not { } meter)
        {
            return null;
        }

        var (waits, started) = (_waits, _services.Time.GetTimestamp());
        _waits = [];
        return events =>
        {
            meter.Committed(events, waits, _services.Time.GetElapsedTime(started));
            MeterQueue();
        };
    }

    private void MeterQueue()
    {
        foreach (var (_, oldest) in _state.Outbox)
        {
            _services.Meter?.Queued(_id, _state.Outbox.Count, oldest.QueuedAt);
            return;
        }

        _services.Meter?.Queued(_id, 0, null);
    }
}
