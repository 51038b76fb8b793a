using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>WCAG 2.2 AA as far as a program can tell, on every screen in every language, colour scheme and size.</summary>
public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task No_screen_has_a_flaw_that_axe_can_find()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, "> quoted https://example.org\nanswer with `code` and **weight**");
        await pair.Anna.Api.SendAsync(pair.BorisAtAnna, "> quoted https://example.org\nanswer");
        await pair.Anna.Api.AddContactAsync("192.0.2.1", "Clara");
        await using var first = await chromium.NewProfileAsync();
        await MessengerPage.SignInAsync(first, pair.Anna);
        var signedIn = await first.StorageStateAsync();

        var flaws = new List<string>();
        foreach (var locale in (string[])["en-US", "ru-RU"])
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        foreach (var width in (int[])[1280, 320])
        {
            await using var profile = await chromium.NewProfileAsync(new()
            {
                Locale = locale,
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 720 },
                StorageState = signedIn,
                ReducedMotion = ReducedMotion.Reduce,
            });
            var page = await profile.NewPageAsync();
            foreach (var (screen, open) in Screens(pair.Anna.Gui, pair.BorisAtAnna))
            {
                await open(page);
                flaws.AddRange((await FlawsOf(page)).Select(flaw => $"{screen} {locale} {scheme} {width}: {flaw}"));
            }
        }

        Assert.True(flaws.Count == 0, string.Join(Environment.NewLine, flaws));
    }

    private static IEnumerable<(string Screen, Func<IPage, Task> Open)> Screens(Uri gui, string contact)
    {
        yield return ("list", async page =>
        {
            await page.GotoAsync(gui.ToString());
            await Expect(page.Locator(".contact-row").First).ToBeVisibleAsync();
        });
        yield return ("keys", async page =>
        {
            await page.Keyboard.PressAsync("Control+/");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
        yield return ("add contact", async page =>
        {
            await page.Keyboard.PressAsync("Escape");
            await page.Keyboard.PressAsync("Alt+n");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
        yield return ("conversation", async page =>
        {
            await page.Keyboard.PressAsync("Escape");
            await page.GotoAsync($"{gui}#/c/{contact}");
            await Expect(page.Locator(".message")).ToHaveCountAsync(2);
        });
        yield return ("message menu", async page =>
        {
            await page.Locator(".message").Last.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        });
        yield return ("message details", async page =>
        {
            await page.Keyboard.PressAsync("ArrowDown");
            await page.Keyboard.PressAsync("ArrowDown");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
        yield return ("contact details", async page =>
        {
            await page.Keyboard.PressAsync("Escape");
            await page.Locator(".head").FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
        yield return ("node", async page =>
        {
            await page.Keyboard.PressAsync("Escape");
            await page.GotoAsync($"{gui}#/node");
            await Expect(page.Locator(".part")).ToHaveCountAsync(6);
            await Expect(page.Locator(".qr path")).ToBeAttachedAsync();
        });
    }

    private static async Task<IEnumerable<string>> FlawsOf(IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var overflow = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");
        return result.Violations
            .Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}")
            .Concat(overflow ? ["the page is wider than the window"] : []);
    }
}
