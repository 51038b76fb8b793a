using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>An immutable picture of the friend list that is read without asking any actor. The next one shares what has not changed.</summary>
public sealed class ContactDirectory
{
    private readonly Func<string, string> _lookupHash;
    private readonly ImmutableDictionary<ContactId, ContactProfile> _byId;
    private readonly ImmutableDictionary<string, ContactProfile> _byIssuedKeyHash;
    private readonly ImmutableDictionary<string, ImmutableArray<ContactProfile>> _byTheirKeyHash;
    private readonly ImmutableDictionary<string, ImmutableArray<Claim>> _byAddress;
    private readonly Lazy<ImmutableArray<ContactProfile>> _all;

    /// <summary>
    /// Builds the indexes. An address that is dialed beats the same text as an alias of another contact, which beats that of one who only asked.
    /// </summary>
    /// <param name="profiles">Every row, also denied ones, in any order.</param>
    /// <param name="lookupHash">The keyed hash under which keys are found.</param>
    public ContactDirectory(IEnumerable<ContactProfile> profiles, Func<string, string> lookupHash)
        : this(Change(new Indexes(lookupHash), profiles.Select(p => (p.Id, (ContactProfile?)p))))
    {
    }

    private ContactDirectory(Indexes indexes)
    {
        _lookupHash = indexes.LookupHash;
        _byId = indexes.ById.ToImmutable();
        _byIssuedKeyHash = indexes.ByIssuedKeyHash.ToImmutable();
        _byTheirKeyHash = indexes.ByTheirKeyHash.ToImmutable();
        _byAddress = indexes.ByAddress.ToImmutable();
        _all = new(() => [.. _byId.Values.Order(Seniority)]);
    }

    /// <summary>A friend list without rows, where a key is its own hash.</summary>
    public static ContactDirectory Empty { get; } = new([], key => key);

    /// <summary>How many rows there are, also denied ones.</summary>
    public int Count => _byId.Count;

    /// <summary>Every row, also denied ones, the oldest first.</summary>
    public ImmutableArray<ContactProfile> All => _all.Value;

    private static Comparer<ContactProfile> Seniority { get; } = Comparer<ContactProfile>.Create((one, other) =>
        one.AddedAt.CompareTo(other.AddedAt) is not 0 and var age ? age : string.CompareOrdinal(one.Id.Value, other.Id.Value));

    /// <summary>The picture after some rows have changed, in a time that does not grow with the list.</summary>
    /// <param name="changes">Their ids, and the rows as they are now; <see langword="null"/> for one that is gone.</param>
    public ContactDirectory With(IEnumerable<(ContactId Id, ContactProfile? Profile)> changes) => new(Change(new Indexes(_lookupHash)
    {
        ById = _byId.ToBuilder(),
        ByIssuedKeyHash = _byIssuedKeyHash.ToBuilder(),
        ByTheirKeyHash = _byTheirKeyHash.ToBuilder(),
        ByAddress = _byAddress.ToBuilder(),
    }, changes));

    /// <summary>The row of that id.</summary>
    public ContactProfile? ById(ContactId id) => _byId.GetValueOrDefault(id);

    /// <summary>The row to which we issued the key with this keyed hash.</summary>
    public ContactProfile? ByIssuedKeyHash(string hash) => _byIssuedKeyHash.GetValueOrDefault(hash);

    /// <summary>The rows that gave us the key with this keyed hash: those that may use one password both ways.</summary>
    public ImmutableArray<ContactProfile> ByTheirKeyHash(string hash) => _byTheirKeyHash.GetValueOrDefault(hash, []);

    /// <summary>The row that is dialed at this address.</summary>
    public ContactProfile? DialedAt(Address address) => ByAddress(address) is { } row && row.Addresses.Contains(address) ? row : null;

    /// <summary>The row with this address or alias.</summary>
    public ContactProfile? ByAddress(Address address) => _byAddress.GetValueOrDefault(address.Canonical) is { IsDefault: false } claims ? claims[0].Profile : null;

