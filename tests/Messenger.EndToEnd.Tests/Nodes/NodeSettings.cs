using System.Net;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>What a node under test is started with.</summary>
internal sealed record NodeSettings
{
    public string Nick { get; init; } = "";

    /// <summary>Where friends dial; a host of this machine.</summary>
    public IPAddress PeerHost { get; init; } = IPAddress.Loopback;

    /// <summary>What friends dial, where that is not its own peer listener.</summary>
    public string? Address { get; init; }

    /// <summary>Further options of `run`, as on the command line.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Runs the node inside this network namespace.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Seconds instead of minutes for everything that waits; each is an option of `run`, too.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>
    {
        ["MESSENGER_PING_INTERVAL"] = "1",
        ["MESSENGER_RETRY_MIN"] = "0.2",
        ["MESSENGER_RELAY_AFTER"] = "1",
    };
}
