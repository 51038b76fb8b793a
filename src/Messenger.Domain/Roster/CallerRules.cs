using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Roster;

/// <summary>A key that a caller shows.</summary>
/// <param name="Key">The key.</param>
/// <param name="Hash">Its keyed hash, as in the <see cref="ContactDirectory"/>.</param>
/// <param name="From">What the caller calls itself.</param>
/// <param name="Source">Where the connection comes from.</param>
/// <param name="NamesAtSource">Host names of contacts that were just resolved to <paramref name="Source"/>.</param>
public sealed record PresentedKey(string Key, string Hash, Address? From, IPAddress Source, ImmutableHashSet<string> NamesAtSource);

/// <summary>A contact that showed a key.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="ByWeakKey">It showed the key that it gave us, not the one we issued.</param>
public sealed record Caller(ContactProfile Contact, bool ByWeakKey);

/// <summary>Who is calling (protocol.md, Keys): the key names the caller.</summary>
public static class CallerRules
{
    /// <summary>Host names to resolve before <see cref="Identify"/>: those of contacts that gave us this key and are dialed by name.</summary>
    /// <param name="directory">The friend list.</param>
    /// <param name="hash">The keyed hash of the key shown.</param>
    public static ImmutableArray<string> NamesToResolve(ContactDirectory directory, string hash) => directory.ByIssuedKeyHash(hash) is null
        ? [.. directory.ByTheirKeyHash(hash).SelectMany(p => p.Addresses).Where(a => a.IsDns).Select(a => a.Host).Distinct()]
        : [];

    /// <summary>
    /// Finds the contact that shows a key: the one we issued it to, else the one that gave it to us, calls from its own address, and
    /// names itself or is alone there. Whoever is not a friend is nobody, so that bad keys, strangers and blocked contacts are answered alike.
    /// </summary>
    /// <param name="directory">The friend list.</param>
    /// <param name="shown">The key.</param>
    public static Caller? Identify(ContactDirectory directory, PresentedKey shown)
    {
        if (directory.ByIssuedKeyHash(shown.Hash) is { } owner)
        {
            return owner.Standing is ContactStanding.Accepted or ContactStanding.Requested && Keys.Same(owner.IssuedKey, shown.Key) ? new Caller(owner, false) : null;
        }

        var there = directory.ByTheirKeyHash(shown.Hash)
            .Where(p => p.Standing == ContactStanding.Accepted
                && Keys.Same(p.TheirKey, shown.Key)
                && p.Addresses.Any(a => SourceHost.Is(a, shown.Source, shown.NamesAtSource)))
            .ToArray();
        var named = shown.From is { } from ? there.FirstOrDefault(p => p.Addresses.Contains(from) || p.Aliases.Contains(from)) : null;
        return (named ?? (there is [var only] ? only : null)) is { } caller ? new Caller(caller, true) : null;
    }
}

/// <summary>Whether a connection comes from an address's host.</summary>
internal static class SourceHost
{
    public static bool Is(Address address, IPAddress source, ImmutableHashSet<string> namesAtSource) =>
        address.IsDns ? namesAtSource.Contains(address.Host) : address.Host == Address.FromSource(source).Host;
}
