using Messenger.Domain.Contacts;

namespace Messenger.Actors.Ports;

/// <summary>Is told what contacts do, on the contact's own thread: it must be quick, must not throw and keeps nothing of what it is given.</summary>
public interface ITrafficMeter
{
    /// <summary>Events of a contact are on the disk.</summary>
    /// <param name="events">In order.</param>
    /// <param name="waits">How long each message that they deliver was queued; what was queued elsewhere and imported is not among them.</param>
    /// <param name="took">How long the commit took.</param>
    void Committed(IReadOnlyList<ContactEvent> events, IReadOnlyList<TimeSpan> waits, TimeSpan took);

    /// <summary>What waits for a contact now.</summary>
    /// <param name="contact">Which contact.</param>
    /// <param name="messages">How many messages; also 0 when the contact leaves memory.</param>
    /// <param name="oldest">When the oldest of them was queued, UTC; <see langword="null"/> for none.</param>
    void Queued(ContactId contact, int messages, DateTimeOffset? oldest);
}
