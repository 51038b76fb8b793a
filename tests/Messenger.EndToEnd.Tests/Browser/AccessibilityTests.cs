using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>WCAG 2.2 AA as far as a program can tell, on every screen in every language, colour scheme and size.</summary>
public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    // In this order each is one or two keys away from the one before it.
    private static readonly (string Name, Func<IPage, Uri, string, Task> Open)[] Screens =
    [
        ("list", OpenListAsync),
        ("keys", OpenKeysAsync),
        ("add contact", OpenAddContactAsync),
        ("add by link", PasteLinkAsync),
        ("scan", OpenScannerAsync),
        ("request", OpenRequestAsync),
        ("blocked", OpenBlockedAsync),
        ("conversation", OpenConversationAsync),
        ("search", OpenSearchAsync),
        ("message menu", OpenMessageMenuAsync),
        ("message details", OpenMessageDetailsAsync),
        ("contact details", OpenContactDetailsAsync),
        ("safety number", OpenSafetyNumberAsync),
        ("node", OpenNodeAsync),
        ("invite", OpenInviteAsync),
        ("invite link", MakeInviteAsync),
    ];

    [SkippableFact]
    public async Task No_screen_has_a_flaw_that_axe_can_find()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await pair.Anna.Api.ContactBecomesAsync(contact => contact.Id == pair.BorisAtAnna && contact.Sealing is not null, "known by its identity");
        await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, "> quoted https://example.org\nanswer with `code` and **weight**");
        await pair.Anna.Api.SendAsync(pair.BorisAtAnna, "> quoted https://example.org\nanswer");
        await pair.Anna.Api.AddContactAsync("192.0.2.1", "Clara");
        await pair.Anna.Api.ActAsync((await pair.Anna.Api.AddContactAsync("192.0.2.2", "Dora")).Id, "block");
        await using var stranger = await NodeProcess.StartAsync(new() { Nick = "Stranger" });
        await stranger.Api.AddContactAsync(pair.Anna.Address);
        await pair.Anna.Api.ContactBecomesAsync(contact => contact.State == "pending", "pending");
        await using var first = await chromium.NewProfileAsync();
        await MessengerPage.SignInAsync(first, pair.Anna);
        var signedIn = await first.StorageStateAsync();

        var flaws = new List<string>();
        foreach (var (locale, scheme, width) in Looks.All)
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
            foreach (var (screen, open) in Screens)
            {
                await open(page, pair.Anna.Gui, pair.BorisAtAnna);
                flaws.AddRange((await Looks.FlawsOf(page)).Select(flaw => $"{screen} {locale} {scheme} {width}: {flaw}"));
            }
        }

        Assert.True(flaws.Count == 0, string.Join(Environment.NewLine, flaws));
    }

    private static async Task OpenListAsync(IPage page, Uri gui, string contact)
    {
        await page.GotoAsync(gui.ToString());
        await Expect(page.Locator(".contact-row").First).ToBeVisibleAsync();
    }

    private static Task OpenKeysAsync(IPage page, Uri gui, string contact) => OpenDialogByKeysAsync(page, "Control+/");

    private static async Task OpenAddContactAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Escape");
        await OpenDialogByKeysAsync(page, "Alt+n");
    }

    private static async Task PasteLinkAsync(IPage page, Uri gui, string contact)
    {
        await page.Locator(".dialog input").First.FillAsync($"p2pm:?a=192.0.2.1&c=0123456789abcdefABCD-_&i={new string('A', 43)}");
        await Expect(page.Locator(".link-target")).ToContainTextAsync("192.0.2.1");
    }

    private static async Task OpenScannerAsync(IPage page, Uri gui, string contact)
    {
        await page.Locator(".dialog input").First.FillAsync("");
        await page.Locator(".dialog form > .button:not(.primary)").ClickAsync();
        await Expect(page.Locator(".scanner .notice")).ToBeVisibleAsync();
    }

    private static async Task OpenRequestAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("[aria-labelledby=requests-heading] a").ClickAsync();
        await Expect(page.Locator(".request-page")).ToBeVisibleAsync();
    }

    private static async Task OpenBlockedAsync(IPage page, Uri gui, string contact)
    {
        await page.GotoAsync(gui.ToString());
        await page.Locator("[aria-labelledby=blocked-heading] a").ClickAsync();
        await Expect(page.Locator(".foot-notice")).ToBeVisibleAsync();
    }

    private static async Task OpenConversationAsync(IPage page, Uri gui, string contact)
    {
        await page.GotoAsync($"{gui}#/c/{contact}");
        await Expect(page.Locator(".message")).ToHaveCountAsync(2);
    }

    private static async Task OpenSearchAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Control+Shift+f");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("answer");
        await Expect(page.Locator(".hit")).ToHaveCountAsync(2);
    }

    private static async Task OpenMessageMenuAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".message.found")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
    }

    private static Task OpenMessageDetailsAsync(IPage page, Uri gui, string contact) => OpenDialogByKeysAsync(page, "ArrowDown", "ArrowDown", "Enter");

    private static async Task OpenContactDetailsAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Escape");

        // A dialog that closes gives the focus back to where it was.
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Locator(".head").FocusAsync();
        await Expect(page.Locator(".head")).ToBeFocusedAsync();
        await OpenDialogByKeysAsync(page, "Enter");
    }

    private static async Task OpenSafetyNumberAsync(IPage page, Uri gui, string contact)
    {
        await page.Locator(".privacy .deed").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".digits")).ToBeVisibleAsync();
    }

    private static async Task OpenNodeAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Escape");
        await page.GotoAsync($"{gui}#/node");
        await Expect(page.Locator(".part")).ToHaveCountAsync(9);
        await Expect(page.Locator(".qr path")).ToBeAttachedAsync();
    }

    private static async Task OpenInviteAsync(IPage page, Uri gui, string contact)
    {
        await page.Locator(".invite-friend").FocusAsync();
        await OpenDialogByKeysAsync(page, "Enter");
    }

    private static async Task MakeInviteAsync(IPage page, Uri gui, string contact)
    {
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".dialog .qr path")).ToBeAttachedAsync();
    }

    private static async Task OpenDialogByKeysAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }

        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }
}
