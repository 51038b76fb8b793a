using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>Where the friendship stands.</summary>
public enum ContactStanding
{
    /// <summary>We asked; they have not answered with their own key yet.</summary>
    Requested,

    /// <summary>They asked; the owner has not decided yet.</summary>
    Pending,

    /// <summary>Both sides have each other's key, or the owner accepted.</summary>
    Accepted,

    /// <summary>The owner wants nothing from them; they are answered like strangers.</summary>
    Blocked,

    /// <summary>The owner said no; remembered for 30 days and answered like a stranger, not shown as a contact.</summary>
    Denied,
}

/// <summary>One row of the friend list as everything outside the roster sees it; keys are open in memory only.</summary>
public sealed record ContactProfile
{
    /// <summary>Local id.</summary>
    public required ContactId Id { get; init; }

    /// <summary>Where we dial, preferred first; never empty.</summary>
    public required ImmutableArray<Address> Addresses { get; init; }

    /// <summary>Names under which the contact calls us; they identify it and are never dialed.</summary>
    public ImmutableArray<Address> Aliases { get; init; } = [];

    /// <summary>The owner's name for the contact, else the one it gave itself, else empty.</summary>
    public string Nick { get; init; } = "";

    /// <summary>Where the friendship stands.</summary>
    public required ContactStanding Standing { get; init; }

    /// <summary>The key the contact gave us, which we must show to it; <see langword="null"/> until its handshake came.</summary>
    public string? TheirKey { get; init; }

    /// <summary>The key we issued, which the contact must show to us; <see langword="null"/> when none was issued yet.</summary>
    public string? IssuedKey { get; init; }

    /// <summary>The contact uses one password both ways (protocol.md, Keys, second reading).</summary>
    public bool WeakKey { get; init; }

    /// <summary>A new key was offered that could not be proven: the owner must decide.</summary>
    public bool KeyChangeProposed { get; init; }

    /// <summary>We may ask it to relay.</summary>
    public bool CanResend { get; init; } = true;

    /// <summary>It may ask us to relay.</summary>
    public bool MayRelay { get; init; } = true;

    /// <summary>No notifications.</summary>
    public bool Muted { get; init; }

    /// <summary>Accepted by itself on a public relay: it may ask us to relay, its messages to the owner are refused.</summary>
    public bool RelayOnly { get; init; }

    /// <summary>How its addresses may be dialed (security.md, Dialing).</summary>
    public DialTrust Trust { get; init; } = DialTrust.Confirmed;

    /// <summary>Those of <see cref="Addresses"/> that the contact itself told from elsewhere: they are dialed as read from the wire.</summary>
    public ImmutableArray<Address> Learned { get; init; } = [];

    /// <summary>Where it was dialed before it moved; <see langword="null"/> once it has answered at the new address.</summary>
    public Address? MovedFrom { get; init; }

    /// <summary>The address is only the source of its handshake with the default port; the owner may correct it.</summary>
    public bool AddressGuessed { get; init; }

    /// <summary>Our handshake has not been answered with 1 yet and must be sent (again).</summary>
    public bool HandshakeDue { get; init; }

    /// <summary>The identity that the invite link named by which it was added, base64url; <see langword="null"/> for another way.</summary>
    public string? LinkIdentity { get; init; }

    /// <summary>The contact's code, which our handshake shows until it is delivered.</summary>
    public string? InviteCode { get; init; }

    /// <summary>When the contact was added, UTC.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>When the keys last changed, UTC.</summary>
    public DateTimeOffset KeysAt { get; init; }

    /// <summary>How one of its addresses may be dialed.</summary>
    public DialTrust TrustOf(Address address) => Learned.Contains(address) ? DialTrust.Learned : Trust;

    /// <summary>Messages of the owner may be queued for it: it is accepted, or asked and not decided.</summary>
    public bool CanBeWrittenTo => Standing is ContactStanding.Accepted or ContactStanding.Requested && !RelayOnly;
}
