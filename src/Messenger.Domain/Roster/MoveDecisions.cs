using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>A contact that has moved, and has proven that it is the one who says so.</summary>
public static class MoveDecisions
{
    /// <summary>How many names a contact has at most once it has moved; the oldest are given up.</summary>
    public const int MaxNames = 8;

    /// <summary>Takes the new address of a contact.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="contact">Who has moved.</param>
    /// <param name="address">Where it answers from now on.</param>
    /// <param name="learned">It said so from another host.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Move(RosterState state, RosterPolicy policy, ContactId contact, Address address, bool learned, DateTimeOffset now)
    {
        if (state.Find(contact) is not { Standing: ContactStanding.Accepted, Profile: { RelayOnly: false } profile })
        {
            return new(new RosterAnswer.NotFound(), []);
        }

        return policy.OwnAddresses.Contains(address) ? Refuse("own_address", "It is the address of this node.")
            : state.DialedAt(address) is { } other && other.Id != contact ? Refuse("address_taken", "It is the address of another contact.")
            : profile.Addresses[0] == address && profile.Addresses[0].CertificateHash == address.CertificateHash ? new(new RosterAnswer.Done(contact), [])
            : new(new RosterAnswer.Done(contact), [new ContactMoved(now, contact, address.Full, learned)]);
    }

    /// <summary>The contact took our messages at its first address.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">Who.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Confirm(RosterState state, ContactId contact, DateTimeOffset now) =>
        new(new RosterAnswer.Noted(), state.Find(contact) is { Profile.MovedFrom: not null } ? [new MoveConfirmed(now, contact)] : []);

    internal static ContactProfile Moved(ContactProfile profile, Address address, bool learned)
    {
        // What never worked, because it moved on before, is not kept.
        var before = profile.MovedFrom is null ? profile.Addresses : profile.Addresses.RemoveAt(0);
        var from = profile.MovedFrom ?? profile.Addresses[0];
        ImmutableArray<Address> addresses = [address, .. before.Where(a => a != address).Take(OwnerDecisions.MaxAddresses - 1)];
        return profile with
        {
            Addresses = addresses,
            Learned = [.. profile.Learned.Where(a => a != address && addresses.Contains(a)), .. learned && !profile.Addresses.Contains(address) ? [address] : (Address[])[]],
            MovedFrom = from == address ? null : from,
            AddressGuessed = false,
        };
    }

    // Friends may still bring what it wrote under that name.
    internal static ContactProfile Confirmed(ContactProfile profile) => profile.MovedFrom is not { } from ? profile : profile with
    {
        Addresses = profile.Addresses is [_, _, ..] ? [.. profile.Addresses.Where((a, i) => i == 0 || a != from)] : profile.Addresses,
        Learned = [.. profile.Learned.Where(a => a != from)],
        Aliases = [.. profile.Aliases.Where(a => a != from).TakeLast(MaxNames - 1), from],
        MovedFrom = null,
    };

    private static RosterDecision Refuse(string code, string detail) => new(new RosterAnswer.Rejected(code, detail), []);
}
