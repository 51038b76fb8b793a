using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>The friend list: the fold of its events. Nothing here judges; see the decisions next to it.</summary>
public sealed class RosterState
{
    private readonly ImmutableDictionary<string, ContactId> _dialed;
    private readonly ImmutableDictionary<string, ContactId> _aliases;

    private RosterState(
        ImmutableDictionary<ContactId, RosterRow> rows, ImmutableDictionary<string, ContactId> dialed, ImmutableDictionary<string, ContactId> aliases,
        ImmutableHashSet<ContactId> leaving, ImmutableDictionary<string, Invite> invites)
    {
        Rows = rows;
        _dialed = dialed;
        _aliases = aliases;
        Leaving = leaving;
        Invites = invites;
    }

    /// <summary>A friend list without rows.</summary>
    public static RosterState Empty { get; } = new(
        ImmutableDictionary<ContactId, RosterRow>.Empty, ImmutableDictionary.Create<string, ContactId>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ContactId>(StringComparer.Ordinal), [], ImmutableDictionary.Create<string, Invite>(StringComparer.Ordinal));

    /// <summary>Every row, also denied ones.</summary>
    public ImmutableDictionary<ContactId, RosterRow> Rows { get; }

    /// <summary>Removed contacts whose conversation is not erased yet.</summary>
    public ImmutableHashSet<ContactId> Leaving { get; }

    /// <summary>Open and used invites, by id.</summary>
    public ImmutableDictionary<string, Invite> Invites { get; }

    /// <summary>The row of that id.</summary>
    /// <param name="id">Any id.</param>
    public RosterRow? Find(ContactId id) => Rows.GetValueOrDefault(id);

    /// <summary>The row that is dialed at this address; unique.</summary>
    /// <param name="address">Any address.</param>
    public RosterRow? DialedAt(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _dialed.TryGetValue(address.Canonical, out var id) ? Rows[id] : null;
    }

    /// <summary>The row that is dialed at this address, else the one that calls itself so.</summary>
    /// <param name="name">Any address.</param>
    public RosterRow? Named(Address name) =>
        DialedAt(name) ?? (_aliases.TryGetValue(name.Canonical, out var id) ? Rows[id] : null);

