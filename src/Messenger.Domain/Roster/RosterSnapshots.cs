using Messenger.Domain.Addressing;

namespace Messenger.Domain.Roster;

/// <summary>Writes a row for a snapshot and reads it back.</summary>
internal static class RosterSnapshots
{
    public static RosterSnapshotRow Write(RosterRow row)
    {
        var profile = row.Profile;
        return new RosterSnapshotRow(
            row.Id, [.. profile.Addresses.Select(a => a.Typed)], [.. profile.Aliases.Select(a => a.Canonical)], profile.Nick, row.Standing, row.StandingSince,
            row.SealedTheirKey, row.SealedIssuedKey, row.ProposedKey?.Sealed, TraitsOf(row), profile.AddedAt, profile.KeysAt,
            row.LastConnect, row.LastOnline, row.PresenceNotedAt, profile.LinkIdentity, row.SealedInviteCode)
        {
            Learned = profile.Learned.IsEmpty ? null : [.. profile.Learned.Select(a => a.Canonical)],
            MovedFrom = profile.MovedFrom?.Typed,
        };
    }

    public static RosterRow Read(RosterSnapshotRow row, Func<string, string> open)
    {
        var traits = row.Traits;
        return new RosterRow
        {
            Profile = new ContactProfile
            {
                Id = row.Contact,
                Addresses = [.. row.Addresses.Select(Address.Parse)],
                Aliases = [.. row.Aliases.Select(Address.Parse)],
                Learned = row.Learned is { } learned ? [.. learned.Select(Address.Parse)] : [],
                MovedFrom = row.MovedFrom is { } from ? Address.Parse(from) : null,
                Nick = row.Nick,
                Standing = row.Standing,
                TheirKey = row.SealedTheirKey is { } theirs ? open(theirs) : null,
                IssuedKey = row.SealedIssuedKey is { } issued ? open(issued) : null,
                KeyChangeProposed = row.SealedProposedKey is not null,
                WeakKey = traits.HasFlag(RosterTraits.WeakKey),
                CanResend = traits.HasFlag(RosterTraits.CanResend),
                MayRelay = traits.HasFlag(RosterTraits.MayRelay),
                Muted = traits.HasFlag(RosterTraits.Muted),
                RelayOnly = traits.HasFlag(RosterTraits.RelayOnly),
                Trust = traits.HasFlag(RosterTraits.Confirmed) ? DialTrust.Confirmed : DialTrust.Learned,
                AddressGuessed = traits.HasFlag(RosterTraits.AddressGuessed),
                HandshakeDue = traits.HasFlag(RosterTraits.HandshakeDue),
                LinkIdentity = row.LinkIdentity,
                InviteCode = row.SealedInviteCode is { } code ? open(code) : null,
                AddedAt = row.AddedAt,
                KeysAt = row.KeysAt,
            },
            SealedTheirKey = row.SealedTheirKey,
            SealedIssuedKey = row.SealedIssuedKey,
            SealedInviteCode = row.SealedInviteCode,
            ProposedKey = row.SealedProposedKey is { } proposed ? new HeldKey(open(proposed), proposed) : null,
            KeyProven = traits.HasFlag(RosterTraits.KeyProven),
            AddressConfirmed = traits.HasFlag(RosterTraits.AddressConfirmed),
            StandingSince = row.StandingSince,
            LastConnect = row.LastConnect,
            LastOnline = row.LastOnline,
            PresenceNotedAt = row.PresenceNotedAt,
        };
    }

    private static RosterTraits TraitsOf(RosterRow row)
    {
        var profile = row.Profile;
        return On(profile.WeakKey, RosterTraits.WeakKey)
            | On(profile.CanResend, RosterTraits.CanResend)
            | On(profile.MayRelay, RosterTraits.MayRelay)
            | On(profile.Muted, RosterTraits.Muted)
            | On(profile.RelayOnly, RosterTraits.RelayOnly)
            | On(profile.Trust == DialTrust.Confirmed, RosterTraits.Confirmed)
            | On(profile.AddressGuessed, RosterTraits.AddressGuessed)
            | On(profile.HandshakeDue, RosterTraits.HandshakeDue)
            | On(row.KeyProven, RosterTraits.KeyProven)
            | On(row.AddressConfirmed, RosterTraits.AddressConfirmed);
    }

    private static RosterTraits On(bool condition, RosterTraits trait) => condition ? trait : RosterTraits.None;
}
