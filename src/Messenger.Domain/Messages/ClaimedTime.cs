using System.Globalization;

namespace Messenger.Domain.Messages;

/// <summary>The <c>timestamp</c> of the wire: what an author claims, and what we claim (design page "protocol", Order).</summary>
public static class ClaimedTime
{
    private const int MaxLength = 64;
    private const long MicrosecondsPerSecond = 1_000_000;

    // 10^11 seconds is the year 5138 and 10^11 milliseconds is 1973: nothing anybody means lies on the wrong side.
    private const decimal FirstMillisecondValue = 100_000_000_000m;
    private static readonly decimal LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK",
        "yyyyMMdd'T'HHmmss.FFFFFFFK", "yyyy-MM-dd",
    ];

    /// <summary>
    /// Reads Unix seconds (with or without a fraction), Unix milliseconds, or ISO 8601 (without a zone: UTC).
    /// </summary>
    /// <param name="timestampText">The text as received; anything at all.</param>
    /// <returns>The time in UTC, after 1970 and before the year 10000; null when the text is none, and the time of arrival stands.</returns>
    public static DateTimeOffset? Parse(string timestampText)
    {
        ArgumentNullException.ThrowIfNull(timestampText);
        if (timestampText.Length > MaxLength)
        {
            return null;
        }

        var text = timestampText.Trim();
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? FromUnix(number)
            : FromIso(text);
    }

    /// <summary>Writes a timestamp as we emit it: Unix seconds with exactly six decimals.</summary>
    /// <param name="microseconds">Microseconds since 1970, not negative.</param>
    public static string Format(long microseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(microseconds);
        var (seconds, rest) = Math.DivRem(microseconds, MicrosecondsPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest:D6}");
    }

    /// <summary>The timestamp of the next message to a contact: the present, but always later than the last one.</summary>
    /// <param name="lastMicroseconds">The last timestamp given, in microseconds since 1970; 0 for none.</param>
    /// <param name="now">The clock, which may have stepped back.</param>
    /// <returns>Microseconds since 1970.</returns>
    public static long NextTimestamp(long lastMicroseconds, DateTimeOffset now) =>
        Math.Max(lastMicroseconds + 1, ToMicroseconds(now));

    /// <summary>Microseconds since 1970, cut (not rounded).</summary>
    /// <param name="time">A time in any zone.</param>
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset? FromUnix(decimal number)
    {
        var milliseconds = number < FirstMillisecondValue ? number * 1000 : number;
        return milliseconds <= 0 || milliseconds > LastMillisecond
            ? null
            : DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
    }

    private static DateTimeOffset? FromIso(string text) =>
        DateTimeOffset.TryParseExact(
            WithoutNanoseconds(text),
            IsoFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
        && time > DateTimeOffset.UnixEpoch
            ? time
            : null;

    // Several languages print nine decimals; a tick is the seventh.
    private static string WithoutNanoseconds(string text)
    {
        var start = text.IndexOf('.', StringComparison.Ordinal) + 1;
        var end = start;
        while (start > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - start > 7 ? text.Remove(start + 7, end - start - 7) : text;
    }
}
