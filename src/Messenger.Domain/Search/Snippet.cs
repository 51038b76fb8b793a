using System.Collections.Immutable;

namespace Messenger.Domain.Search;

/// <summary>A piece of a snippet.</summary>
/// <param name="Text">As it stands in the message. Hostile text.</param>
/// <param name="Match">Whether it is what was looked for.</param>
public sealed record SnippetPart(string Text, bool Match);

/// <summary>The part of a message that shows why it was found, in pieces, so that nobody needs markup.</summary>
public static class Snippet
{
    /// <summary>Longest snippet, in characters of UTF-16, without the ellipses at its ends.</summary>
    public const int MaxLength = 160;

    private const int Lead = 40;
    private const string Ellipsis = "…";

    /// <summary>The surroundings of the first match, or the beginning of a text that does not match.</summary>
    public static ImmutableArray<SnippetPart> Of(string text, SearchQuery query)
    {
        var words = SearchWords.Of(text).ToList();
        var matches = Matches(words, query);
        var (from, to) = Window(text, words, matches is [var first, ..] ? first.Start : 0);
        var parts = ImmutableArray.CreateBuilder<SnippetPart>();
        var at = from;
        Add(from > 0 ? Ellipsis : "", match: false);
        foreach (var (start, end) in matches.Where(match => match.Start < to && match.End > from))
        {
            Add(text[at..start], match: false);
            at = Math.Min(end, to);
            Add(text[start..at], match: true);
        }

        Add(text[at..to] + (to < text.Length ? Ellipsis : ""), match: false);
        return parts.ToImmutable();

        void Add(string piece, bool match)
        {
            if (!match && parts is [.., { Match: false } last])
            {
                parts[^1] = last with { Text = last.Text + piece };
            }
            else if (piece.Length > 0)
            {
                parts.Add(new SnippetPart(piece, match));
            }
        }
    }

    // Overlapping matches are one.
    private static List<(int Start, int End)> Matches(List<SearchWord> words, SearchQuery query)
    {
        var matches = new List<(int Start, int End)>();
        for (var at = 0; at < words.Count; at++)
        {
            var length = query.Terms.Where(term => term.IsAt(words, at)).Select(term => term.Words.Length).DefaultIfEmpty().Max();
            if (length == 0)
            {
                continue;
            }

            var (start, end) = (words[at].Start, words[at + length - 1].Start + words[at + length - 1].Length);
            if (matches is [.., var last] && start < last.End)
            {
                matches[^1] = (last.Start, Math.Max(end, last.End));
            }
            else
            {
                matches.Add((start, end));
            }
        }

        return matches;
    }

    // Whole words where there are any; no match may begin before the window, because the first one begins within it.
    private static (int From, int To) Window(string text, List<SearchWord> words, int match)
    {
        var from = match <= Lead ? 0 : words.First(word => word.Start >= match - Lead).Start;
        if (text.Length - from <= MaxLength)
        {
            return (from, text.Length);
        }

        var lastWord = words.LastOrDefault(word => word.Start >= match && word.Start + word.Length <= from + MaxLength);
        var to = lastWord.Length > 0 ? lastWord.Start + lastWord.Length : from + MaxLength;
        return (from, char.IsHighSurrogate(text[to - 1]) && char.IsLowSurrogate(text[to]) ? to - 1 : to);
    }
}
