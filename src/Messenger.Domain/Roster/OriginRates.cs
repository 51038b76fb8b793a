using System.Buffers.Binary;
using System.Net;

namespace Messenger.Domain.Roster;

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

        return new Origin(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}

/// <summary>Counts calls of strangers over a sliding window. Not thread safe; forgotten at a restart.</summary>
/// <param name="perOrigin">Calls in a window from one origin.</param>
/// <param name="inAll">Calls in a window in all; also what is remembered at most.</param>
/// <param name="window">The time over which calls are counted.</param>
public sealed class OriginRates(int perOrigin, int inAll, TimeSpan window)
{
    private readonly Queue<(DateTimeOffset At, Origin Origin)> _recent = new();

    /// <summary>Counts one call.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns><see langword="null"/> when it may be looked at, else how long to wait; refused ones are not counted.</returns>
    public TimeSpan? Take(IPAddress source, DateTimeOffset now)
    {
        while (_recent.TryPeek(out var oldest) && (now - oldest.At >= window || oldest.At > now))
        {
            _recent.Dequeue();
        }

        var origin = Origin.Of(source);
        var same = _recent.Where(taken => taken.Origin == origin).ToArray();
        if (same.Length >= perOrigin)
        {
            return Wait(same[^perOrigin].At, now);
        }

        if (_recent.Count >= inAll)
        {
            return Wait(_recent.Peek().At, now);
        }

        _recent.Enqueue((now, origin));
        return null;
    }

    private TimeSpan Wait(DateTimeOffset first, DateTimeOffset now) => first + window - now;
}
