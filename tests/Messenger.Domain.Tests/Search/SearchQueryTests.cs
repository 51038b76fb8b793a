using CsCheck;
using Messenger.Domain.Search;

namespace Messenger.Domain.Tests.Search;

public class SearchQueryTests
{
    private static readonly Gen<string> Typed = Gen.OneOf(
        Gen.String[Gen.Char["аё йЁ*\"(-:^'%_ \0\ud83d\ude00é\u0301"], 0, 40],
        Gen.String[0, 40]);

    [Theory]
    [InlineData("Ёлка", "елка")]
    [InlineData("е\u0308лка", "елка")]
    [InlineData("мои мо\u0438\u0306 мой", "мои мой мой")]
    [InlineData("\u03c3\u03ac\u03c2 \u03a3\u0391\u03a3", "\u03c3\u03ac\u03c3 \u03c3\u03b1\u03c3")]
    [InlineData("Café CAFE\u0301 Łódź", "cafe cafe lodz")]
    [InlineData("don't 1:1 x_y", "don t 1 1 x y")]
    [InlineData("\ud83d\ude00😀\ud83d", "")]
    public void Words_are_compared_without_case_and_accents(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SearchWords.Of(text).Select(word => word.Folded)));

    [Theory]
    [InlineData("привет мир", "привет|мир*")]
    [InlineData("при* мир", "при*|мир*")]
    [InlineData("\"доброе утро\"", "доброе утро")]
    [InlineData("\"доброе утро\"*", "доброе утро*")]
    [InlineData("\"доброе ут", "доброе ут*")]
    [InlineData("\"a\" or NOT b:c", "a|or|not|b|c*")]
    public void What_is_typed_becomes_terms(string typed, string expected)
    {
        Assert.True(SearchQuery.TryParse(typed, out var query, out _));
        Assert.Equal(expected, string.Join('|', query.Terms.Select(term => string.Join(' ', term.Words) + (term.IsPrefix ? "*" : ""))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \"*\" -- 😀")]
    public void A_query_without_words_says_so(string typed)
    {
        Assert.False(SearchQuery.TryParse(typed, out _, out var error));
        Assert.Contains("needs a word", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_is_bounded()
    {
        Assert.False(SearchQuery.TryParse(new string('a', SearchQuery.MaxLength + 1), out _, out var tooLong));
        Assert.Contains("256 characters", tooLong, StringComparison.Ordinal);
        Assert.False(SearchQuery.TryParse(string.Concat(Enumerable.Repeat("a ", SearchQuery.MaxWords + 1)), out _, out var tooMany));
        Assert.Contains("16 words", tooMany, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_input_is_a_query_of_plain_words_or_an_error() => Typed.Sample(typed =>
        SearchQuery.TryParse(typed, out var query, out var error)
            ? error is null && query.Terms.All(term => term.Words.All(word => SearchWords.Of(word).Single().Folded == word))
            : error.Length > 0);

    [Fact]
    public void A_text_is_found_by_every_word_phrase_and_beginning_of_its_own() => Gen.Select(Typed, Gen.Int[0, 100], Gen.Int[1, 4], Gen.Int[1, 9]).Sample(
        (text, pick, count, letters) =>
        {
            var words = SearchWords.Of(text).ToList();
            if (words.Count == 0)
            {
                return;
            }

            var first = words[pick % words.Count];
            var last = words[Math.Min(words.Count - 1, (pick % words.Count) + count - 1)];
            var phrase = text[first.Start..(last.Start + last.Length)];
            var beginning = text.Substring(first.Start, Math.Min(letters, first.Length));
            Assert.All([phrase.ToLowerInvariant(), $"\"{phrase}\"", beginning], typed =>
            {
                if (SearchQuery.TryParse(typed, out var query, out _))
                {
                    Assert.True(query.Matches(text), $"{typed} finds {text}");
                }
            });
        });
}
