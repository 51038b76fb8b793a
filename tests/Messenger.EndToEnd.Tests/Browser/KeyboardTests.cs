using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>Everything can be done without a mouse; these tests never touch one.</summary>
public sealed class KeyboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    // No screen has more stops than this.
    private const int MostStops = 60;

    [SkippableFact]
    public async Task A_contact_is_added_written_to_changed_blocked_and_removed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var gui = await MessengerPage.SignInAsync(profile, node);
        var page = gui.Page;

        await DialogByAsync(page, "Alt+n");
        await page.Keyboard.TypeAsync("192.0.2.1");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("Clara");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Clara" })).ToBeVisibleAsync();
        await NoDialogAsync(page);

        await Expect(gui.Composer).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("written by keys");
        await page.Keyboard.PressAsync("Enter");
        await Expect(gui.Messages).ToHaveAttributeAsync("data-state", "queued");

        await Expect(gui.Composer).ToHaveValueAsync("");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(gui.Messages).ToBeFocusedAsync();
        await ChooseInMenuAsync(page, "Details");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Waiting for their node");
        await CloseAsync(page);
        await Expect(gui.Messages).ToBeFocusedAsync();
        await ChooseInMenuAsync(page, "Reply");
        await Expect(gui.Composer).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("ArrowUp");
        await ChooseInMenuAsync(page, "Do not send");
        await ConfirmAsync(page, "Delete");
        await Expect(gui.Messages).ToHaveCountAsync(0);

        await PressAsync(page, page.Locator(".head"));
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await StopAtAsync(page, page.GetByRole(AriaRole.Switch, new() { Name = "Mute" }));
        await page.Keyboard.PressAsync("Space");
        await Expect(gui.Row("Clara")).ToContainTextAsync("Muted");
        await PressAsync(page, page.Locator(".deeds button", new() { HasText = "Block" }));
        await ConfirmAsync(page, "Block");
        await PressAsync(page, page.Locator(".deeds button", new() { HasText = "Unblock" }));
        await Expect(gui.Composer).ToBeAttachedAsync();
        await PressAsync(page, page.Locator(".deeds button", new() { HasText = "Delete all messages" }));
        await ConfirmAsync(page, "Delete");
        await PressAsync(page, page.Locator(".deeds button", new() { HasText = "Remove contact" }));
        await ConfirmAsync(page, "Remove");
        await NoDialogAsync(page);
        await Expect(gui.Row("Clara")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_request_is_accepted_another_device_signed_in_and_a_token_made_and_revoked()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var anna = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        await using var boris = await NodeProcess.StartAsync(new() { Nick = "Boris" });
        await using var profile = await chromium.NewProfileAsync();
        var gui = await MessengerPage.SignInAsync(profile, anna);
        var page = gui.Page;
        await boris.Api.AddContactAsync(anna.Address, "Anna");
        await Expect(gui.Row("Boris")).ToBeVisibleAsync();

        await PressAsync(page, gui.Row("Boris"));
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Accept" }));
        await Expect(gui.Composer).ToBeVisibleAsync();

        await DialogByAsync(page, "Control+/");
        await CloseAsync(page);
        await PressAsync(page, page.Locator(".me"));
        await Expect(page.Locator(".part")).ToHaveCountAsync(9);
        var kept = page.GetByLabel("Keep messages");
        await StopAtAsync(page, kept);
        await page.Keyboard.PressAsync("ArrowDown");
        await ConfirmAsync(page, "Delete");
        await Expect(kept).ToHaveValueAsync("7");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Sign in another device" }));
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("#t=");
        await CloseAsync(page);
        await StopAtAsync(page, page.GetByLabel("Name of the program"));
        await page.Keyboard.TypeAsync("script");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Copy the token now")).ToBeVisibleAsync();
        await PressAsync(page, page.Locator("li", new() { HasText = "script" }).GetByRole(AriaRole.Button, new() { Name = "Revoke" }));
        await ConfirmAsync(page, "Revoke");
        await Expect(page.Locator("li", new() { HasText = "script" })).ToHaveCountAsync(0);
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }));
        await ConfirmAsync(page, "Sign out");
        await Expect(page.GetByLabel("Password or login link")).ToBeVisibleAsync();
    }

    private static async Task DialogByAsync(IPage page, string keys)
    {
        await page.Keyboard.PressAsync(keys);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    private static async Task CloseAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Escape");
        await NoDialogAsync(page);
    }

    private static Task NoDialogAsync(IPage page) => Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);

    /// <summary>Opens the menu of the message that has the focus and goes down to an entry.</summary>
    private static async Task ChooseInMenuAsync(IPage page, string entry)
    {
        await page.Keyboard.PressAsync("Enter");
        var wanted = page.GetByRole(AriaRole.Menuitem, new() { Name = entry });
        await Expect(page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        for (var step = 0; step < MostStops && !await HasFocusAsync(wanted); step++)
        {
            await page.Keyboard.PressAsync("ArrowDown");
        }

        await Expect(wanted).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Menu)).ToHaveCountAsync(0);
    }

    /// <summary>Answers the question that is asked, in the dialog on top.</summary>
    private static async Task ConfirmAsync(IPage page, string answer)
    {
        var question = page.Locator("dialog.dialog-small[open]");
        await Expect(question).ToBeVisibleAsync();
        await PressAsync(page, question.Locator(".button.danger", new() { HasText = answer }));
        await Expect(question).ToHaveCountAsync(0);
    }

    private static async Task PressAsync(IPage page, ILocator control)
    {
        await StopAtAsync(page, control);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Goes on with Tab until the control has the focus.</summary>
    private static async Task StopAtAsync(IPage page, ILocator control)
    {
        await Expect(control).ToBeVisibleAsync();
        for (var stop = 0; stop < MostStops && !await HasFocusAsync(control); stop++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await Expect(control).ToBeFocusedAsync();
    }

    private static Task<bool> HasFocusAsync(ILocator control) => control.EvaluateAsync<bool>("element => element === document.activeElement");
}
