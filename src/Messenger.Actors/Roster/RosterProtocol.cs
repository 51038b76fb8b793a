using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>Everything that may be said to the roster. Commands are answered after the commit.</summary>
public static class RosterProtocol
{
    /// <summary>Marks a message for the roster.</summary>
    public interface IRosterCommand;

    /// <summary>Marks what is not answered.</summary>
    public interface IRosterNote : IRosterCommand;

    /// <summary>Adds a contact and asks it to be a friend; answered by <see cref="AddResult"/>. A pending request of that address is accepted.</summary>
    public sealed record AddContact(Address Address, string Nick) : IRosterCommand;

    /// <summary>Adds the contact of an invite link; answered by <see cref="AddResult"/>.</summary>
    /// <param name="Addresses">Where the inviting node answers, preferred first; not empty.</param>
    /// <param name="Identity">Its identity, base64url.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Nick">The owner's name for it; may be empty.</param>
    /// <param name="Known">The contact that has shown that identity before.</param>
    public sealed record FollowLink(ImmutableArray<Address> Addresses, string Identity, string Code, string Nick, ContactId? Known) : IRosterCommand;

    /// <summary>Makes an invite; answered by <see cref="InviteResult"/>.</summary>
    /// <param name="Note">The owner's words on whom it is for; may be empty.</param>
    /// <param name="Life">How long it can be redeemed.</param>
    public sealed record MakeInvite(string Note, TimeSpan Life) : IRosterCommand;

    /// <summary>Takes an invite back; answered by <see cref="InviteEndResult"/>.</summary>
    public sealed record EndInvite(string Invite) : IRosterCommand;

    /// <summary>Asks for open and used invites; answered by <see cref="InviteList"/>.</summary>
    public sealed record GetInvites : IRosterCommand;

    /// <summary>Edits a row; answered by <see cref="RosterResult"/>.</summary>
    public sealed record EditContact(ContactId Contact, string? Nick, ImmutableArray<Address>? Addresses, bool? CanResend, bool? MayRelay, bool? Muted) : IRosterCommand;

    /// <summary>Accepts a request (or unblocks); answered by <see cref="RosterResult"/>.</summary>
    public sealed record AcceptContact(ContactId Contact) : IRosterCommand;

    /// <summary>Denies a request; answered by <see cref="RosterResult"/>.</summary>
    public sealed record DenyContact(ContactId Contact) : IRosterCommand;

    /// <summary>Blocks a contact; answered by <see cref="RosterResult"/>.</summary>
    public sealed record BlockContact(ContactId Contact) : IRosterCommand;

    /// <summary>Removes a row; answered by <see cref="RosterResult"/>.</summary>
    public sealed record RemoveContact(ContactId Contact) : IRosterCommand;

    /// <summary>Decides about a proposed key; answered by <see cref="RosterResult"/>.</summary>
    public sealed record DecideKeyChange(ContactId Contact, bool Take) : IRosterCommand;

    /// <summary>Adds the rows of a contact list in the seed's format; answered by <see cref="ImportResult"/>.</summary>
    public sealed record ImportContacts(ImmutableArray<ContactListEntry> Entries) : IRosterCommand;

    /// <summary>A handshake came; answered by <see cref="HandshakeAnswer"/>.</summary>
    public sealed record ReceiveHandshake(string Key, Address? From, string Nick, string? Proof, IPAddress Source) : IRosterCommand
    {
        /// <summary>The code of an invite, if it shows one.</summary>
        public string? Invite { get; init; }

        /// <summary>The identity of the bundle that came with it, base64url; its signature is right.</summary>
        public string? Identity { get; init; }
    }

    /// <summary>A contact proved itself by its key under a name we did not know. Not answered.</summary>
    public sealed record LearnAlias(ContactId Contact, Address Alias) : IRosterNote;

    /// <summary>A contact has proven that it moved; answered by <see cref="RosterResult"/>.</summary>
    /// <param name="Contact">Who.</param>
    /// <param name="Address">Where to.</param>
    /// <param name="Learned">It said so from another host.</param>
    public sealed record MoveContact(ContactId Contact, Address Address, bool Learned) : IRosterCommand;

    /// <summary>A contact that moved answered at its new address. Not answered.</summary>
    public sealed record ConfirmMove(ContactId Contact) : IRosterNote;

    /// <summary>Our handshake was answered with 1. Not answered.</summary>
    public sealed record NoteHandshakeDelivered(ContactId Contact) : IRosterNote;

    /// <summary>The contact called with the key that it gave us instead of the one we issued. Not answered.</summary>
    public sealed record NoteWeakKey(ContactId Contact) : IRosterNote;

