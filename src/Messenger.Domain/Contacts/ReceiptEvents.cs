using System.Collections.Immutable;

namespace Messenger.Domain.Contacts;

/// <summary>The contact's node said what it understands, and it is something else than before.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Caps">All that it understands of what we know.</param>
public sealed record CapsShown(DateTimeOffset At, PeerCaps Caps) : ContactEvent(At)
{
    /// <summary>Its own servers as in <see cref="Advertisement.Relays"/>; <see langword="null"/> for none.</summary>
    public string? Relays { get; init; }
}

/// <summary>The contact has read these messages of ours, which also shows that they were delivered.</summary>
/// <param name="At">When we learned of it, UTC.</param>
/// <param name="Messages">Numbers of the messages, ascending.</param>
public sealed record MessagesRead(DateTimeOffset At, ImmutableArray<long> Messages) : ContactEvent(At);

/// <summary>The contact's node was told, or does not want to be told, that the owner has read up to here.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="UpTo">Number of the last message that was meant.</param>
public sealed record ReceiptsTold(DateTimeOffset At, long UpTo) : ContactEvent(At);
