using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>A row to import: a line of a contact list with its keys sealed.</summary>
/// <param name="Addresses">Where to dial, preferred first; not empty.</param>
/// <param name="Nick">Name; may be empty.</param>
/// <param name="LastOnline">Last sign of life, UTC.</param>
/// <param name="LastConnect">Last exchange, UTC.</param>
/// <param name="CanResend">We may ask it to relay.</param>
/// <param name="Key">The key we must show to it.</param>
/// <param name="IssuedKey">The key it shows to us already.</param>
/// <param name="Fresh">Drawn for this row.</param>
public sealed record ImportedRow(
    ImmutableArray<Address> Addresses, string Nick, DateTimeOffset? LastOnline, DateTimeOffset? LastConnect, bool CanResend, HeldKey? Key, HeldKey? IssuedKey,
    FreshValues Fresh);

/// <summary>When a contact was last reached and heard.</summary>
/// <param name="Contact">Which.</param>
/// <param name="LastConnect">UTC.</param>
/// <param name="LastOnline">UTC.</param>
public readonly record struct SeenContact(ContactId Contact, DateTimeOffset? LastConnect, DateTimeOffset? LastOnline);

/// <summary>What changes the friend list without the owner or a handshake.</summary>
public static class RosterUpkeep
{
    /// <summary>How old a written presence may grow before it is written again.</summary>
    public static readonly TimeSpan PresenceAge = TimeSpan.FromHours(1);

    /// <summary>Adds the rows of a contact list that are not there yet. Rows with a key are friends, the others are asked.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="rows">The list; our own addresses in it are passed over.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Import(RosterState state, RosterPolicy policy, IEnumerable<ImportedRow> rows, DateTimeOffset now)
    {
        var events = ImmutableArray.CreateBuilder<RosterEvent>();
        var (added, existing) = (0, 0);
        var seen = new HashSet<Address>();
        var issued = state.Rows.Values.Select(r => r.Profile.IssuedKey).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            ImmutableArray<Address> addresses =
                [.. row.Addresses.Distinct().Where(a => !policy.OwnAddresses.Contains(a)).Take(OwnerDecisions.MaxAddresses)];
            if (addresses.IsEmpty)
            {
                continue;
            }

            if (addresses.Any(a => state.DialedAt(a) is not null || seen.Contains(a)))
            {
                existing++;
                continue;
            }

            seen.UnionWith(addresses);
            added++;
            // Two contacts with one issued key could not be told apart.
            var known = row.IssuedKey is { } key && issued.Add(key.Open) ? key : null;
            events.AddRange(Imported(row, addresses, known, now));
        }

        return new RosterDecision(new RosterAnswer.Imported(added, existing), events.ToImmutable());
    }

    /// <summary>Our handshake was answered with 1.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">By whom.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision HandshakeDelivered(RosterState state, ContactId contact, DateTimeOffset now) =>
        Noted(state.Find(contact) is { Profile.HandshakeDue: true } ? [new HandshakeDelivered(now, contact)] : []);

    /// <summary>The contact answered 0 to a resend.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">Who.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision RelayingDeclined(RosterState state, ContactId contact, DateTimeOffset now) =>
        Noted(state.Find(contact) is { Profile.CanResend: true } ? [new RelayingDeclined(now, contact)] : []);

    /// <summary>The contact showed the key that it gave us instead of the one we issued (protocol.md, Keys, second reading).</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">Who.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision WeakKeyShown(RosterState state, ContactId contact, DateTimeOffset now) =>
        Noted(state.Find(contact) is { Standing: ContactStanding.Accepted, Profile.WeakKey: false, SealedTheirKey: { } key } row
            ? [new KeyTaken(now, contact, key, row.KeyProven, WeakKey: true)]
            : []);

    /// <summary>Writes down when contacts were seen, each at most hourly unless <paramref name="all"/>.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="seen">What is known now.</param>
    /// <param name="all">The node stops: write everything that changed.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision NotePresence(RosterState state, IEnumerable<SeenContact> seen, bool all, DateTimeOffset now) => Noted(
    [
        .. from contact in seen
           let row = state.Find(contact.Contact)
           where row is not null
               && (row.LastConnect != contact.LastConnect || row.LastOnline != contact.LastOnline)
               && (all || row.PresenceNotedAt is not { } noted || now - noted >= PresenceAge)
           select (RosterEvent)new PresenceNoted(now, contact.Contact, contact.LastConnect, contact.LastOnline),
    ]);

    /// <summary>Forgets requests, denials and invites that grew too old.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Expire(RosterState state, RosterPolicy policy, DateTimeOffset now) => Noted(
    [
        .. state.Rows.Values
            .Where(r => r.Standing is ContactStanding.Pending or ContactStanding.Denied && now - r.StandingSince >= policy.Limits.RememberedFor)
            .Select(RosterEvent (r) => new ContactRemoved(now, r.Id)),
        .. InviteDecisions.Expired(state, now),
    ]);

    /// <summary>Everything of a removed contact is gone.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="contact">Which.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision RemovalCompleted(RosterState state, ContactId contact, DateTimeOffset now) =>
        Noted(state.Leaving.Contains(contact) ? [new RemovalCompleted(now, contact)] : []);

    private static IEnumerable<RosterEvent> Imported(ImportedRow row, ImmutableArray<Address> addresses, HeldKey? issued, DateTimeOffset now)
    {
        var id = row.Fresh.Id;
        yield return new ContactAdded(now, id, [.. addresses.Select(a => a.Typed)], Nickname.Clean(row.Nick), (issued ?? row.Fresh.Key).Sealed);
        if (row.Key is { } key)
        {
            yield return new KeyTaken(now, id, key.Sealed, Proven: true, WeakKey: false);
            yield return new ContactAccepted(now, id, null, RelayOnly: false);
            if (issued is not null)
            {
                yield return new HandshakeDelivered(now, id);
            }
        }

        if (!row.CanResend)
        {
            yield return new ContactEdited(now, id, null, null, CanResend: false, null, null);
        }

        if (row.LastConnect is not null || row.LastOnline is not null)
        {
            yield return new PresenceNoted(now, id, row.LastConnect, row.LastOnline);
        }
    }

    private static RosterDecision Noted(ImmutableArray<RosterEvent> events) => new(new RosterAnswer.Noted(), events);
}
