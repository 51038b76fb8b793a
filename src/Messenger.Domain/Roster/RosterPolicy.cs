using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;

namespace Messenger.Domain.Roster;

/// <summary>What becomes of a stranger's handshake (interface.md, <c>--accept</c>).</summary>
public enum StrangerPolicy
{
    /// <summary>The owner decides.</summary>
    Manual,

    /// <summary>Nobody may ask.</summary>
    Invite,

    /// <summary>Everybody is accepted, for relaying only.</summary>
    Relay,
}

/// <summary>Bounds on strangers (security.md, Peer listener).</summary>
public sealed record StrangerLimits
{
    /// <summary>Handshakes per <see cref="Window"/> from one IPv4 address or IPv6 /64.</summary>
    public int PerOrigin { get; init; } = 3;

    /// <summary>Handshakes per <see cref="Window"/> in all: on a mesh addresses are free to mint.</summary>
    public int InAll { get; init; } = 30;

    /// <summary>The time over which handshakes are counted.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests that wait for the owner.</summary>
    public int Pending { get; init; } = 50;

    /// <summary>Contacts that were accepted for relaying only.</summary>
    public int RelayContacts { get; init; } = 10_000;

    /// <summary>How long requests and denials are remembered.</summary>
    public TimeSpan RememberedFor { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>The roster's settings, fixed for a run of the node.</summary>
/// <param name="OwnAddresses">What this node calls itself and listens on; never a contact.</param>
public sealed record RosterPolicy(ImmutableHashSet<Address> OwnAddresses)
{
    /// <summary>What becomes of a stranger's handshake.</summary>
    public StrangerPolicy Strangers { get; init; }

    /// <summary>Bounds on strangers.</summary>
    public StrangerLimits Limits { get; init; } = new();
}

/// <summary>Where a connection comes from, as far as rates are concerned.</summary>
/// <param name="Value">The IPv4 address, or the first 64 bits of the IPv6 address.</param>
public readonly record struct Origin(UInt128 Value)
{
    /// <summary>The origin of a connection.</summary>
    /// <param name="source">Its source address; mapped IPv4 counts as IPv4.</param>
    public static Origin Of(IPAddress source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> bytes = stackalloc byte[16];
        source.MapToIPv6().TryWriteBytes(bytes, out _);
        if (!source.MapToIPv6().IsIPv4MappedToIPv6)
        {
            bytes[8..].Clear();
        }

        return new Origin(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}

/// <summary>Counts the handshakes of strangers over a sliding window. Not thread safe; forgotten at a restart.</summary>
/// <param name="limits">The bounds.</param>
public sealed class StrangerRates(StrangerLimits limits)
{
    private readonly Queue<(DateTimeOffset At, Origin Origin)> _recent = new();

    /// <summary>Counts one handshake.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns><see langword="null"/> when it may be looked at, else how long to wait; refused ones are not counted.</returns>
    public TimeSpan? Take(IPAddress source, DateTimeOffset now)
    {
        while (_recent.TryPeek(out var oldest) && (now - oldest.At >= limits.Window || oldest.At > now))
        {
            _recent.Dequeue();
        }

        var origin = Origin.Of(source);
        var same = _recent.Where(taken => taken.Origin == origin).ToArray();
        if (same.Length >= limits.PerOrigin)
        {
            return Wait(same[^limits.PerOrigin].At, now);
        }

        if (_recent.Count >= limits.InAll)
        {
            return Wait(_recent.Peek().At, now);
        }

        _recent.Enqueue((now, origin));
        return null;
    }

    private TimeSpan Wait(DateTimeOffset first, DateTimeOffset now) => first + limits.Window - now;
}
