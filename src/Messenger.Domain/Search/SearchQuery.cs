using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Messenger.Domain.Search;

/// <summary>Words that must stand one behind the other.</summary>
/// <param name="Words">One word, or those of a phrase; as <see cref="SearchWords"/> folds them.</param>
/// <param name="IsPrefix">Whether the last one may be the beginning of a word.</param>
public sealed record SearchTerm(ImmutableArray<string> Words, bool IsPrefix)
{
    /// <summary>Whether it stands at a place of a text.</summary>
    /// <param name="words">The text's words.</param>
    /// <param name="at">Index of the word that must be the first one.</param>
    public bool IsAt(IReadOnlyList<SearchWord> words, int at)
    {
        if (at + Words.Length > words.Count)
        {
            return false;
        }

        for (var i = 0; i < Words.Length; i++)
        {
            var folded = words[at + i].Folded;
            if (IsPrefix && i == Words.Length - 1 ? !folded.StartsWith(Words[i], StringComparison.Ordinal) : folded != Words[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>
/// What somebody looks for: words in any order, <c>"phrases in quotes"</c>, beginnings such as <c>при*</c>. The last word is a beginning
/// too unless a quote closes it, because it may still be typed. Everything else is ignored.
/// </summary>
public sealed class SearchQuery
{
    /// <summary>Longest query, in characters of UTF-16.</summary>
    public const int MaxLength = 256;

    /// <summary>How many words it may have.</summary>
    public const int MaxWords = 16;

    private SearchQuery(ImmutableArray<SearchTerm> terms) => Terms = terms;

    /// <summary>All of these must be in a text; at least one.</summary>
    public ImmutableArray<SearchTerm> Terms { get; }

    /// <summary>Reads what was typed.</summary>
    /// <param name="typed">Any text.</param>
    /// <param name="query">The query.</param>
    /// <param name="error">What is wrong and what to do.</param>
    public static bool TryParse(string typed, [NotNullWhen(true)] out SearchQuery? query, [NotNullWhen(false)] out string? error)
    {
        query = null;
        if (typed.Length > MaxLength)
        {
            error = $"A query has at most {MaxLength} characters; leave some out.";
            return false;
        }

        var terms = Read(typed);
        error = terms.Sum(term => term.Words.Length) switch
        {
            0 => "A query needs a word of letters or digits.",
            > MaxWords => $"A query has at most {MaxWords} words; leave some out.",
            _ => null,
        };
        query = error is null ? new SearchQuery(terms) : null;
        return error is null;
    }

    /// <summary>Whether all terms are in a text.</summary>
    public bool Matches(string text)
    {
        var words = SearchWords.Of(text).ToList();
        return Terms.All(term => Enumerable.Range(0, words.Count).Any(at => term.IsAt(words, at)));
    }

    private static ImmutableArray<SearchTerm> Read(string typed)
    {
        var terms = ImmutableArray.CreateBuilder<SearchTerm>();
        var parts = typed.Split('"');
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, isLast, before) = (parts[i], i == parts.Length - 1, terms.Count);
            var words = SearchWords.Of(part).ToList();
            if (i % 2 == 0)
            {
                terms.AddRange(words.Select(word => new SearchTerm([word.Folded], part.AsSpan(word.Start + word.Length).StartsWith("*"))));
            }
            else if (words.Count > 0)
            {
                terms.Add(new SearchTerm([.. words.Select(word => word.Folded)], !isLast && parts[i + 1].StartsWith('*')));
            }

            if (isLast && terms.Count > before)
            {
                terms[^1] = terms[^1] with { IsPrefix = true };
            }
        }

        return terms.ToImmutable();
    }
}
