using System.Collections.Immutable;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Delivery;

/// <summary>The intervals and sizes of delivery; the defaults are the seed's and protocol.md's.</summary>
public sealed record DeliverySettings
{
    /// <summary>A contact not reached for longer is pinged when there is a reason to (seed 3: a minute).</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ping every contact every <see cref="PingInterval"/>, reason or not.</summary>
    public bool PingAlways { get; init; }

    /// <summary>The first wait after a failed try; it doubles up to <see cref="PingInterval"/>.</summary>
    public TimeSpan RetryMin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait after a long silence.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a message has waited before relays are asked.</summary>
    public TimeSpan RelayAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether relays are given messages that are not sealed, which they can read.</summary>
    public bool RelayPlaintext { get; init; } = true;

    /// <summary>Servers of the owner: they are asked first to carry, and may be given what is not sealed in any case.</summary>
    public ImmutableArray<Address> OwnServers { get; init; } = [];

    /// <summary>Whether authors are told what the owner has read.</summary>
    public bool Receipts { get; init; } = true;

    /// <summary>How long what was read is collected before it is told.</summary>
    public TimeSpan ReceiptDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages in one history (protocol.md: at most 100).</summary>
    public int BatchMessages { get; init; } = 100;

    /// <summary>
    /// Messages in one history to a contact that takes full ones: each that passes may be a quarter larger. A node takes 500
    /// (protocol.md, history); a seed peer must take any number, because its own backlog comes at once.
    /// </summary>
    public int MaxBatchMessages { get; init; } = 500;

    /// <summary>Bytes of text in one history (protocol.md: at most 256 KiB, envelope included).</summary>
    public int BatchBytes { get; init; } = 200 << 10;

    /// <summary>How long a GUI's look or a wish for a relay keeps a contact pinged.</summary>
    public TimeSpan WatchedFor { get; init; } = TimeSpan.FromSeconds(90);

    // After ten tries at the ping interval the silence is long.
    private const int LongSilence = 10;

    /// <summary>The wait after that many failures in a row.</summary>
    /// <param name="failures">1 or more.</param>
    /// <param name="jitter">0 to 1; spreads the wait by a tenth, so that nodes that failed together do not come back together.</param>
    public TimeSpan Backoff(int failures, double jitter)
    {
        var doubled = RetryMin * Math.Pow(2, Math.Min(failures - 1, 20));
        var ceiling = failures > LongSilence ? RetryMax : Min(PingInterval, RetryMax);
        return Min(doubled, ceiling) * (0.95 + (0.1 * jitter));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
