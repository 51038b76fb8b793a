namespace Messenger.Storage.History;

/// <summary>
/// Where a message stands among those of all conversations: its position, and below it some bits in which messages of the same
/// microsecond differ. It depends on the message alone unless a place is taken, and then the next attempt looks in a wider range.
/// </summary>
internal static class SearchPlace
{
    private const int LowBits = 10;
    private const long LastPosition = (1L << 52) - 1;

    // One bit more each: 2^30 messages of one microsecond still find a place.
    private const int Attempts = 24;

    /// <summary>The places to try, one after the other.</summary>
    /// <param name="position">Position in the conversation, in microseconds since 1970; a claim from before counts as 1970.</param>
    /// <param name="number">Number of the message.</param>
    public static IEnumerable<long> Of(long position, long number)
    {
        var first = Math.Clamp(position, 0, LastPosition) << LowBits;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            yield return first + (Mix((ulong)number + ((ulong)attempt << 56)) & ((1L << (LowBits + attempt)) - 1));
        }
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private static long Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return (long)(value ^ (value >> 31));
    }
}
