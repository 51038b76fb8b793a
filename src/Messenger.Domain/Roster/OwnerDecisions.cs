using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>An invite link that the owner follows.</summary>
/// <param name="Addresses">Where the inviting node answers, preferred first; not empty.</param>
/// <param name="Identity">Its identity, base64url.</param>
/// <param name="Code">Its code.</param>
/// <param name="Known">The contact that has shown that identity before.</param>
public sealed record FollowedLink(ImmutableArray<Address> Addresses, string Identity, HeldKey Code, ContactId? Known = null);

/// <summary>What the owner may do to the friend list.</summary>
public static class OwnerDecisions
{
    /// <summary>Most addresses of one contact.</summary>
    public const int MaxAddresses = 8;

    /// <summary>Adds a contact, or accepts the request of that address.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="address">Where to dial.</param>
    /// <param name="nick">The owner's name for it; may be empty.</param>
    /// <param name="now">UTC.</param>
    /// <param name="fresh">Drawn for this decision.</param>
    public static RosterDecision Add(RosterState state, RosterPolicy policy, Address address, string nick, DateTimeOffset now, FreshValues fresh)
    {
        if (policy.OwnAddresses.Contains(address))
        {
            return Refuse("own_address", $"{address} is this node itself. Write the address of your friend's node.");
        }

        nick = Nickname.Clean(nick);
        return state.DialedAt(address) switch
        {
            null => new RosterDecision(
                new RosterAnswer.Added(fresh.Id), [new ContactAdded(now, fresh.Id, [address.Typed], nick, fresh.Key.Sealed)]),
            { Standing: ContactStanding.Pending or ContactStanding.Denied } asked => new RosterDecision(
                new RosterAnswer.Exists(asked.Id), [.. Renamed(asked, nick, now), .. Pinned(asked, [address], now), Accepted(asked, now, fresh)]),
            var row => new RosterDecision(new RosterAnswer.Exists(row.Id), [.. Pinned(row, [address], now)]),
        };
    }

    /// <summary>Adds the contact of an invite link, or lets one that is there be known by it.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="link">The link.</param>
    /// <param name="nick">The owner's name for the contact; may be empty.</param>
    /// <param name="now">UTC.</param>
    /// <param name="fresh">Drawn for this decision.</param>
    public static RosterDecision Follow(RosterState state, RosterPolicy policy, FollowedLink link, string nick, DateTimeOffset now, FreshValues fresh)
    {
        if (link.Addresses.FirstOrDefault(policy.OwnAddresses.Contains) is { } own)
        {
            return Refuse("own_address", $"{own} is this node itself: the link is your own. Give it to your friend.");
        }

        nick = Nickname.Clean(nick);
        var row = link.Addresses.Select(state.DialedAt).FirstOrDefault(found => found is not null) ?? (link.Known is { } known ? state.Find(known) : null);
        return row switch
        {
            null => new RosterDecision(
                new RosterAnswer.Added(fresh.Id),
                [
                    new ContactAdded(now, fresh.Id, [.. link.Addresses.Take(MaxAddresses).Select(a => a.Typed)], nick, fresh.Key.Sealed),
                    new LinkFollowed(now, fresh.Id, link.Identity, link.Code.Sealed),
                ]),
            { Standing: ContactStanding.Pending or ContactStanding.Denied } asked => new RosterDecision(
                new RosterAnswer.Exists(asked.Id),
                [
                    .. Renamed(asked, nick, now), .. Pinned(asked, link.Addresses, now), Accepted(asked, now, fresh),
                    new LinkFollowed(now, asked.Id, link.Identity, link.Code.Sealed),
                ]),
            { Standing: ContactStanding.Requested } asked => new RosterDecision(
                new RosterAnswer.Exists(asked.Id), [.. Pinned(asked, link.Addresses, now), new LinkFollowed(now, asked.Id, link.Identity, link.Code.Sealed)]),
            _ => new RosterDecision(
                new RosterAnswer.Exists(row.Id),
                [
                    .. Pinned(row, link.Addresses, now),
                    .. row.Profile.LinkIdentity == link.Identity ? (RosterEvent[])[] : [new LinkFollowed(now, row.Id, link.Identity, null)],
                ]),
        };
    }

    /// <summary>Changes a row. A request that is given the address of another contact turns out to be that contact.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="change">The change; its time is the time of the decision.</param>
    /// <param name="addresses">The addresses of the change, parsed.</param>
    public static RosterDecision Edit(RosterState state, RosterPolicy policy, ContactEdited change, ImmutableArray<Address>? addresses)
    {
        if (state.Find(change.Contact) is not { } row)
        {
            return NotFound();
        }

        var wanted = addresses?.Distinct().ToImmutableArray();
        if (wanted is { Length: 0 or > MaxAddresses })
        {
            return Refuse("bad_address", $"A contact has 1 to {MaxAddresses} addresses.");
        }

        if (wanted?.FirstOrDefault(policy.OwnAddresses.Contains) is { } own)
        {
            return Refuse("own_address", $"{own} is this node itself. Write the address of your friend's node.");
        }

        var others = (wanted ?? []).Select(state.DialedAt).OfType<RosterRow>().Where(other => other.Id != row.Id).DistinctBy(other => other.Id).ToArray();
        if (others is [var other])
        {
            return Merged(row, other, change.At);
        }

        if (others.Length > 1)
        {
            return Taken(others[0]);
        }

        var edited = change with
        {
            Nick = change.Nick is null ? null : Nickname.Clean(change.Nick),
            Addresses = wanted is { } list ? [.. list.Select(a => a.Typed)] : null,
        };
        return new RosterDecision(new RosterAnswer.Done(row.Id), [edited]);
    }

