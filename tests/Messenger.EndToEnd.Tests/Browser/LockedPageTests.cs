using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>A node whose keys are sealed by a passphrase, in the browser.</summary>
public sealed class LockedPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Passphrase = "correct horse battery staple";

    [SkippableFact]
    public async Task A_locked_node_is_unlocked_in_the_browser_which_goes_on_where_it_was()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        await node.Api.AddContactAsync("192.0.2.1", "Clara");
        await using var profile = await chromium.NewProfileAsync();
        var gui = await MessengerPage.SignInAsync(profile, node);
        var page = gui.Page;
        await gui.OpenAsync("Clara");
        await gui.Composer.FillAsync("half a thou");
        Assert.Equal(0, (await CommandLine.RunAsync(["passphrase", "set", "--data", node.DataFolder], Passphrase + "\n")).ExitCode);
        await node.StopAsync();
        node.StartWithoutWaiting();

        // The page that is open notices by itself.
        var field = page.GetByLabel("Passphrase of the keys");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is not the passphrase");
        var flaws = new List<string>();
        foreach (var (locale, scheme, width) in Looks.All)
        {
            await using var other = await chromium.NewProfileAsync(new() { Locale = locale, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 720 } });
            var look = await other.NewPageAsync();
            await look.GotoAsync(node.Gui.ToString());
            await Expect(look.Locator("input[type=password]")).ToBeVisibleAsync();
            flaws.AddRange((await Looks.FlawsOf(look)).Select(flaw => $"{locale} {scheme} {width}: {flaw}"));
        }

        Assert.True(flaws.Count == 0, string.Join(Environment.NewLine, flaws));
        await field.FillAsync(Passphrase);
        await page.Keyboard.PressAsync("Enter");

        await Expect(gui.Composer).ToHaveValueAsync("half a thou");
        await gui.WriteAsync("a whole one");
        await Expect(gui.Messages).ToHaveAttributeAsync("data-state", "queued");
    }
}
