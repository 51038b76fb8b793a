using System.Collections.Immutable;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Contacts;

/// <summary>What a node says of itself beyond the seed.</summary>
/// <param name="Caps">What it understands.</param>
/// <param name="Relays">Its own servers, which carry for it: at most <see cref="MaxRelays"/> canonical addresses with a blank between.</param>
public sealed record Advertisement(PeerCaps Caps, string Relays = "")
{
    /// <summary>How many servers are heard of.</summary>
    public const int MaxRelays = 8;

    /// <summary>The form of <see cref="Relays"/>.</summary>
    public static string Of(IEnumerable<Address> relays) => string.Join(' ', relays.Select(address => address.Canonical).Distinct().Take(MaxRelays));

    /// <summary>Reads that form.</summary>
    public static ImmutableArray<Address> Read(string relays)
    {
        ArgumentNullException.ThrowIfNull(relays);
        return [.. relays.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Address.Parse)];
    }
}