    private static Indexes Change(Indexes indexes, IEnumerable<(ContactId Id, ContactProfile? Profile)> changes)
    {
        foreach (var (id, profile) in changes)
        {
            if (indexes.ById.TryGetValue(id, out var before))
            {
                indexes.Remove(before);
            }

            if (profile is not null)
            {
                indexes.Add(profile);
            }
        }

        return indexes;
    }

    // Who is found under a name that several have: the lowest rank, then whoever has been here longest.
    private readonly record struct Claim(int Rank, ContactProfile Profile)
    {
        public static Comparer<Claim> Order { get; } = Comparer<Claim>.Create((one, other) =>
            one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank) : Seniority.Compare(one.Profile, other.Profile));
    }

    private sealed class Indexes(Func<string, string> lookupHash)
    {
        public Func<string, string> LookupHash => lookupHash;

        public ImmutableDictionary<ContactId, ContactProfile>.Builder ById { get; init; } = ImmutableDictionary.CreateBuilder<ContactId, ContactProfile>();

        public ImmutableDictionary<string, ContactProfile>.Builder ByIssuedKeyHash { get; init; } = ImmutableDictionary.CreateBuilder<string, ContactProfile>(StringComparer.Ordinal);

        public ImmutableDictionary<string, ImmutableArray<ContactProfile>>.Builder ByTheirKeyHash { get; init; } =
            ImmutableDictionary.CreateBuilder<string, ImmutableArray<ContactProfile>>(StringComparer.Ordinal);

        public ImmutableDictionary<string, ImmutableArray<Claim>>.Builder ByAddress { get; init; } =
            ImmutableDictionary.CreateBuilder<string, ImmutableArray<Claim>>(StringComparer.Ordinal);

        public void Add(ContactProfile profile)
        {
            ById[profile.Id] = profile;
            if (profile.IssuedKey is { } issued)
            {
                ByIssuedKeyHash[lookupHash(issued)] = profile;
            }

            if (profile.TheirKey is { } theirs)
            {
                Put(ByTheirKeyHash, lookupHash(theirs), profile, Seniority);
            }

            foreach (var (name, rank) in Names(profile))
            {
                Put(ByAddress, name, new Claim(rank, profile), Claim.Order);
            }
        }

        public void Remove(ContactProfile profile)
        {
            ById.Remove(profile.Id);
            if (profile.IssuedKey is { } issued)
            {
                ByIssuedKeyHash.Remove(lookupHash(issued));
            }

            if (profile.TheirKey is { } theirs)
            {
                Take(ByTheirKeyHash, lookupHash(theirs), row => row.Id == profile.Id);
            }

            foreach (var (name, _) in Names(profile))
            {
                Take(ByAddress, name, claim => claim.Profile.Id == profile.Id);
            }
        }

        private static IEnumerable<(string Name, int Rank)> Names(ContactProfile profile)
        {
            var dialed = profile.Standing is ContactStanding.Pending or ContactStanding.Denied ? 2 : 0;
            return profile.Addresses.Select(address => (address.Canonical, dialed)).Concat(profile.Aliases.Select(alias => (alias.Canonical, 1)));
        }

        private static void Put<T>(ImmutableDictionary<string, ImmutableArray<T>>.Builder index, string key, T item, Comparer<T> order)
        {
            var items = index.GetValueOrDefault(key, []);
            var place = items.BinarySearch(item, order);
            index[key] = items.Insert(place < 0 ? ~place : place, item);
        }

        private static void Take<T>(ImmutableDictionary<string, ImmutableArray<T>>.Builder index, string key, Predicate<T> which)
        {
            if (!index.TryGetValue(key, out var items))
            {
                return;
            }

            var left = items.RemoveAll(which);
            if (left.IsEmpty)
            {
                index.Remove(key);
            }
            else
            {
                index[key] = left;
            }
        }
    }
}
