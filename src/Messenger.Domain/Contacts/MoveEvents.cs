namespace Messenger.Domain.Contacts;

/// <summary>The contact knows where this node is dialed: it was told, or has known it from the beginning.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Address">Our address with its certificate, as it was told.</param>
/// <param name="Counter">The counter of the change; 0 when there was none.</param>
public sealed record AddressTold(DateTimeOffset At, string Address, long Counter) : ContactEvent(At);

/// <summary>The contact said, signed by its identity, where it answers from now on. The friend list has the address.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Address">Its address, as it was told.</param>
/// <param name="Counter">The counter of the change: no older one is taken after it.</param>
public sealed record AddressMoved(DateTimeOffset At, string Address, long Counter) : ContactEvent(At);
