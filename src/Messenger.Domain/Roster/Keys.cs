using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Messenger.Domain.Roster;

/// <summary>Keys as they stand on the wire.</summary>
public static class Keys
{
    /// <summary>Whether two keys are the same, in a time that does not tell how much of them is.</summary>
    /// <param name="key">A key, or none.</param>
    /// <param name="other">A key, or none; none is never the same.</param>
    public static bool Same(string? key, string? other) =>
        key is not null
        && other is not null
        && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(key.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));
}
