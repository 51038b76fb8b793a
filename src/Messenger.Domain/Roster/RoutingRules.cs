using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>Into whose conversation a message goes.</summary>
public abstract record SendRoute
{
    private SendRoute()
    {
    }

    /// <summary>Into the author's.</summary>
    /// <param name="Author">The author.</param>
    /// <param name="Via">The contact that brought it; <see langword="null"/> when that is the author.</param>
    public sealed record Store(ContactId Author, ContactId? Via) : SendRoute;

    /// <summary>Nowhere: answered 0.</summary>
    /// <param name="Reason">Why, for the owner.</param>
    public sealed record Refuse(string Reason) : SendRoute;
}

/// <summary>What becomes of a message that a friend asks us to carry.</summary>
public abstract record ResendRoute
{
    private ResendRoute()
    {
    }

    /// <summary>It is carried.</summary>
    /// <param name="Recipient">For whom.</param>
    /// <param name="From">The author as the recipient is told.</param>
    public sealed record Carry(ContactId Recipient, string From) : ResendRoute;

    /// <summary>It is for us.</summary>
    public sealed record Keep : ResendRoute;

    /// <summary>It is not carried.</summary>
    /// <param name="Status">0 not for this caller at all, 2 recipient unknown here, 5 the key is not the author's (protocol.md, resend).</param>
    /// <param name="Reason">Why, for the owner.</param>
    public sealed record Refuse(int Status, string Reason) : ResendRoute;
}

/// <summary>Where messages go, given who brought them (protocol.md: Address, send, resend).</summary>
/// <param name="directory">The friend list.</param>
/// <param name="own">What this node calls itself.</param>
/// <param name="caller">Who brought the message.</param>
/// <param name="source">Where the connection comes from.</param>
public sealed class RoutingRules(ContactDirectory directory, ImmutableHashSet<Address> own, ContactProfile caller, IPAddress source)
{
    /// <summary>Routes a <c>send</c> or an item of a <c>history</c>.</summary>
    /// <param name="from">The author as written.</param>
    /// <param name="to">The recipient as written.</param>
    public SendRoute Send(string? from, string? to)
    {
        if (caller.RelayOnly)
        {
            return new SendRoute.Refuse("It was accepted for relaying only.");
        }

        if (Read(to) is { } recipient && !own.Contains(recipient) && IsOwnersContact(directory.DialedAt(recipient)))
        {
            return new SendRoute.Refuse("It is for another contact; a send is not a resend.");
        }

        if (from is null)
        {
            return new SendRoute.Store(caller.Id, null);
        }

        if (Read(from) is not { } author || own.Contains(author))
        {
            return new SendRoute.Refuse("Its author cannot be told: \"from\" is no address of another node.");
        }

        if (IsCaller(author) || IsAtSource(author))
        {
            return new SendRoute.Store(caller.Id, null);
        }

        return directory.ByAddress(author) is { Standing: ContactStanding.Accepted, RelayOnly: false } other && caller.Standing == ContactStanding.Accepted
            ? new SendRoute.Store(other.Id, caller.Id)
            : new SendRoute.Refuse("Its author is no contact.");
    }

    /// <summary>Routes a <c>resend</c>: one hop, from a friend of ours to a friend of ours.</summary>
    /// <param name="from">The author as written.</param>
    /// <param name="to">The recipient as written.</param>
    public ResendRoute Resend(string? from, string? to)
    {
        if (!caller.MayRelay || caller.Standing != ContactStanding.Accepted)
        {
            return new ResendRoute.Refuse(0, "It may not relay here.");
        }

        var author = Read(from);
        if ((from is not null && author is null) || (author is not null && !IsCaller(author) && (own.Contains(author) || IsOwnersContact(directory.DialedAt(author)))))
        {
            return new ResendRoute.Refuse(5, "Its author is another one than the caller; a resend goes one hop.");
        }

        if (Read(to) is not { } recipient)
        {
            return new ResendRoute.Refuse(2, "It names no recipient.");
        }

        if (own.Contains(recipient))
        {
            return caller.RelayOnly ? new ResendRoute.Refuse(2, "It is for us, and was accepted for relaying only.") : new ResendRoute.Keep();
        }

        return directory.ByAddress(recipient) is { Standing: ContactStanding.Accepted } friend && friend.Id != caller.Id
            ? new ResendRoute.Carry(friend.Id, from ?? caller.Addresses[0].Canonical)
            : new ResendRoute.Refuse(2, "Its recipient is no contact.");
    }

    /// <summary>A name by which friends may know us: a recipient of a message for us that is neither ours nor a contact's.</summary>
    /// <param name="to">The recipient as written.</param>
    public Address? PossibleOwnName(string? to) =>
        Read(to) is { } recipient && !own.Contains(recipient) && !IsOwnersContact(directory.DialedAt(recipient)) ? recipient : null;

    /// <summary>What the caller calls itself, if that is a new name of it.</summary>
    /// <param name="from">As written.</param>
    public Address? NewName(string? from) =>
        Read(from) is { } name && !own.Contains(name) && directory.ByAddress(name) is null ? name : null;

    private bool IsCaller(Address name) => caller.Addresses.Contains(name) || (caller.Aliases.Contains(name) && !IsOwnersContact(directory.DialedAt(name)));

    // Several nodes may share a host: an address that another contact is dialed at is that contact's.
    private bool IsAtSource(Address name) => SourceHost.Is(name, source, []) && !IsOwnersContact(directory.DialedAt(name));

    // Rows that others put into the list do not count: a stranger could ask under our own name and so cut us off.
    private static bool IsOwnersContact(ContactProfile? row) =>
        row?.Standing is ContactStanding.Accepted or ContactStanding.Requested or ContactStanding.Blocked;

    private static Address? Read(string? text) => Address.TryParse(text, out var address, out _) ? address : null;
}
