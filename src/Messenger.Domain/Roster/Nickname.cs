using System.Globalization;
using System.Text;

namespace Messenger.Domain.Roster;

/// <summary>Names from outside are hostile text: bounded, on one line, without characters that cannot be seen.</summary>
public static class Nickname
{
    /// <summary>Longest name, in characters of UTF-16.</summary>
    public const int MaxLength = 64;

    /// <summary>Drops control and format characters (which can turn the direction of text) and lone surrogates, trims, and cuts.</summary>
    /// <param name="text">Anything.</param>
    public static string Clean(string? text)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").Trim().EnumerateRunes())
        {
            var hidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
            if (hidden || rune == Rune.ReplacementChar)
            {
                continue;
            }

            if (clean.Length + rune.Utf16SequenceLength > MaxLength)
            {
                break;
            }

            clean.Append(rune);
        }

        return clean.ToString().Trim();
    }
}
