using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>What happened to the friend list, in the order of the roster's journal. Keys are sealed in every event.</summary>
public abstract record RosterEvent
{
    /// <summary>When it was decided, UTC.</summary>
    public abstract DateTimeOffset At { get; init; }
}

/// <summary>What happened to a row of the friend list.</summary>
/// <param name="At">When it was decided, UTC.</param>
/// <param name="Contact">Whose row.</param>
public abstract record RowEvent(DateTimeOffset At, ContactId Contact) : RosterEvent;

/// <summary>The owner added a contact by its address.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">The new row.</param>
/// <param name="Addresses">As typed, preferred first.</param>
/// <param name="Nick">The owner's name for it; may be empty.</param>
/// <param name="SealedIssuedKey">The key we issue to it.</param>
public sealed record ContactAdded(DateTimeOffset At, ContactId Contact, ImmutableArray<string> Addresses, string Nick, string SealedIssuedKey) : RowEvent(At, Contact);

/// <summary>A stranger asked to be a friend.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">The new row.</param>
/// <param name="Address">The address it gave, else its source address with the default port.</param>
/// <param name="Guessed">The address was not given.</param>
/// <param name="AddressConfirmed">The source address is the host of <paramref name="Address"/>.</param>
/// <param name="Nick">Its own name for itself; may be empty.</param>
/// <param name="SealedTheirKey">The key we must show to it.</param>
public sealed record RequestReceived(
    DateTimeOffset At, ContactId Contact, string Address, bool Guessed, bool AddressConfirmed, string Nick, string SealedTheirKey) : RowEvent(At, Contact);

/// <summary>The contact's key for us was taken: the answer to our request, or a proven change.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="SealedTheirKey">The key we must show to it from now on.</param>
/// <param name="Proven">Whether the handshake proved itself (protocol.md, Keys).</param>
/// <param name="WeakKey">The contact uses one password both ways.</param>
public sealed record KeyTaken(DateTimeOffset At, ContactId Contact, string SealedTheirKey, bool Proven, bool WeakKey) : RowEvent(At, Contact);

/// <summary>A new key came that proved nothing; the old one stays valid until the owner decides.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="SealedKey">The key offered; the last one wins.</param>
public sealed record KeyChangeProposed(DateTimeOffset At, ContactId Contact, string SealedKey) : RowEvent(At, Contact);

/// <summary>The owner decided about a proposed key.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="Taken">Whether it replaces the old one.</param>
public sealed record KeyChangeDecided(DateTimeOffset At, ContactId Contact, bool Taken) : RowEvent(At, Contact);

/// <summary>The contact is a friend: the owner accepted, or the answer to our request came, or the node accepts by itself.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="SealedIssuedKey">The key we issue to it; <see langword="null"/> when it has one.</param>
/// <param name="RelayOnly">Accepted by itself, for relaying only.</param>
public sealed record ContactAccepted(DateTimeOffset At, ContactId Contact, string? SealedIssuedKey, bool RelayOnly) : RowEvent(At, Contact);

/// <summary>The owner denied the request; remembered for 30 days.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record RequestDenied(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>The owner blocked the contact.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record ContactBlocked(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>The row is gone: removed by the owner, an expired request, or merged into another row.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record ContactRemoved(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>The owner changed the row; <see langword="null"/> leaves a field as it is.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="Nick">Name.</param>
/// <param name="Addresses">As typed, preferred first; replaces the list.</param>
/// <param name="CanResend">We may ask it to relay.</param>
/// <param name="MayRelay">It may ask us to relay.</param>
/// <param name="Muted">No notifications.</param>
public sealed record ContactEdited(
    DateTimeOffset At, ContactId Contact, string? Nick, ImmutableArray<string>? Addresses, bool? CanResend, bool? MayRelay, bool? Muted) : RowEvent(At, Contact);

/// <summary>The contact calls us, or calls itself, by another name than the one we dial; it identifies and is never dialed.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="Alias">Canonical address.</param>
public sealed record AliasLearned(DateTimeOffset At, ContactId Contact, string Alias) : RowEvent(At, Contact);

/// <summary>The contact answers elsewhere from now on: it is dialed there first, and where it was until the new address has worked.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="Address">The new address, with its certificate.</param>
/// <param name="Learned">It was told from another host: it is dialed as read from the wire.</param>
public sealed record ContactMoved(DateTimeOffset At, ContactId Contact, string Address, bool Learned) : RowEvent(At, Contact);

/// <summary>The contact answered at its new address: the one before goes on as a name and is not dialed any more.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record MoveConfirmed(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>Our handshake reached the contact: it answered 1.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record HandshakeDelivered(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>The contact answered 0 to a resend: it does not relay and is not asked again until the owner says so.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record RelayingDeclined(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>When contacts were last reached and last heard; written at most hourly and when the node stops.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
/// <param name="LastConnect">Last successful exchange that we started, UTC.</param>
/// <param name="LastOnline">Last sign of life of any kind, UTC.</param>
public sealed record PresenceNoted(DateTimeOffset At, ContactId Contact, DateTimeOffset? LastConnect, DateTimeOffset? LastOnline) : RowEvent(At, Contact);

/// <summary>What a removed contact left here, its conversation and what was carried for it, is gone; repeated at each start until then.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose.</param>
public sealed record RemovalCompleted(DateTimeOffset At, ContactId Contact) : RowEvent(At, Contact);

/// <summary>The owner followed somebody's invite link.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose row.</param>
/// <param name="Identity">The identity that the link names, base64url: the contact has to show it.</param>
/// <param name="SealedCode">The code that goes with our handshake; <see langword="null"/> when they are friends already.</param>
public sealed record LinkFollowed(DateTimeOffset At, ContactId Contact, string Identity, string? SealedCode) : RowEvent(At, Contact);

/// <summary>The contact came with a code of ours: the invite is used up.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Contact">Whose row.</param>
/// <param name="Invite">Id of the invite.</param>
/// <param name="Identity">The identity that came with the code, base64url; <see langword="null"/> when none did.</param>
public sealed record InviteRedeemed(DateTimeOffset At, ContactId Contact, string Invite, string? Identity) : RowEvent(At, Contact);

/// <summary>The owner made an invite.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Invite">Its id.</param>
/// <param name="CodeHash">The keyed hash of its code; the code itself is not kept.</param>
/// <param name="Note">The owner's words on whom it is for; may be empty.</param>
/// <param name="ExpiresAt">Until when it can be redeemed, UTC.</param>
public sealed record InviteMade(DateTimeOffset At, string Invite, string CodeHash, string Note, DateTimeOffset ExpiresAt) : RosterEvent;

/// <summary>The invite is gone: revoked, expired, or used long ago.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Invite">Its id.</param>
public sealed record InviteEnded(DateTimeOffset At, string Invite) : RosterEvent;
