using System.Collections.Immutable;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Roster;

/// <summary>What becomes of a stranger's handshake (interface.md, <c>--accept</c>).</summary>
public enum StrangerPolicy
{
    /// <summary>The owner decides.</summary>
    Manual,

    /// <summary>Nobody may ask; who shows the code of an invite is accepted, as always.</summary>
    Invite,

    /// <summary>Everybody is accepted, for relaying only.</summary>
    Relay,
}

/// <summary>Bounds on strangers (security.md, Peer listener).</summary>
public sealed record StrangerLimits
{
    /// <summary>Handshakes per <see cref="Window"/> from one IPv4 address or IPv6 /64.</summary>
    public int PerOrigin { get; init; } = 3;

    /// <summary>Handshakes per <see cref="Window"/> in all: on a mesh addresses are free to mint.</summary>
    public int InAll { get; init; } = 30;

    /// <summary>The time over which handshakes are counted.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests that wait for the owner.</summary>
    public int Pending { get; init; } = 50;

    /// <summary>Contacts that were accepted for relaying only.</summary>
    public int RelayContacts { get; init; } = 10_000;

    /// <summary>How long requests and denials are remembered.</summary>
    public TimeSpan RememberedFor { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>The roster's settings, fixed for a run of the node.</summary>
/// <param name="OwnAddresses">What this node calls itself and listens on; never a contact.</param>
public sealed record RosterPolicy(ImmutableHashSet<Address> OwnAddresses)
{
    /// <summary>What becomes of a stranger's handshake.</summary>
    public StrangerPolicy Strangers { get; init; }

    /// <summary>Bounds on strangers.</summary>
    public StrangerLimits Limits { get; init; } = new();
}
