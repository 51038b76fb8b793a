using System.Net;
using System.Net.Sockets;

namespace Messenger.Domain.Addressing;

/// <summary>How far the owner stands behind an address that is to be dialed (design page "security", Dialing).</summary>
public enum DialTrust
{
    /// <summary>
    /// The owner typed it or accepted the contact, an invite of ours was redeemed, or the request came from that very host.
    /// </summary>
    Confirmed,

    /// <summary>It was only read from the wire.</summary>
    Learned,
}

/// <summary>
/// Which IP addresses this node may connect to. Judge the address that is really connected, after name resolution: a name may resolve to
/// anything, and to something else a moment later.
/// </summary>
public static class EgressRules
{
    private static readonly (IPNetwork Network, string Reason)[] Never =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "is the unspecified address"),
        (IPNetwork.Parse("::/128"), "is the unspecified address"),
        (IPNetwork.Parse("224.0.0.0/4"), "is a multicast address"),
        (IPNetwork.Parse("ff00::/8"), "is a multicast address"),
        (IPNetwork.Parse("255.255.255.255/32"), "is the broadcast address"),
        (IPNetwork.Parse("169.254.0.0/16"), "is a link-local address"),
        (IPNetwork.Parse("fe80::/10"), "is a link-local address"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "is a cloud metadata address"),
    ];

    // fc00::/8 (cjdns) and 200::/7 (Yggdrasil) are missing on purpose: they are meshes, reachable from outside.
    private static readonly (IPNetwork Network, string Reason)[] OnlyConfirmed =
    [
        (IPNetwork.Parse("127.0.0.0/8"), "is a loopback address"),
        (IPNetwork.Parse("::1/128"), "is a loopback address"),
        (IPNetwork.Parse("10.0.0.0/8"), "is a private address"),
        (IPNetwork.Parse("172.16.0.0/12"), "is a private address"),
        (IPNetwork.Parse("192.168.0.0/16"), "is a private address"),
        (IPNetwork.Parse("100.64.0.0/10"), "is a private address"),
        (IPNetwork.Parse("192.0.0.0/24"), "is a private address"),
        (IPNetwork.Parse("198.18.0.0/15"), "is a private address"),
        (IPNetwork.Parse("240.0.0.0/4"), "is a reserved address"),
        (IPNetwork.Parse("fd00::/8"), "is a private address"),
        (IPNetwork.Parse("fec0::/10"), "is a private address"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "is a private address"),
    ];

    // Prefixes that carry an IPv4 address, and the byte at which it begins: NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-compatible.
    private static readonly (IPNetwork Network, int Offset)[] EmbeddingIPv4 =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::/96"), 12),
    ];

    /// <summary>Judges one connection.</summary>
    /// <param name="ip">The address to connect to; mapped and embedded IPv4 addresses are judged as what they stand for.</param>
    /// <param name="port">0–65535.</param>
    /// <param name="trust">Whether the owner stands behind the address.</param>
    /// <param name="ownListeners">
    /// What this node itself listens on, see <see cref="OwnEndpoints"/>. A listener bound to the unspecified address covers loopback.
    /// </param>
    /// <returns>Null when the connection is allowed, else why it is not.</returns>
    public static string? Refusal(IPAddress ip, int port, DialTrust trust, IReadOnlyCollection<IPEndPoint> ownListeners)
    {
        ArgumentNullException.ThrowIfNull(ip);
        ArgumentNullException.ThrowIfNull(ownListeners);

        var target = Unwrap(ip);
        if (port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort)
        {
            return $"Port {port} cannot be dialed.";
        }

        if (ownListeners.Any(own => own.Port == port && Reaches(own.Address, target)))
        {
            return $"{target} port {port} is this node itself.";
        }

        var reason = Reason(Never, target) ?? (trust == DialTrust.Learned ? Reason(OnlyConfirmed, target) : null);
        return reason is null ? null : $"{target} {reason}.";
    }

    /// <summary>
    /// What <see cref="Refusal"/> has to know of our listeners: those bound to the unspecified address answer at every address of the
    /// machine.
    /// </summary>
    /// <param name="bound">The endpoints the listeners are bound to.</param>
    /// <param name="local">The addresses of this machine.</param>
    public static IReadOnlyCollection<IPEndPoint> OwnEndpoints(IEnumerable<IPEndPoint> bound, IReadOnlyCollection<IPAddress> local)
    {
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(local);
        return bound
            .SelectMany(own => IsUnspecified(own.Address)
                ? local.Where(ip => Covers(own.Address, ip)).Select(ip => new IPEndPoint(ip, own.Port)).Prepend(own)
                : [own])
            .Distinct()
            .ToArray();
    }

    private static bool Reaches(IPAddress listener, IPAddress target) => IsUnspecified(listener)
        ? IPAddress.IsLoopback(target) && Covers(listener, target)
        : Unwrap(listener).Equals(target);

    // A listener on [::] takes IPv4 too; one on 0.0.0.0 does not take IPv6.
    private static bool Covers(IPAddress unspecified, IPAddress ip) =>
        unspecified.AddressFamily == AddressFamily.InterNetworkV6 || Unwrap(ip).AddressFamily == AddressFamily.InterNetwork;

    private static bool IsUnspecified(IPAddress ip) => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);

    private static string? Reason((IPNetwork Network, string Reason)[] rules, IPAddress ip)
    {
        foreach (var (network, reason) in rules)
        {
            if (network.Contains(ip))
            {
                return reason;
            }
        }

        return null;
    }

    private static IPAddress Unwrap(IPAddress ip)
    {
        if (ip.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return ip;
        }

        if (ip.IsIPv4MappedToIPv6)
        {
            return ip.MapToIPv4();
        }

        // Without the zone id, which would make equal addresses differ.
        var plain = new IPAddress(ip.GetAddressBytes());
        if (plain.Equals(IPAddress.IPv6Any) || plain.Equals(IPAddress.IPv6Loopback))
        {
            return plain;
        }

        foreach (var (network, offset) in EmbeddingIPv4)
        {
            if (network.Contains(plain))
            {
                return new IPAddress(plain.GetAddressBytes().AsSpan(offset, 4));
            }
        }

        return plain;
    }
}
