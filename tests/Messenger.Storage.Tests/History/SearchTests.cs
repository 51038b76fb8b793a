using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;

namespace Messenger.Storage.Tests.History;

/// <summary>What every read model finds, whatever database it is in.</summary>
public abstract partial class MessageHistoryTests
{
    private readonly Conversation _other = new("other");

    [SkippableTheory]
    [InlineData("привет", "Привет, ёлка!")]
    [InlineData("ЁЛКА", "Привет, ёлка!|елка и снег")]
    [InlineData("елк", "Привет, ёлка!|елка и снег")]
    [InlineData("ел* снег", "елка и снег")]
    [InlineData("\"и снег\"", "елка и снег")]
    [InlineData("\"снег и\"", "")]
    [InlineData("\"елка и сн", "елка и снег")]
    [InlineData("снег елка", "елка и снег")]
    [InlineData("елк снег", "")]
    [InlineData("елки", "")]
    [InlineData("cafe", "Café: 1-2 \"x\" y*")]
    [InlineData("1 2", "Café: 1-2 \"x\" y*")]
    [InlineData("OR AND NOT NEAR", "")]
    [InlineData("words:привет", "")]
    [InlineData("§other", "")]
    public async Task Messages_are_found_by_words_beginnings_and_phrases(string typed, string expected)
    {
        _friend.Receive("Привет, ёлка!");
        _friend.Queue("елка и снег");
        _friend.Queue("Café: 1-2 \"x\" y*");
        await Apply(_friend.All);

        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Reverse(), await Find(typed));
    }

    [SkippableFact]
    public async Task What_is_found_is_shown_newest_first_over_all_conversations_and_page_by_page()
    {
        foreach (var turn in Enumerable.Range(0, 10))
        {
            (turn % 2 == 0 ? _friend : _other).Receive($"word {turn}", Conversation.Start.AddMinutes(-20 + turn));
        }

        await Apply(_other.All, _friend.All);
        var whole = await Find("wor");

        Assert.Equal(10, whole.Count);
        List<string> pages = [];
        for (long? before = null; ;)
        {
            var page = await History.SearchAsync(new SearchRequest(Parse("wor"), null, before, 3), default);
            pages.AddRange(page.Hits.Select(hit => hit.Message.Text!));
            before = page.Before;
            if (before is null)
            {
                break;
            }
        }

        Assert.Equal(whole, pages);
        Assert.Equal(["word 8", "word 6", "word 4", "word 2", "word 0"], await Find("word", _friend.Contact));
        Assert.Empty(await Find("word", new ContactId("nobody")));
    }

    [SkippableFact]
    public async Task A_hit_is_the_message_as_it_is_listed()
    {
        var number = _friend.Queue("needle");
        _friend.Relay(number, "anna");
        await Apply(_friend.All);

        var hit = Assert.Single((await History.SearchAsync(new SearchRequest(Parse("needle"), null, null, 10), default)).Hits);

        var listed = await Message(number);
        Assert.Equal(_friend.Contact, hit.Contact);
        Assert.Equal(listed with { Relays = hit.Message.Relays }, hit.Message);
        Assert.Equal("anna", Assert.Single(hit.Message.Relays).Value);
    }

    [SkippableTheory]
    [InlineData("after it was indexed")]
    [InlineData("before it was indexed")]
    [InlineData("when half of it was indexed")]
    [InlineData("in the same transaction")]
    public async Task Erased_text_is_not_found(string erased)
    {
        var first = _friend.Receive("secret one");
        _friend.Receive("secret two");
        var third = _friend.Receive("secret three");
        _friend.Receive("secret four");
        if (erased != "in the same transaction")
        {
            await Apply(_friend.All);
        }

        if (erased == "after it was indexed")
        {
            Assert.Equal(4, (await Find("secret")).Count);
        }

        if (erased == "when half of it was indexed")
        {
            Assert.True(await History.IndexAsync(2, default));
        }

        _friend.Erase(third);
        _friend.EraseUpTo(first);
        await Apply(erased == "in the same transaction" ? _friend.All : _friend.Last(2));

        Assert.Equal(["secret four", "secret two"], await Find("secret"));
        Assert.Empty(await Find("three"));
        Assert.Empty(await Find("thre"));
    }

    [SkippableFact]
    public async Task A_large_conversation_that_is_erased_is_not_found_and_others_are()
    {
        for (var i = 0; i < 2_500; i++)
        {
            _friend.Receive($"secret number{i}");
        }

        var kept = _friend.Receive("secret kept");
        _other.Receive("secret other");
        await Apply(_friend.All, _other.All);

        _friend.EraseUpTo(kept - 1);
        await Apply(_friend.Last(1));

        Assert.Equal(["secret kept", "secret other"], (await Find("secret")).Order());
        Assert.Empty(await Find("number17"));
        Assert.Empty(await Find("number"));

        _friend.Receive("secret number again");
        await Apply(_friend.Last(1));
        Assert.Equal(["secret number again"], await Find("number"));
    }

    [SkippableFact]
    public async Task Many_messages_of_one_moment_are_all_found()
    {
        _friend.Receive("first", Conversation.Start);
        for (var i = 0; i < 3_000; i++)
        {
            _friend.Receive($"clash {i}", Conversation.Start.AddDays(-1));
        }

        await Apply(_friend.All);

        Assert.Equal(1_000, (await Find("clash")).Count);
        Assert.Equal(["clash 2999"], await Find("2999"));
        Assert.Equal(["clash 7"], await Find("\"clash 7\""));
    }

    [SkippableFact]
    public async Task A_beginning_of_very_many_words_finds_them_all()
    {
        for (var i = 100; i < 400; i++)
        {
            _friend.Receive($"word{i}");
        }

        await Apply(_friend.All);

        Assert.Equal(300, (await Find("word")).Count);
        Assert.Equal(100, (await Find("word2")).Count);
    }

    private protected static SearchQuery Parse(string typed) =>
        SearchQuery.TryParse(typed, out var query, out var error) ? query : throw new ArgumentException(error, nameof(typed));

    private protected async Task<IReadOnlyList<string>> Find(string typed, ContactId? contact = null) =>
        [.. (await History.SearchAsync(new SearchRequest(Parse(typed), contact, null, 1_000), default)).Hits.Select(hit => hit.Message.Text!)];
}
