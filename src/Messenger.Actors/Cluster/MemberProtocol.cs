using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Cluster;

/// <summary>What members of a cluster say to each other beside what is said to contacts.</summary>
internal static class MemberProtocol
{
    /// <summary>A command for the friend list, from a member to its keeper; answered by <see cref="RosterReturn"/> unless it is a note.</summary>
    /// <param name="Id">The caller's number of it.</param>
    /// <param name="Member">Which member.</param>
    /// <param name="Command">The command.</param>
    public sealed record RosterCall(long Id, string Member, RosterProtocol.IRosterCommand Command);

    /// <summary>Answer to <see cref="RosterCall"/>.</summary>
    /// <param name="Id">As in the call.</param>
    /// <param name="Version">Who is given the answer must see at least this version of the friend list.</param>
    /// <param name="Answer">The answer.</param>
    public sealed record RosterReturn(long Id, long Version, object Answer);

    /// <summary>The friend list has changed; answered by <see cref="RosterSeen"/>. A hint: the journal tells what was changed.</summary>
    public sealed record RosterGrew(long Version);

    /// <summary>A member shows that version, or a later one.</summary>
    public sealed record RosterSeen(string Member, long Version);

    /// <summary>Entries of the live feed that a member has committed. A hint: the feed's table has them.</summary>
    public sealed record FeedGrew(ImmutableArray<FeedEntry> Entries);

    /// <summary>A member takes part from now on.</summary>
    public sealed record MemberCame(string Member) : INoSerializationVerificationNeeded;

    /// <summary>A member does not answer, or is about to leave.</summary>
    public sealed record MemberSilent(string Member) : INoSerializationVerificationNeeded;

    /// <summary>A member is not one any more.</summary>
    public sealed record MemberGone(string Member) : INoSerializationVerificationNeeded;

    /// <summary>When contacts were seen by a member.</summary>
    public sealed record PresenceSeen(ImmutableArray<SeenByMember> Contacts);

    /// <summary>When a contact was seen.</summary>
    public sealed record SeenByMember(ContactId Contact, DateTimeOffset? LastConnect, DateTimeOffset? LastOnline, bool Lost);
}
