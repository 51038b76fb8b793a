using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>Looking for what was said, with the keyboard alone.</summary>
public sealed class SearchPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    // More than a page of the conversation, and more than a page of what is found.
    private const int Count = 150;

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(320)]
    public async Task What_was_said_long_ago_is_found_and_shown_where_it_was_said(int width)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync();
        var clara = await node.Api.AddContactAsync("192.0.2.1", "Clara");
        var david = await node.Api.AddContactAsync("192.0.2.2", "David");
        await node.Api.SendAsync(clara.Id, "the <b>needle</b> in the hay");
        for (var number = 0; number < Count; number++)
        {
            await node.Api.SendAsync(clara.Id, $"hay number {number}");
        }

        await node.Api.SendAsync(david.Id, "a needle for David");
        await using var profile = await chromium.NewProfileAsync(new() { ViewportSize = new() { Width = width, Height = 700 } });
        var page = await MessengerPage.SignInAsync(profile, node);
        await page.OpenAsync("Clara");
        await page.SeesLastAsync($"hay number {Count - 1}");

        await page.Page.Keyboard.PressAsync("Control+f");
        await Expect(page.SearchField).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("needl");
        await Expect(page.Hits).ToHaveCountAsync(2);
        await Expect(page.Hits.First).ToContainTextAsync("a needle for David");
        await Expect(page.Hits.Last).ToContainTextAsync("the <b>needle</b> in the hay");
        await Expect(page.Hits.Last.Locator("mark")).ToHaveTextAsync("needle");

        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Hits.First).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Hits.Last).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        var found = page.Page.Locator(".message.found");
        await Expect(found).ToContainTextAsync("needle");
        await Expect(found).ToBeFocusedAsync();
        await Expect(found).ToBeInViewportAsync();
        await Expect(page.Messages.First).ToContainTextAsync("needle");

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Hits.Last).ToBeFocusedAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [SkippableFact]
    public async Task One_conversation_is_searched_alone_and_older_matches_come_as_the_list_is_scrolled()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync();
        var clara = await node.Api.AddContactAsync("192.0.2.1", "Clara");
        var david = await node.Api.AddContactAsync("192.0.2.2", "David");
        for (var number = 0; number < Count; number++)
        {
            await node.Api.SendAsync(clara.Id, $"hay number {number}");
        }

        await node.Api.SendAsync(david.Id, "hay for David");
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, node);
        await page.OpenAsync("Clara");
        await page.SeesLastAsync($"hay number {Count - 1}");

        await page.Page.Keyboard.PressAsync("Control+Shift+f");
        await Expect(page.SearchField).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("hay");
        await Expect(page.Hits.First).ToContainTextAsync($"hay number {Count - 1}");
        await Expect(page.Hits.Filter(new() { HasText = "David" })).ToHaveCountAsync(0);
        await Eventually.Holds(
            async () =>
            {
                await page.Hits.Last.ScrollIntoViewIfNeededAsync();
                return await page.Hits.CountAsync() == Count;
            },
            "every match is in the list");
        await Expect(page.Hits.Last).ToContainTextAsync("hay number 0");

        await node.Api.EraseMessageAsync(clara.Id, (await node.Api.ConversationAsync(clara.Id))[0].Id);
        await Expect(page.Hits).ToHaveCountAsync(Count - 1);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Only with Clara" }).ClickAsync();
        await Expect(page.Hits.First).ToContainTextAsync("hay for David");
        await page.SearchField.PressAsync("Escape");
        await Expect(page.Hits).ToHaveCountAsync(0);
        await Expect(page.Row("David")).ToBeVisibleAsync();
    }
}
