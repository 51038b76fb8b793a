using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>An invite of the owner's: whoever shows its code first becomes a friend without being asked about.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CodeHash">The keyed hash of its code.</param>
/// <param name="Note">The owner's words on whom it is for; may be empty.</param>
/// <param name="MadeAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">Until when it can be redeemed, UTC.</param>
/// <param name="UsedBy">Who redeemed it.</param>
/// <param name="UsedIdentity">The identity that came with its code, base64url; <see langword="null"/> when none did.</param>
/// <param name="UsedAt">When it was redeemed, UTC.</param>
public sealed record Invite(
    string Id, string CodeHash, string Note, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt,
    ContactId? UsedBy = null, string? UsedIdentity = null, DateTimeOffset? UsedAt = null)
{
    /// <summary>Whether it can be redeemed.</summary>
    /// <param name="now">UTC.</param>
    public bool IsOpen(DateTimeOffset now) => UsedBy is null && now < ExpiresAt;
}

/// <summary>What may happen to invites.</summary>
public static class InviteDecisions
{
    /// <summary>How long an invite can be redeemed at most.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    /// <summary>Longest note, in characters of UTF-16.</summary>
    public const int MaxNoteLength = Nickname.MaxLength;

    /// <summary>Invites that can be open at once.</summary>
    public const int MaxOpen = 50;

    /// <summary>Used invites that are remembered; the oldest are forgotten first, and each when it would have expired.</summary>
    private const int MaxUsed = 50;

    /// <summary>Makes an invite.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="id">A fresh id.</param>
    /// <param name="codeHash">The keyed hash of a fresh code.</param>
    /// <param name="note">The owner's words on whom it is for; may be empty.</param>
    /// <param name="life">How long it can be redeemed: more than nothing, at most <see cref="LongestLife"/>.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Make(RosterState state, string id, string codeHash, string note, TimeSpan life, DateTimeOffset now)
    {
        if (life <= TimeSpan.Zero || life > LongestLife)
        {
            return Refuse("bad_hours", $"An invite lasts 1 to {LongestLife.TotalHours} hours.");
        }

        if (state.Invites.Values.Count(invite => invite.IsOpen(now)) >= MaxOpen)
        {
            return Refuse("too_many_invites", $"{MaxOpen} invites are open already. Revoke one that is not needed any more.");
        }

        var old = state.Invites.Values.Where(invite => invite.UsedBy is not null).OrderByDescending(invite => invite.UsedAt).Skip(MaxUsed);
        return new RosterDecision(
            new RosterAnswer.InviteMade(id),
            [.. old.Select(RosterEvent (invite) => new InviteEnded(now, invite.Id)), new InviteMade(now, id, codeHash, Nickname.Clean(note), now + life)]);
    }

    /// <summary>Takes an invite back, or forgets a used one.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="id">Any id.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision End(RosterState state, string id, DateTimeOffset now) =>
        state.Invites.ContainsKey(id) ? new RosterDecision(new RosterAnswer.Noted(), [new InviteEnded(now, id)]) : new RosterDecision(new RosterAnswer.NotFound(), []);

    /// <summary>Invites whose time is over, used or not.</summary>
    internal static IEnumerable<RosterEvent> Expired(RosterState state, DateTimeOffset now) =>
        state.Invites.Values.Where(invite => now >= invite.ExpiresAt).Select(invite => new InviteEnded(now, invite.Id));

    /// <summary>The open invite whose code a caller shows.</summary>
    internal static Invite? Shown(RosterState state, ReceivedHandshake handshake, DateTimeOffset now) =>
        handshake.Invite is { } shown ? state.Invites.Values.FirstOrDefault(invite => invite.IsOpen(now) && Keys.Same(invite.CodeHash, shown.CodeHash)) : null;

    /// <summary>
    /// Who used the invite whose code a caller shows again, with the same key and the same identity: its answer was lost. A code that
    /// somebody else shows again says nothing.
    /// </summary>
    internal static RosterRow? UsedBefore(RosterState state, ReceivedHandshake handshake) =>
        handshake.Invite is { } shown
        && state.Invites.Values.FirstOrDefault(i => Keys.Same(i.CodeHash, shown.CodeHash)) is { UsedBy: { } contact } invite
        && invite.UsedIdentity == shown.Identity
        && state.Find(contact) is { } row
        && Keys.Same(row.Profile.TheirKey, handshake.Key.Open)
            ? row
            : null;

    private static RosterDecision Refuse(string code, string detail) => new(new RosterAnswer.Rejected(code, detail), ImmutableArray<RosterEvent>.Empty);
}
