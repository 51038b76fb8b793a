using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>A key with the form in which it is written down: the rules compare the first and record the second.</summary>
/// <param name="Open">The key as it stands on the wire.</param>
/// <param name="Sealed">The same key, sealed at rest.</param>
public sealed record HeldKey(string Open, string Sealed);

/// <summary>What a decision needs from chance, drawn before it; unused values are simply dropped.</summary>
/// <param name="Id">The id of a new row.</param>
/// <param name="Key">A key to issue: 32 random bytes in base64url.</param>
public sealed record FreshValues(ContactId Id, HeldKey Key);

/// <summary>A row of the friend list as the roster keeps it: the profile that everybody sees, and what only its rules need.</summary>
public sealed record RosterRow
{
    /// <summary>The published part.</summary>
    public required ContactProfile Profile { get; init; }

    /// <summary>The sealed form of <see cref="ContactProfile.TheirKey"/>.</summary>
    public string? SealedTheirKey { get; init; }

    /// <summary>The sealed form of <see cref="ContactProfile.IssuedKey"/>.</summary>
    public string? SealedIssuedKey { get; init; }

    /// <summary>The sealed form of <see cref="ContactProfile.InviteCode"/>.</summary>
    public string? SealedInviteCode { get; init; }

    /// <summary>The key that waits for the owner or for a call back.</summary>
    public HeldKey? ProposedKey { get; init; }

    /// <summary>Whether the handshake that brought their key proved itself (protocol.md, Keys).</summary>
    public bool KeyProven { get; init; }

    /// <summary>The request came from the host it names.</summary>
    public bool AddressConfirmed { get; init; }

    /// <summary>Since when the friendship stands where it does, UTC: requests and denials are forgotten by it.</summary>
    public DateTimeOffset StandingSince { get; init; }

    /// <summary>Last successful exchange that we started, UTC, as far as it was written down.</summary>
    public DateTimeOffset? LastConnect { get; init; }

    /// <summary>Last sign of life, UTC, as far as it was written down.</summary>
    public DateTimeOffset? LastOnline { get; init; }

    /// <summary>When presence was last written down, UTC.</summary>
    public DateTimeOffset? PresenceNotedAt { get; init; }

    /// <summary>Local id.</summary>
    public ContactId Id => Profile.Id;

    /// <summary>Where the friendship stands.</summary>
    public ContactStanding Standing => Profile.Standing;
}

/// <summary>The whole friend list at one sequence number of its journal; keys are sealed.</summary>
/// <param name="Rows">Every row.</param>
/// <param name="Leaving">Removed contacts whose conversation is not erased yet.</param>
/// <param name="Invites">Open and used invites; <see langword="null"/> where it was written before there were any.</param>
public sealed record RosterSnapshot(ImmutableArray<RosterSnapshotRow> Rows, ImmutableArray<ContactId> Leaving, ImmutableArray<Invite>? Invites = null);

/// <summary>One row of a <see cref="RosterSnapshot"/>; the fields are those of <see cref="RosterRow"/> and <see cref="ContactProfile"/>.</summary>
/// <param name="Contact">Local id.</param>
/// <param name="Addresses">As typed, preferred first.</param>
/// <param name="Aliases">Canonical.</param>
/// <param name="Nick">Name.</param>
/// <param name="Standing">Where the friendship stands.</param>
/// <param name="StandingSince">Since when, UTC.</param>
/// <param name="SealedTheirKey">The key we must show.</param>
/// <param name="SealedIssuedKey">The key they must show.</param>
/// <param name="SealedProposedKey">The key that waits.</param>
/// <param name="Traits">The switches of the row.</param>
/// <param name="AddedAt">UTC.</param>
/// <param name="KeysAt">UTC.</param>
/// <param name="LastConnect">UTC.</param>
/// <param name="LastOnline">UTC.</param>
/// <param name="PresenceNotedAt">UTC.</param>
/// <param name="LinkIdentity">The identity that its invite link named.</param>
/// <param name="SealedInviteCode">The code of that link.</param>
public sealed record RosterSnapshotRow(
    ContactId Contact, ImmutableArray<string> Addresses, ImmutableArray<string> Aliases, string Nick, ContactStanding Standing, DateTimeOffset StandingSince,
    string? SealedTheirKey, string? SealedIssuedKey, string? SealedProposedKey, RosterTraits Traits, DateTimeOffset AddedAt, DateTimeOffset KeysAt,
    DateTimeOffset? LastConnect, DateTimeOffset? LastOnline, DateTimeOffset? PresenceNotedAt, string? LinkIdentity = null, string? SealedInviteCode = null)
{
    /// <summary><see cref="ContactProfile.Learned"/>, canonical; <see langword="null"/> for none.</summary>
    public IReadOnlyList<string>? Learned { get; init; }

    /// <summary><see cref="ContactProfile.MovedFrom"/>, as typed.</summary>
    public string? MovedFrom { get; init; }
}

/// <summary>The switches of a row, as they are written down: numbers are never reused.</summary>
[Flags]
public enum RosterTraits
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><see cref="ContactProfile.WeakKey"/>.</summary>
    WeakKey = 1,

    /// <summary><see cref="ContactProfile.CanResend"/>.</summary>
    CanResend = 1 << 1,

    /// <summary><see cref="ContactProfile.MayRelay"/>.</summary>
    MayRelay = 1 << 2,

    /// <summary><see cref="ContactProfile.Muted"/>.</summary>
    Muted = 1 << 3,

    /// <summary><see cref="ContactProfile.RelayOnly"/>.</summary>
    RelayOnly = 1 << 4,

    /// <summary><see cref="ContactProfile.Trust"/> is <see cref="DialTrust.Confirmed"/>.</summary>
    Confirmed = 1 << 5,

    /// <summary><see cref="ContactProfile.AddressGuessed"/>.</summary>
    AddressGuessed = 1 << 6,

    /// <summary><see cref="ContactProfile.HandshakeDue"/>.</summary>
    HandshakeDue = 1 << 7,

    /// <summary><see cref="RosterRow.KeyProven"/>.</summary>
    KeyProven = 1 << 8,

    /// <summary><see cref="RosterRow.AddressConfirmed"/>.</summary>
    AddressConfirmed = 1 << 9,
}
