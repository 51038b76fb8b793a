using System.Net;
using System.Security.Cryptography.X509Certificates;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Node.Configuration;

/// <summary>Which contacts are pinged (design page "protocol", ping).</summary>
internal enum PingPolicy
{
    /// <summary>Those for which something is queued or at whom somebody looks.</summary>
    Needed,

    /// <summary>Each contact, as the seed has it.</summary>
    Always,
}

/// <summary>A host and a port, as typed.</summary>
/// <param name="Host">An IPv4 address or a name.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostPort(string Host, int Port);

/// <summary>How a process takes part in a cluster.</summary>
internal sealed record ClusterOptions
{
    /// <summary>The port of <see cref="Listen"/> when none is chosen.</summary>
    public const int DefaultPort = 7452;

    /// <summary>Where the other members are heard.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>How they reach this one; null for <see cref="Listen"/>.</summary>
    public HostPort? Address { get; init; }

    /// <summary>Members to join; empty for one that begins.</summary>
    public IReadOnlyList<HostPort> Seeds { get; init; } = [];

    /// <summary>File of the master key that all share, as an absolute path; null for that of the data folder.</summary>
    public string? KeyFile { get; init; }
}

/// <summary>Everything that can be chosen about a node when it starts, checked.</summary>
internal sealed record NodeOptions
{
    /// <summary>The folder of databases and keys, as an absolute path.</summary>
    public required string DataPath { get; init; }

    /// <summary>What friends dial: the preferred address first, then aliases. Empty when it has to be found out.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>The name that friends see first; empty for none. At most 64 characters.</summary>
    public string Nick { get; init; } = "";

    /// <summary>Where peers are heard.</summary>
    public IPEndPoint PeerListen { get; init; } = new(IPAddress.IPv6Any, Address.DefaultPort);

    /// <summary>Whether peers are spoken to by TLS alone.</summary>
    public bool PeerTls { get; init; }

    /// <summary>Proxies in front of the peer listener, which say for whom they call (PROXY protocol).</summary>
    public IReadOnlyList<IPAddress> PeerProxies { get; init; } = [];

    /// <summary>The certificate shown to peers; null without <see cref="PeerTls"/>, and before the data folder is open.</summary>
    public X509Certificate2? PeerCertificate { get; init; }

    /// <summary>Where browsers and scripts are heard; empty for the loopback addresses at <see cref="DefaultGuiPort"/>.</summary>
    public IReadOnlyList<IPEndPoint> GuiListen { get; init; } = [];

    /// <summary>Host names beyond loopback under which the GUI listener answers.</summary>
    public IReadOnlyList<string> GuiHosts { get; init; } = [];

    /// <summary>The base of login links; null for the first <see cref="GuiListen"/>.</summary>
    public Uri? GuiUrl { get; init; }

    /// <summary>Which contacts are pinged.</summary>
    public PingPolicy Ping { get; init; } = PingPolicy.Needed;

    /// <summary>What becomes of a stranger's handshake.</summary>
    public StrangerPolicy Accept { get; init; } = StrangerPolicy.Manual;

    /// <summary>Whether accepted contacts may relay through this node.</summary>
    public bool Relay { get; init; } = true;

    /// <summary>Nodes of the owner that are asked first to carry, and that friends are told of; at most <see cref="Advertisement.MaxRelays"/>.</summary>
    public IReadOnlyList<Address> OwnServers { get; init; } = [];

    /// <summary>Whether messages are sealed for contacts that can open them.</summary>
    public bool Sealing { get; init; } = true;

    /// <summary>Whether relays are given messages that are not sealed, which they can read.</summary>
    public bool RelayPlaintext { get; init; } = true;

    /// <summary>Whether authors are told what the owner has read.</summary>
    public bool Receipts { get; init; } = true;

    /// <summary>Silence after which a contact is pinged.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait between the first failed try and asking relays.</summary>
    public TimeSpan RelayAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First step of the backoff between tries.</summary>
    public TimeSpan RetryMin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Free bytes below which nothing more is taken in; null for the larger of 256 MiB and 5 % of the volume.</summary>
    public long? MinFreeDisk { get; init; }

    /// <summary>Connection string of the node's PostgreSQL database; null for SQLite files in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>How this process takes part in a cluster; null for a node alone.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>Contact list whose rows a node without contacts gets at its start, as an absolute path; null for none.</summary>
    public string? ContactsFile { get; init; }

    /// <summary>Whether the GUI listener answers with metrics to whoever may use the client API.</summary>
    public bool Metrics { get; init; }

    /// <summary>Whether each line of the log is a JSON object.</summary>
    public bool LogJson { get; init; }

    /// <summary>The port of the GUI listener when none is chosen.</summary>
    public const int DefaultGuiPort = 7451;

    /// <summary>Everything that the GUI listener is bound to.</summary>
    public IReadOnlyList<IPEndPoint> GuiBound =>
        GuiListen.Count == 0 ? [new(IPAddress.Loopback, DefaultGuiPort), new(IPAddress.IPv6Loopback, DefaultGuiPort)] : GuiListen;

    /// <summary>Whether the GUI listener can be reached from another machine.</summary>
    public bool GuiBeyondLoopback => GuiListen.Any(endPoint => !IPAddress.IsLoopback(endPoint.Address));

    /// <summary>Where this machine itself reaches the GUI listener; a wildcard is reached by loopback.</summary>
    public IPEndPoint GuiLocal => GuiListen.Count == 0
        ? new(IPAddress.Loopback, DefaultGuiPort)
        : new(Reachable(GuiListen[0].Address), GuiListen[0].Port);

    private static IPAddress Reachable(IPAddress bound) =>
        bound.Equals(IPAddress.Any) ? IPAddress.Loopback : bound.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bound;
}
