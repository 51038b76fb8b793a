using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>What a person sees and decides of sealed messages and of the identities behind them.</summary>
public sealed class SealingPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task Both_see_one_safety_number_and_mark_it_as_compared()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await FriendsWhoSealAsync();
        await using var atAnna = await chromium.NewProfileAsync();
        await using var atBoris = await chromium.NewProfileAsync();
        var annas = await MessengerPage.SignInAsync(atAnna, pair.Anna);
        var boriss = await MessengerPage.SignInAsync(atBoris, pair.Boris);
        await OpenSafetyNumberAsync(annas, "Boris");
        await OpenSafetyNumberAsync(boriss, "Anna");

        var digits = await annas.Page.Locator(".digits").InnerTextAsync();
        Assert.Equal(12, digits.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);
        await Expect(boriss.Page.Locator(".digits")).ToHaveTextAsync(await annas.Page.Locator(".digits").TextContentAsync() ?? "");

        await annas.Page.GetByRole(AriaRole.Button, new() { Name = "They are the same" }).ClickAsync();
        await Expect(annas.Row("Boris")).ToContainTextAsync("Compared");
        await Expect(annas.Page.Locator(".privacy-state")).ToContainTextAsync("you have compared the safety number");
        await annas.Page.GetByRole(AriaRole.Button, new() { Name = "Safety number" }).ClickAsync();
        await annas.Page.GetByRole(AriaRole.Button, new() { Name = "Take the mark back" }).ClickAsync();
        await Expect(annas.Row("Boris")).Not.ToContainTextAsync("Compared");
    }

    [SkippableFact]
    public async Task Messages_to_who_shows_another_key_wait_until_the_owner_has_decided()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await FriendsWhoSealAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await pair.Boris.StopAsync();
        Directory.Delete(pair.Boris.DataFolder, recursive: true);
        Directory.CreateDirectory(pair.Boris.DataFolder);
        await pair.Boris.StartAgainAsync(afresh: true);
        await pair.Boris.Api.AddContactAsync(pair.Anna.Address);
        if ((await pair.Anna.Api.GetAsync($"contacts/{pair.BorisAtAnna}")).GetProperty("keyChangeProposed").GetBoolean())
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Take the new key" }).ClickAsync();
        }

        await pair.Anna.Api.ActAsync(pair.BorisAtAnna, "ping");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("shows another key than before");
        await page.WriteAsync("who are you?");
        await Expect(page.Messages).ToHaveAttributeAsync("data-state", "queued");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Compare and decide" }).ClickAsync();
        await Expect(page.Page.Locator(".digits")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Take the new key" }).ClickAsync();
        await Expect(page.Page.Locator(".key-change")).ToHaveCountAsync(0);
        await page.AllBecomeAsync("delivered");
    }

    [SkippableFact]
    public async Task What_comes_unsealed_from_who_seals_says_so()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await FriendsWhoSealAsync();
        await using var atAnna = await chromium.NewProfileAsync();
        await using var atBoris = await chromium.NewProfileAsync();
        var annas = await MessengerPage.SignInAsync(atAnna, pair.Anna);
        var boriss = await MessengerPage.SignInAsync(atBoris, pair.Boris);
        await annas.OpenAsync("Boris");
        await boriss.OpenAsync("Anna");

        await boriss.WriteAsync("sealed");
        await annas.SeesLastAsync("sealed");
        await Expect(annas.Page.Locator(".caution")).ToHaveCountAsync(0);
        await boriss.Page.Locator(".head").ClickAsync();
        await boriss.Page.GetByRole(AriaRole.Switch, new() { Name = "Send unsealed" }).ClickAsync();
        await boriss.Page.Locator(".button.danger", new() { HasText = "Send unsealed" }).ClickAsync();
        await Expect(boriss.Page.Locator(".privacy-state")).ToContainTextAsync("because you wanted it so");
        await boriss.Page.Keyboard.PressAsync("Escape");
        await Expect(boriss.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await boriss.WriteAsync("in the open");

        await annas.SeesLastAsync("in the open");
        await Expect(annas.Messages.Last.Locator(".caution")).ToContainTextAsync("Came unsealed");
    }

    private static async Task<Friends> FriendsWhoSealAsync()
    {
        var pair = await Friends.StartAsync();
        await pair.Anna.Api.ContactBecomesAsync(contact => contact.Id == pair.BorisAtAnna && contact.Encryption == "offered", "known by its identity");
        await pair.Boris.Api.ContactBecomesAsync(contact => contact.Id == pair.AnnaAtBoris && contact.Encryption == "offered", "known by its identity");
        return pair;
    }

    private static async Task OpenSafetyNumberAsync(MessengerPage page, string name)
    {
        await page.OpenAsync(name);
        await page.Page.Locator(".head").ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Safety number" }).ClickAsync();
        await Expect(page.Page.Locator(".digits")).ToBeVisibleAsync();
    }
}
