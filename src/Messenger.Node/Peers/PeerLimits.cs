using Messenger.Protocol;

namespace Messenger.Node.Peers;

/// <summary>What the peer side of a node spends on others at most (design page "security", Peer listener and Dialing).</summary>
internal sealed record PeerLimits
{
    public WireLimits Wire { get; init; } = WireLimits.Default;

    /// <summary>Open connections to the peer listener.</summary>
    public int Connections { get; init; } = 200;

    /// <summary>Open connections from one IP address.</summary>
    public int ConnectionsPerAddress { get; init; } = 8;

    /// <summary>Request line and headers, in bytes each.</summary>
    public int HeaderBytes { get; init; } = 8 * 1024;

    /// <summary>How long a caller may take over its headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How slow a body, or the reading of an answer, may be once the grace period is over, in bytes per second.</summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long the minimum rate is not asked for; Kestrel wants more than one second.</summary>
    public TimeSpan RateGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a body may take in all.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many bodies larger than a message are read at once; further callers are told to come back.</summary>
    public int LargeBodies { get; init; } = 16;

    /// <summary>How long the answer to a request may take once it is read.</summary>
    public TimeSpan HandlerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idle connection to the listener is kept.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection of ours may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call of ours may take in all.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait that a peer's <c>Retry-After</c> can ask of us.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);
}
