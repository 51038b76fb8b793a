using System.Globalization;
using System.Text;

namespace Messenger.Domain.Search;

/// <summary>A word of a text.</summary>
/// <param name="Start">Where it begins, in characters of UTF-16.</param>
/// <param name="Length">How many characters of UTF-16 it has.</param>
/// <param name="Folded">What it is compared by.</param>
public readonly record struct SearchWord(int Start, int Length, string Folded);

/// <summary>
/// The words by which a text is found, the same in every index: runs of letters and digits, in lower case, without the accents of Latin
/// letters, ё as е, and without combining marks. й stays what it is.
/// </summary>
public static class SearchWords
{
    /// <summary>Longest folded word, in characters of UTF-16; what comes behind is part of the word, but not compared.</summary>
    public const int MaxLength = 64;

    private const char CombiningBreve = '\u0306';

    // U+00E0 to U+017F; a node runs without the tables of Unicode normalization.
    private const int FirstLatin = 0xE0;
    private const string LatinBase =
        "aaaaaaæceeeeiiiiðnooooo÷ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkĸllllllŀŀllnnnnnnŉŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    /// <summary>The words of a text, in order. Any text will do; lone surrogates end a word.</summary>
    /// <param name="text">A text as it was written.</param>
    public static IEnumerable<SearchWord> Of(string text)
    {
        var folded = new StringBuilder(MaxLength);
        var start = 0;
        for (var at = 0; at < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, at, out var rune);
            if (isRune && Rune.IsLetterOrDigit(rune))
            {
                start = folded.Length == 0 ? at : start;
                Append(folded, Fold(rune));
            }
            else if (isRune && folded.Length > 0 && IsMark(rune))
            {
                Combine(folded, rune);
            }
            else if (folded.Length > 0)
            {
                yield return new SearchWord(start, at - start, folded.ToString());
                folded.Clear();
            }

            at += isRune ? rune.Utf16SequenceLength : 1;
        }

        if (folded.Length > 0)
        {
            yield return new SearchWord(start, text.Length - start, folded.ToString());
        }
    }

    private static Rune Fold(Rune rune)
    {
        var lower = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
        return lower.Value switch
        {
            'ё' or 'ѐ' => new Rune('е'),
            >= FirstLatin and < FirstLatin + 160 => new Rune(LatinBase[lower.Value - FirstLatin]),
            _ => lower,
        };
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // й and ў may be written in two parts.
    private static void Combine(StringBuilder folded, Rune mark)
    {
        var last = folded.Length - 1;
        folded[last] = (folded[last], mark.Value) switch
        {
            ('и', CombiningBreve) => 'й',
            ('у', CombiningBreve) => 'ў',
            var (letter, _) => letter,
        };
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        if (folded.Length + rune.Utf16SequenceLength <= MaxLength)
        {
            folded.Append(rune);
        }
    }
}
