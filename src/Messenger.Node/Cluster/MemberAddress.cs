using System.Net;
using System.Net.Sockets;
using Messenger.Actors.Cluster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;

namespace Messenger.Node.Cluster;

/// <summary>Under which address a member is known, and which ones it asks to let it in.</summary>
internal static class MemberAddress
{
    /// <summary>How the actor system of a member is reached.</summary>
    /// <exception cref="CannotStartException">The address cannot be told from the options.</exception>
    public static MemberSettings Settings(ClusterOptions options, MasterKey key, string life)
    {
        var own = Own(options, OwnAddress.Local(), Resolve);
        return new(options.Listen.Address.ToString(), options.Listen.Port, own.Host, own.Port, key.MemberCertificate(), life);
    }

    /// <summary>Own address: as given, else as bound; behind a wildcard the address of this machine that a seed stands for.</summary>
    /// <param name="options">The options.</param>
    /// <param name="local">The addresses of this machine.</param>
    /// <param name="resolve">Resolves a name; nothing when it cannot.</param>
    /// <exception cref="CannotStartException">There is no such address.</exception>
    public static HostPort Own(ClusterOptions options, IEnumerable<IPAddress> local, Func<string, IEnumerable<IPAddress>> resolve)
    {
        if (options.Address is { } given)
        {
            return given;
        }

        if (!options.Listen.Address.Equals(IPAddress.Any))
        {
            return new(options.Listen.Address.ToString(), options.Listen.Port);
        }

        var mine = local.ToHashSet();
        return options.Seeds.SelectMany(seed => resolve(seed.Host)).FirstOrDefault(mine.Contains) is { } found
            ? new(found.ToString(), options.Listen.Port)
            : throw new CannotStartException(
                $"How the other members reach this one cannot be told from {Setting.ClusterListen.Option} {options.Listen}: say it with {Setting.ClusterAddress.Option}");
    }

    /// <summary>
    /// Whom to ask, the one that begins first. A seed that is a name of several addresses stands for all of them, in ascending order; a list of
    /// seeds keeps its order.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="own">Own address.</param>
    /// <param name="resolve">Resolves a name; nothing when it cannot.</param>
    public static IReadOnlyList<HostPort> Seeds(ClusterOptions options, HostPort own, Func<string, IEnumerable<IPAddress>> resolve)
    {
        if (options.Seeds.Count == 0)
        {
            return [own];
        }

        return options.Seeds is [var one] && one != own && Uri.CheckHostName(one.Host) == UriHostNameType.Dns
            ? [.. resolve(one.Host).OrderBy(Number).Select(address => new HostPort(address.ToString(), one.Port)).Distinct()]
            : options.Seeds;
    }

    /// <summary>The IPv4 addresses of a name; none when it cannot be resolved now.</summary>
    public static IEnumerable<IPAddress> Resolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
