using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Messenger.Domain.Addressing;

namespace Messenger.Node.Configuration;

/// <summary>Finds the address that friends dial when the owner has not chosen one (design page "protocol", Address).</summary>
internal static class OwnAddress
{
    /// <summary>The listener's own address; behind a wildcard an address of a mesh, else that of the default route, else loopback.</summary>
    /// <param name="listener">Where peers are heard.</param>
    /// <param name="local">The addresses of this machine.</param>
    /// <param name="routed">The address from which this machine reaches the outside, by preference; null when there is none.</param>
    /// <returns>The address, and whether it was guessed rather than given by the listener.</returns>
    public static (Address Address, bool Guessed) Find(IPEndPoint listener, IEnumerable<IPAddress> local, IPAddress? routed)
    {
        var wildcard = listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any);
        var ip = wildcard ? local.FirstOrDefault(candidate => CanHear(listener, candidate) && IsMesh(candidate)) ?? routed ?? IPAddress.Loopback : listener.Address;
        return (Address.Parse(new IPEndPoint(ip, listener.Port).ToString()), wildcard);
    }

    /// <summary>The addresses of this machine's interfaces that are up.</summary>
    public static IReadOnlyList<IPAddress> Local() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address),
    ];

    /// <summary>The address of the default route; null when there is none.</summary>
    public static IPAddress? Routed(IPEndPoint listener)
    {
        // Connecting a datagram socket sends nothing: the kernel only chooses the source address. The targets are documentation addresses.
        ReadOnlySpan<string> targets = listener.AddressFamily == AddressFamily.InterNetwork ? ["192.0.2.1"] : ["192.0.2.1", "2001:db8::1"];
        foreach (var target in targets)
        {
            var ip = IPAddress.Parse(target);
            using var socket = new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Connect(ip, 9);
                return (socket.LocalEndPoint as IPEndPoint)?.Address;
            }
            catch (SocketException)
            {
                continue;
            }
        }

        return null;
    }

    private static bool CanHear(IPEndPoint listener, IPAddress candidate) =>
        listener.AddressFamily == AddressFamily.InterNetworkV6 || candidate.AddressFamily == AddressFamily.InterNetwork;

    private static bool IsMesh(IPAddress ip)
    {
        // Yggdrasil is 200::/7, cjdns is fc00::/8.
        var first = ip.AddressFamily == AddressFamily.InterNetworkV6 ? ip.GetAddressBytes()[0] : (byte)0;
        return (first & 0xfe) == 0x02 || first == 0xfc;
    }
}