    /// <summary>Accepts a request, turns a relay-only contact into a friend, or unblocks.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">The row.</param>
    /// <param name="now">UTC.</param>
    /// <param name="fresh">Drawn for this decision.</param>
    public static RosterDecision Accept(RosterState state, ContactId contact, DateTimeOffset now, FreshValues fresh) => state.Find(contact) switch
    {
        null => NotFound(),
        { Standing: ContactStanding.Requested } => Refuse("not_pending", "This contact was asked by you. Wait for its answer."),
        { Standing: ContactStanding.Accepted, Profile.RelayOnly: false } => Done(contact),
        var row => Done(contact, Accepted(row, now, fresh)),
    };

    /// <summary>Says no to a request.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">The row.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Deny(RosterState state, ContactId contact, DateTimeOffset now) => state.Find(contact) switch
    {
        null => NotFound(),
        { Standing: ContactStanding.Denied } => Done(contact),
        { Standing: ContactStanding.Pending } => Done(contact, new RequestDenied(now, contact)),
        _ => Refuse("not_pending", "Only a request can be denied. Block or remove this contact instead."),
    };

    /// <summary>Blocks a contact.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">The row.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Block(RosterState state, ContactId contact, DateTimeOffset now) => state.Find(contact) switch
    {
        null => NotFound(),
        { Standing: ContactStanding.Blocked } => Done(contact),
        _ => Done(contact, new ContactBlocked(now, contact)),
    };

    /// <summary>Removes a row.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">The row.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Remove(RosterState state, ContactId contact, DateTimeOffset now) =>
        state.Find(contact) is null ? NotFound() : Done(contact, new ContactRemoved(now, contact));

    /// <summary>Decides about a key that proved nothing.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">The row.</param>
    /// <param name="take">Whether it replaces the old one.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision DecideKeyChange(RosterState state, ContactId contact, bool take, DateTimeOffset now) => state.Find(contact) switch
    {
        null => NotFound(),
        { ProposedKey: null } => Refuse("no_key_change", "This contact offers no new key, or it was decided already."),
        _ => Done(contact, new KeyChangeDecided(now, contact, take)),
    };

    private static RosterDecision Merged(RosterRow row, RosterRow other, DateTimeOffset now)
    {
        var (asked, known) = row.Standing == ContactStanding.Pending ? (row, other) : (other, row);
        if (asked.Standing != ContactStanding.Pending || known.Standing is not (ContactStanding.Requested or ContactStanding.Accepted))
        {
            return Taken(other);
        }

        var key = new KeyTaken(now, known.Id, asked.SealedTheirKey!, Proven: true, WeakKey: false);
        ImmutableArray<RosterEvent> events = known.Standing == ContactStanding.Requested
            ? [key, new ContactAccepted(now, known.Id, null, RelayOnly: false), new ContactRemoved(now, asked.Id)]
            : [key, new ContactRemoved(now, asked.Id)];
        return new RosterDecision(new RosterAnswer.Done(known.Id), [.. Renamed(known, known.Profile.Nick.Length == 0 ? asked.Profile.Nick : "", now), .. events]);
    }

    private static ContactAccepted Accepted(RosterRow row, DateTimeOffset now, FreshValues fresh) =>
        new(now, row.Id, row.Profile.IssuedKey is null ? fresh.Key.Sealed : null, RelayOnly: false);

    // Whoever asked may have named any certificate: what the owner typed counts.
    private static IEnumerable<RosterEvent> Pinned(RosterRow row, ImmutableArray<Address> typed, DateTimeOffset now)
    {
        var addresses = row.Profile.Addresses;
        ImmutableArray<Address> pinned = [.. addresses.Select(a => typed.FirstOrDefault(t => t == a && t.CertificateHash is not null) ?? a)];
        return pinned.Zip(addresses).All(pair => pair.First.CertificateHash == pair.Second.CertificateHash)
            ? []
            : [new ContactEdited(now, row.Id, null, [.. pinned.Select(a => a.Typed)], null, null, null)];
    }

    private static IEnumerable<RosterEvent> Renamed(RosterRow row, string nick, DateTimeOffset now) =>
        nick.Length == 0 || nick == row.Profile.Nick ? [] : [new ContactEdited(now, row.Id, nick, null, null, null, null)];

    private static RosterDecision Done(ContactId contact, params ImmutableArray<RosterEvent> events) => new(new RosterAnswer.Done(contact), events);

    private static RosterDecision NotFound() => new(new RosterAnswer.NotFound(), []);

    private static RosterDecision Refuse(string code, string detail) => new(new RosterAnswer.Rejected(code, detail), []);

    private static RosterDecision Taken(RosterRow other) =>
        Refuse("address_taken", $"Another contact has the address {other.Profile.Addresses[0]}. Remove one of the two, or choose another address.");
}
