using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>Damages bytes; the same seed damages them in the same way. A character is a byte.</summary>
internal sealed partial class Mutator(Random random)
{
    private static readonly string[] Tokens =
    [
        "null", "true", "false", "0", "-1", "1e999", "-1e-999", "1.5", "9223372036854775808", "18446744073709551616", "[]", "{}", "[[]]", "\"\"", "\" \"", ",", ":",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u202e\"", "\"\u00c0\u0080\"", "\"\u00ed\u00a0\u0080\"", "\"\u00ff\"", "\"<script>\"", "\"127.9.9.9:1\"",
        "\"action\"", "\"messages\"", "\"m\\u0065ssages\"", "\"handshake\"", "\"send\"", "\"ping\"", "\"history\"", "\"resend\"", "\"key\"", "\"\\\"", "/*x*/", "NaN", "'x'",
        new('9', 400), "[" + new string('1', 2_000) + "]", new string('[', 20), new string('{', 20), string.Concat(Enumerable.Repeat("{\"a\":", 20)),
    ];

    private static readonly string[] Markers = ["&", "=", "%", "%00", "%ff", "+", "\r\n", "\0", "\u00ef\u00bb\u00bf", "\\", "\"", "{", "}", "[", "]", ",", ":"];

    /// <summary>One to four changes.</summary>
    public string Mutate(string sample, IReadOnlyList<string> others)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            sample = Change(sample, others);
        }

        return sample;
    }

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public int Number(int from, int below) => random.Next(from, below);

    /// <summary>Cuts into up to <paramref name="most"/> pieces at random places.</summary>
    public IReadOnlyList<string> Cut(string whole, int most)
    {
        var cuts = Enumerable.Range(0, random.Next(1, most)).Select(_ => random.Next(whole.Length + 1)).Append(0).Append(whole.Length).Order().Distinct().ToArray();
        return [.. cuts.Zip(cuts.Skip(1), (from, to) => whole[from..to])];
    }

    private string Change(string sample, IReadOnlyList<string> others)
    {
        var at = random.Next(sample.Length + 1);
        var end = Math.Min(sample.Length, at + random.Next(1, 40));
        return random.Next(11) switch
        {
            0 => Overwrite(sample, at, c => (char)(c ^ (1 << random.Next(8)))),
            1 => Overwrite(sample, at, _ => (char)random.Next(256)),
            2 => sample[..at],
            3 => sample[..at] + sample[end..],
            4 => sample[..end] + sample[at..],
            5 => sample[..at] + Noise(random.Next(1, 20)) + sample[at..],
            6 => sample[..at] + Pick(Markers) + sample[at..],
            7 => Spliced(sample[..at], Pick(others)),
            8 => sample[..at] + new string(sample.Length > 0 ? sample[at % sample.Length] : 'x', random.Next(1, 3_000)) + sample[at..],
            _ => SwapToken(sample),
        };
    }

    private static string Overwrite(string sample, int at, Func<char, char> change) =>
        at < sample.Length ? sample[..at] + (char)(change(sample[at]) & 0xff) + sample[(at + 1)..] : sample;

    private string Spliced(string start, string other) => start + other[random.Next(other.Length + 1)..];

    private string Noise(int length)
    {
        var noise = new StringBuilder();
        for (; length > 0; length--)
        {
            noise.Append((char)random.Next(256));
        }

        return noise.ToString();
    }

    private string SwapToken(string sample)
    {
        var tokens = JsonToken().Matches(sample);
        if (tokens.Count == 0)
        {
            return sample + Pick(Tokens);
        }

        var token = tokens[random.Next(tokens.Count)];
        var with = Chance(30) ? tokens[random.Next(tokens.Count)].Value
            : Chance(20) ? random.NextInt64().ToString(CultureInfo.InvariantCulture)
            : Pick(Tokens);
        return sample[..token.Index] + with + sample[(token.Index + token.Length)..];
    }

    [GeneratedRegex("\"[^\"]*\"|[-0-9.eE]+|true|false|null|[\\[\\]{},:]")]
    private static partial Regex JsonToken();
}