    /// <summary>The node stops: writes down when contacts were seen; answered by <see cref="PresenceWritten"/>.</summary>
    public sealed record WritePresence : IRosterCommand;

    /// <summary>Answer to <see cref="WritePresence"/>.</summary>
    public sealed record PresenceWritten;

    /// <summary>The contact answered 0 to a resend. Not answered.</summary>
    public sealed record NoteRelayingDeclined(ContactId Contact) : IRosterNote;

    /// <summary>A member of the cluster is gone: whoever has something waiting is woken now, not at the next sweep. Not answered.</summary>
    public sealed record SweepNow : IRosterNote;

    /// <summary>Whether any GUI is looking: then accepted contacts are watched. Not answered.</summary>
    public sealed record AudienceChanged(bool Watching) : IRosterNote;

    /// <summary>A row of a contact list in the seed's format (seed, "Структура сети").</summary>
    /// <param name="Address">Where to dial.</param>
    /// <param name="Nick">Name.</param>
    /// <param name="LastOnline">Last sign of life, UTC.</param>
    /// <param name="LastConnect">Last exchange, UTC.</param>
    /// <param name="CanResend">We may ask it to relay.</param>
    /// <param name="Key">The key we must show to it; empty when none.</param>
    /// <param name="IssuedKey">The key it must show to us, where the list came from a node like ours.</param>
    public sealed record ContactListEntry(
        Address Address, string Nick, DateTimeOffset? LastOnline, DateTimeOffset? LastConnect, bool CanResend, string Key, string? IssuedKey)
    {
        /// <summary>More addresses of the same contact, where the list came from a node like ours.</summary>
        public ImmutableArray<Address> OtherAddresses { get; init; } = [];
    }

    /// <summary>What became of an added contact.</summary>
    public abstract record AddResult
    {
        private AddResult()
        {
        }

        /// <summary>A new row.</summary>
        public sealed record Added(ContactProfile Profile) : AddResult;

        /// <summary>There is a row with that address.</summary>
        public sealed record Exists(ContactProfile Profile) : AddResult;

        /// <summary>Not possible.</summary>
        /// <param name="Code">Stable problem code.</param>
        /// <param name="Detail">What is wrong and what to do.</param>
        public sealed record Rejected(string Code, string Detail) : AddResult;
    }

    /// <summary>What became of an invite to be made.</summary>
    public abstract record InviteResult
    {
        private InviteResult()
        {
        }

        /// <summary>Committed.</summary>
        /// <param name="Invite">The invite.</param>
        /// <param name="Code">Its code, which is not kept.</param>
        public sealed record Made(Invite Invite, string Code) : InviteResult;

        /// <summary>Not possible.</summary>
        /// <param name="Code">Stable problem code.</param>
        /// <param name="Detail">What is wrong and what to do.</param>
        public sealed record Rejected(string Code, string Detail) : InviteResult;
    }

    /// <summary>What became of an invite to be taken back.</summary>
    /// <param name="Found">Whether there was such an invite.</param>
    public sealed record InviteEndResult(bool Found);

    /// <summary>Open and used invites.</summary>
    /// <param name="Invites">Newest first.</param>
    public sealed record InviteList(ImmutableArray<Invite> Invites);

    /// <summary>What became of a change.</summary>
    public abstract record RosterResult
    {
        private RosterResult()
        {
        }

        /// <summary>Committed.</summary>
        /// <param name="Profile">The row now; <see langword="null"/> when it is gone.</param>
        public sealed record Done(ContactProfile? Profile) : RosterResult;

        /// <summary>There is no such row.</summary>
        public sealed record NotFound : RosterResult;

        /// <summary>Not possible.</summary>
        /// <param name="Code">Stable problem code.</param>
        /// <param name="Detail">What is wrong and what to do.</param>
        public sealed record Rejected(string Code, string Detail) : RosterResult;
    }

    /// <summary>What became of an import.</summary>
    /// <param name="Added">New rows.</param>
    /// <param name="Existing">Rows that were there and stay as they are.</param>
    public sealed record ImportResult(int Added, int Existing);

    /// <summary>Answer to a handshake: the wire status, or a wait.</summary>
    /// <param name="Status">1 recorded, 0 not.</param>
    /// <param name="RetryAfter">Set when too many came: answer 429.</param>
    /// <param name="Contact">The contact whose key we have now is the one that came: what else came with it is that contact's, too.</param>
    public sealed record HandshakeAnswer(int Status, TimeSpan? RetryAfter = null, ContactId? Contact = null);
}
