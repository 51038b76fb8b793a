using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>A browser that reaches its node by plain http over a network.</summary>
public sealed class OpenWayPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Warning = "This page comes by plain http";

    [SkippableFact]
    public async Task Whoever_can_be_read_along_on_the_way_is_told_before_signing_in_and_until_it_is_understood()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync(new() { Options = ["--gui-host", Chromium.NamedHost] });
        var open = $"http://{Chromium.NamedHost}:{node.Gui.Port}/";
        await using var local = await chromium.NewProfileAsync();
        var trusted = await MessengerPage.SignInAsync(local, node);
        await Expect(trusted.Page.GetByText(Warning)).ToHaveCountAsync(0);
        var flaws = new List<string>();
        foreach (var (locale, scheme, width) in Looks.All)
        {
            await using var profile = await chromium.NewProfileAsync(new() { Locale = locale, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 720 } });
            var page = await profile.NewPageAsync();
            await page.GotoAsync(open);
            await Expect(page.Locator(".open-way")).ToBeVisibleAsync();
            flaws.AddRange((await Looks.FlawsOf(page)).Select(flaw => $"signing in {locale} {scheme} {width}: {flaw}"));
            await page.Locator("input[type=password]").FillAsync(await MessengerPage.LoginLinkAsync(node));
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".open-way-strip")).ToBeVisibleAsync();
            await Expect(page.Locator(".list-empty")).ToBeVisibleAsync();
            flaws.AddRange((await Looks.FlawsOf(page)).Select(flaw => $"empty list {locale} {scheme} {width}: {flaw}"));
            await page.Locator(".open-way-strip button").ClickAsync();
            await page.ReloadAsync();
            await Expect(page.Locator(".list-empty")).ToBeVisibleAsync();
            await Expect(page.Locator(".open-way-strip")).ToHaveCountAsync(0);
            await page.Locator(".me").ClickAsync();
            await Expect(page.Locator(".open-way")).ToBeAttachedAsync();
        }

        Assert.True(flaws.Count == 0, string.Join(Environment.NewLine, flaws));
    }
}
