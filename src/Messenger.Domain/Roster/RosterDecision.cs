using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>What a command comes to: the answer holds once the events are committed.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Events">What happened, in order; empty when nothing changes.</param>
/// <param name="Verify">A key to verify by a call back after the commit.</param>
public sealed record RosterDecision(RosterAnswer Answer, ImmutableArray<RosterEvent> Events, KeyToVerify? Verify = null);

/// <summary>
/// A key that came in the name of a contact without proof. It is proven when the contact's known address refuses a ping with a random
/// decoy key and pongs one with this key (protocol.md, Keys).
/// </summary>
/// <param name="Contact">Whose address to call.</param>
/// <param name="Key">The key in question.</param>
public sealed record KeyToVerify(ContactId Contact, string Key);

/// <summary>Answers of the roster's rules.</summary>
public abstract record RosterAnswer
{
    private RosterAnswer()
    {
    }

    /// <summary>There is a new row.</summary>
    /// <param name="Contact">Its id.</param>
    public sealed record Added(ContactId Contact) : RosterAnswer;

    /// <summary>There was such a row before.</summary>
    /// <param name="Contact">Its id.</param>
    public sealed record Exists(ContactId Contact) : RosterAnswer;

    /// <summary>Done, or so already.</summary>
    /// <param name="Contact">The row that now stands for the contact; it may be gone.</param>
    public sealed record Done(ContactId Contact) : RosterAnswer;

    /// <summary>There is no such row.</summary>
    public sealed record NotFound : RosterAnswer;

    /// <summary>Not possible.</summary>
    /// <param name="Code">Stable problem code, lower case with underscores.</param>
    /// <param name="Detail">What is wrong and what to do.</param>
    public sealed record Rejected(string Code, string Detail) : RosterAnswer;

    /// <summary>A contact list was read.</summary>
    /// <param name="New">Rows added.</param>
    /// <param name="Known">Rows that were there and stay as they are.</param>
    public sealed record Imported(int New, int Known) : RosterAnswer;

    /// <summary>What a handshake is answered.</summary>
    /// <param name="Status">1 recorded, 0 not.</param>
    /// <param name="Redeemed">The row of a stranger that came with a code of ours.</param>
    public sealed record Handshake(int Status, ContactId? Redeemed = null) : RosterAnswer;

    /// <summary>There is a new invite.</summary>
    /// <param name="Invite">Its id.</param>
    public sealed record InviteMade(string Invite) : RosterAnswer;

    /// <summary>Nobody waits for an answer.</summary>
    public sealed record Noted : RosterAnswer;
}
