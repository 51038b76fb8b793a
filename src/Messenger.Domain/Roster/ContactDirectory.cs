using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>An immutable picture of the friend list that is read without asking any actor.</summary>
public sealed class ContactDirectory
{
    // Made anew at every change of a row: a frozen dictionary takes ten times as long to make and is hardly faster to read.
    private readonly Dictionary<ContactId, ContactProfile> _byId;
    private readonly Dictionary<string, ContactProfile> _byIssuedKeyHash;
    private readonly Dictionary<string, ImmutableArray<ContactProfile>> _byTheirKeyHash;
    private readonly Dictionary<string, ContactProfile> _byAddress;

    /// <summary>
    /// Builds the indexes. An address that is dialed beats the same text as an alias of another contact, which beats that of one who only asked.
    /// </summary>
    /// <param name="profiles">Every row, also denied ones.</param>
    /// <param name="lookupHash">The keyed hash under which keys are found.</param>
    public ContactDirectory(IEnumerable<ContactProfile> profiles, Func<string, string> lookupHash)
    {
        All = [.. profiles];
        _byId = All.ToDictionary(p => p.Id);
        _byIssuedKeyHash = All.Where(p => p.IssuedKey is not null).ToDictionary(p => lookupHash(p.IssuedKey!));
        _byTheirKeyHash = All.Where(p => p.TheirKey is not null).GroupBy(p => lookupHash(p.TheirKey!)).ToDictionary(g => g.Key, g => g.ToImmutableArray());
        _byAddress = [];
        foreach (var (profile, name) in Dialed(chosen: true).Concat(All.SelectMany(p => p.Aliases.Select(a => (p, a)))).Concat(Dialed(chosen: false)))
        {
            _byAddress.TryAdd(name.Canonical, profile);
        }
    }

    /// <summary>A friend list without rows.</summary>
    public static ContactDirectory Empty { get; } = new([], key => key);

    /// <summary>Every row, also denied ones.</summary>
    public ImmutableArray<ContactProfile> All { get; }

    /// <summary>The row of that id.</summary>
    public ContactProfile? ById(ContactId id) => _byId.GetValueOrDefault(id);

    /// <summary>The row to which we issued the key with this keyed hash.</summary>
    public ContactProfile? ByIssuedKeyHash(string hash) => _byIssuedKeyHash.GetValueOrDefault(hash);

    /// <summary>The rows that gave us the key with this keyed hash: those that may use one password both ways.</summary>
    public ImmutableArray<ContactProfile> ByTheirKeyHash(string hash) => _byTheirKeyHash.GetValueOrDefault(hash, []);

    /// <summary>The row that is dialed at this address.</summary>
    public ContactProfile? DialedAt(Address address) => ByAddress(address) is { } row && row.Addresses.Contains(address) ? row : null;

    /// <summary>The row with this address or alias.</summary>
    public ContactProfile? ByAddress(Address address) => _byAddress.GetValueOrDefault(address.Canonical);

    private IEnumerable<(ContactProfile Profile, Address Name)> Dialed(bool chosen) => All
        .Where(p => chosen == p.Standing is not (ContactStanding.Pending or ContactStanding.Denied))
        .SelectMany(p => p.Addresses.Select(a => (p, a)));
}
