using CsCheck;
using Messenger.Domain.Search;

namespace Messenger.Domain.Tests.Search;

public class SnippetTests
{
    [Theory]
    [InlineData("Ёлка и елки", "елк", "[Ёлка] и [елки]")]
    [InlineData("one two three", "\"one two\" two", "[one two] three")]
    [InlineData("nothing here", "missing", "nothing here")]
    public void Matches_are_marked(string text, string typed, string expected) => Assert.Equal(expected, Show(text, typed));

    [Fact]
    public void A_long_text_is_cut_between_words_around_the_first_match()
    {
        var text = Repeat("before ", 50) + "needle" + Repeat(" behind", 50);

        Assert.Equal($"…{Repeat("before ", 5)}[needle]{Repeat(" behind", 17)}…", Show(text, "needle"));
    }

    [Fact]
    public void A_snippet_is_a_bounded_piece_of_the_text_and_shows_the_first_match() =>
        Gen.Select(Gen.String[Gen.Char["ab  ё\ud83d\ude00.е\u0308"], 0, 500], Gen.String[Gen.Char["abе \""], 1, 5]).Sample((text, typed) =>
        {
            if (!SearchQuery.TryParse(typed, out var query, out _))
            {
                return;
            }

            var parts = Snippet.Of(text, query);
            var whole = string.Concat(parts.Select(part => part.Text));

            Assert.Contains(whole.Trim('…'), text, StringComparison.Ordinal);
            Assert.True(whole.Length <= Snippet.MaxLength + 2);
            Assert.True(!query.Matches(text) || parts.Any(part => part.Match));
            Assert.All(parts, part => Assert.NotEmpty(part.Text));
        });

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Show(string text, string typed)
    {
        Assert.True(SearchQuery.TryParse(typed, out var query, out _));
        return string.Concat(Snippet.Of(text, query).Select(part => part.Match ? $"[{part.Text}]" : part.Text));
    }
}