    /// <summary>The state after an event of the journal.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="open">Opens a sealed key; the same text always gives the same key.</param>
    public RosterState Apply(RosterEvent happened, Func<string, string> open)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return happened switch
        {
            ContactAdded e => Put(Added(e, open)),
            RequestReceived e => Put(Requested(e, open)),
            ContactRemoved e => Remove(e.Contact),
            RemovalCompleted e => new RosterState(Rows, _dialed, _aliases, Leaving.Remove(e.Contact), Invites),
            InviteMade e => With(Invites.SetItem(e.Invite, new Invite(e.Invite, e.CodeHash, e.Note, e.At, e.ExpiresAt))),
            InviteEnded e => With(Invites.Remove(e.Invite)),
            InviteRedeemed e => Invites.TryGetValue(e.Invite, out var invite)
                ? With(Invites.SetItem(e.Invite, invite with { UsedBy = e.Contact, UsedIdentity = e.Identity, UsedAt = e.At }))
                : this,
            RowEvent e => Find(e.Contact) is { } row ? Put(Changed(row, e, open)) : this,
            _ => throw Unknown(happened),
        };
    }

    /// <summary>The state for a snapshot, in the order of the ids.</summary>
    public RosterSnapshot ToSnapshot() => new(
        [.. Rows.Values.OrderBy(r => r.Id.Value, StringComparer.Ordinal).Select(RosterSnapshots.Write)],
        [.. Leaving.OrderBy(id => id.Value, StringComparer.Ordinal)],
        Invites.IsEmpty ? null : [.. Invites.Values.OrderBy(invite => invite.Id, StringComparer.Ordinal)]);

    /// <summary>The state of a snapshot.</summary>
    /// <param name="snapshot">What <see cref="ToSnapshot"/> wrote.</param>
    /// <param name="open">Opens a sealed key.</param>
    public static RosterState From(RosterSnapshot snapshot, Func<string, string> open)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var state = snapshot.Rows.Aggregate(Empty, (built, row) => built.Put(RosterSnapshots.Read(row, open)));
        return new RosterState(
            state.Rows, state._dialed, state._aliases, [.. snapshot.Leaving], Empty.Invites.AddRange((snapshot.Invites ?? []).Select(i => KeyValuePair.Create(i.Id, i))));
    }

    private static RosterRow Added(ContactAdded e, Func<string, string> open) => new()
    {
        Profile = new ContactProfile
        {
            Id = e.Contact,
            Addresses = [.. e.Addresses.Select(Address.Parse)],
            Nick = e.Nick,
            Standing = ContactStanding.Requested,
            IssuedKey = open(e.SealedIssuedKey),
            HandshakeDue = true,
            AddedAt = e.At,
            KeysAt = e.At,
        },
        SealedIssuedKey = e.SealedIssuedKey,
        StandingSince = e.At,
    };

    // A second request of the same row replaces the first: the last key that a stranger gave is the one it knows.
    private RosterRow Requested(RequestReceived e, Func<string, string> open) => new()
    {
        Profile = new ContactProfile
        {
            Id = e.Contact,
            Addresses = [Address.Parse(e.Address)],
            Nick = e.Nick,
            Standing = ContactStanding.Pending,
            TheirKey = open(e.SealedTheirKey),
            Trust = e.AddressConfirmed ? DialTrust.Confirmed : DialTrust.Learned,
            AddressGuessed = e.Guessed,
            AddedAt = Find(e.Contact)?.Profile.AddedAt ?? e.At,
            KeysAt = e.At,
        },
        SealedTheirKey = e.SealedTheirKey,
        AddressConfirmed = e.AddressConfirmed,
        StandingSince = e.At,
    };

    private static RosterRow Changed(RosterRow row, RowEvent happened, Func<string, string> open)
    {
        var profile = row.Profile;
        return happened switch
        {
            KeyTaken e => WithTheirKey(row, new HeldKey(open(e.SealedTheirKey), e.SealedTheirKey), e.At, e.Proven, e.WeakKey),
            KeyChangeProposed e => row with { ProposedKey = new HeldKey(open(e.SealedKey), e.SealedKey), Profile = profile with { KeyChangeProposed = true } },
            KeyChangeDecided { Taken: true } e when row.ProposedKey is { } key => WithTheirKey(row, key, e.At, proven: true, weak: false),
            KeyChangeDecided => row with { ProposedKey = null, Profile = profile with { KeyChangeProposed = false } },
            ContactAccepted e => Accepted(row, e, open),
            RequestDenied e => row with { StandingSince = e.At, Profile = profile with { Standing = ContactStanding.Denied } },
            ContactBlocked e => row with { StandingSince = e.At, Profile = profile with { Standing = ContactStanding.Blocked } },
            ContactEdited e => row with { Profile = Edited(profile, e) },
            AliasLearned e => row with { Profile = profile with { Aliases = profile.Aliases.Add(Address.Parse(e.Alias)) } },
            ContactMoved e => row with { Profile = MoveDecisions.Moved(profile, Address.Parse(e.Address), e.Learned) },
            MoveConfirmed => row with { Profile = MoveDecisions.Confirmed(profile) },
            LinkFollowed e => Linked(row, e, open),
            HandshakeDelivered => row with { SealedInviteCode = null, Profile = profile with { HandshakeDue = false, InviteCode = null } },
            RelayingDeclined => row with { Profile = profile with { CanResend = false } },
            PresenceNoted e => row with { LastConnect = e.LastConnect, LastOnline = e.LastOnline, PresenceNotedAt = e.At },
            _ => throw Unknown(happened),
        };
    }

    // Who has a new key for us may have lost the one we gave it: an accepted contact gets our handshake again.
    private static RosterRow WithTheirKey(RosterRow row, HeldKey key, DateTimeOffset at, bool proven, bool weak)
    {
        var profile = row.Profile;
        var changed = profile.TheirKey != key.Open;
        return row with
        {
            SealedTheirKey = key.Sealed,
            ProposedKey = null,
            KeyProven = proven,
            Profile = profile with
            {
                TheirKey = key.Open,
                WeakKey = weak,
                KeyChangeProposed = false,
                HandshakeDue = profile.HandshakeDue || (changed && profile.Standing == ContactStanding.Accepted),
                KeysAt = changed ? at : profile.KeysAt,
            },
        };
    }

    private static RosterRow Accepted(RosterRow row, ContactAccepted e, Func<string, string> open)
    {
        var profile = row.Profile;
        return row with
        {
            SealedIssuedKey = e.SealedIssuedKey ?? row.SealedIssuedKey,
            StandingSince = e.At,
            Profile = profile with
            {
                // Unblocking a contact that never answered leaves it asked.
                Standing = profile.TheirKey is null ? ContactStanding.Requested : ContactStanding.Accepted,
                IssuedKey = e.SealedIssuedKey is { } issued ? open(issued) : profile.IssuedKey,
                HandshakeDue = profile.HandshakeDue || e.SealedIssuedKey is not null,
                KeysAt = e.SealedIssuedKey is null ? profile.KeysAt : e.At,
                RelayOnly = e.RelayOnly,
                Trust = e.RelayOnly ? profile.Trust : DialTrust.Confirmed,
            },
        };
    }

    private static RosterRow Linked(RosterRow row, LinkFollowed e, Func<string, string> open) => row with
    {
        SealedInviteCode = e.SealedCode ?? row.SealedInviteCode,
        Profile = row.Profile with
        {
            LinkIdentity = e.Identity,
            InviteCode = e.SealedCode is { } code ? open(code) : row.Profile.InviteCode,
            HandshakeDue = row.Profile.HandshakeDue || e.SealedCode is not null,
        },
    };

    private static ArgumentOutOfRangeException Unknown(RosterEvent happened) =>
        new(nameof(happened), happened.GetType().Name, "The roster does not know this event.");

    private static ContactProfile Edited(ContactProfile profile, ContactEdited e) => profile with
    {
        Nick = e.Nick ?? profile.Nick,
        Addresses = e.Addresses is { } addresses ? [.. addresses.Select(Address.Parse)] : profile.Addresses,
        AddressGuessed = profile.AddressGuessed && e.Addresses is null,
        Learned = e.Addresses is null ? profile.Learned : [],
        MovedFrom = e.Addresses is null ? profile.MovedFrom : null,
        Trust = e.Addresses is null ? profile.Trust : DialTrust.Confirmed,
        CanResend = e.CanResend ?? profile.CanResend,
        MayRelay = e.MayRelay ?? profile.MayRelay,
        Muted = e.Muted ?? profile.Muted,
    };

    private RosterState Put(RosterRow row)
    {
        var before = Find(row.Id);
        var dialed = Index(_dialed, before?.Profile.Addresses, row.Profile.Addresses, row.Id);
        var aliases = Index(_aliases, before?.Profile.Aliases, row.Profile.Aliases, row.Id);
        return new RosterState(Rows.SetItem(row.Id, row), dialed, aliases, Leaving, Invites);
    }

    private RosterState With(ImmutableDictionary<string, Invite> invites) => new(Rows, _dialed, _aliases, Leaving, invites);

    private RosterState Remove(ContactId id)
    {
        if (Find(id) is not { } row)
        {
            return this;
        }

        // Nothing was ever written to or by someone who only asked.
        var leaves = row.Standing is not (ContactStanding.Pending or ContactStanding.Denied);
        return new RosterState(
            Rows.Remove(id), Index(_dialed, row.Profile.Addresses, [], id), Index(_aliases, row.Profile.Aliases, [], id), leaves ? Leaving.Add(id) : Leaving, Invites);
    }

    private static ImmutableDictionary<string, ContactId> Index(
        ImmutableDictionary<string, ContactId> index, ImmutableArray<Address>? before, ImmutableArray<Address> after, ContactId id)
    {
        if (before == after)
        {
            return index;
        }

        var own = (before ?? []).Select(a => a.Canonical).Where(name => index.TryGetValue(name, out var holder) && holder == id);
        return index.RemoveRange(own).SetItems(after.Select(a => KeyValuePair.Create(a.Canonical, id)));
    }
}
