using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>What the GUI says of messages on their way, and of those that cannot go it.</summary>
public sealed class DeliveryPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task A_message_that_a_friend_carries_says_so_where_it_was_written_and_where_it_arrives()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var clara = await NodeProcess.StartAsync(new() { Nick = "Clara" });
        await Nodes.Friends.BecomeAsync(clara, pair.Anna);
        await Nodes.Friends.BecomeAsync(clara, pair.Boris);
        await pair.Boris.StopAsync();
        await using var atAnna = await chromium.NewProfileAsync();
        var annas = await MessengerPage.SignInAsync(atAnna, pair.Anna);
        await annas.OpenAsync("Boris");
        await annas.WriteAsync("by way of Clara");

        await Expect(annas.Messages).ToHaveAttributeAsync("data-state", "relayed");
        await Expect(annas.Messages).ToContainTextAsync("Carried by 1 friend");
        await annas.Messages.PressAsync("Enter");
        await annas.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Details" }).ClickAsync();
        await Expect(annas.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Clara");

        await pair.Anna.StopAsync();
        await pair.Boris.StartAgainAsync();
        await using var atBoris = await chromium.NewProfileAsync();
        var boriss = await MessengerPage.SignInAsync(atBoris, pair.Boris);
        await boriss.OpenAsync("Anna");
        await boriss.SeesLastAsync("by way of Clara");
        await Expect(boriss.Messages).ToContainTextAsync("Brought by another contact");
        await Expect(boriss.Page.GetByText("Sender is not proven")).ToHaveCountAsync(0);

        await pair.Anna.StartAgainAsync();
        await Expect(annas.Messages).ToHaveAttributeAsync("data-state", "read");
        await Expect(boriss.Messages).ToHaveCountAsync(1);
    }

    [SkippableFact]
    public async Task Nothing_comes_from_who_is_blocked_until_they_are_unblocked()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await page.WriteAsync("stop that");
        await page.AllBecomeAsync("delivered");

        await page.Page.Locator(".head").ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await page.Page.Locator(".button.danger", new() { HasText = "Block" }).ClickAsync();
        await Expect(page.Page.Locator(".foot-notice")).ToContainTextAsync("You have blocked this contact.");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Blocked" })).ToBeVisibleAsync();
        await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, "let me in");
        await pair.Boris.Api.MessageBecomesAsync(pair.AnnaAtBoris, "let me in", message => message.Reason is not null, "refused by Anna's node");
        await Expect(page.Messages).ToHaveCountAsync(1);

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Unblock" }).ClickAsync();
        await Expect(page.Composer).ToBeVisibleAsync();
        await Eventually.Holds(
            async () =>
            {
                await pair.Boris.Api.ActAsync(pair.AnnaAtBoris, "ping");
                return (await pair.Boris.Api.ContactAsync(pair.AnnaAtBoris)).Outbox == 0;
            },
            "what Boris wrote meanwhile is delivered");
        await page.SeesLastAsync("let me in");
    }

    [SkippableTheory]
    [InlineData("en-US", "Nobody listens at their address.")]
    [InlineData("ru-RU", "По этому адресу никто не отвечает.")]
    public async Task Why_something_waits_is_said_in_the_language_of_the_reader(string locale, string why)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync();
        var host = Loopback.NextHost();
        var contact = await node.Api.AddContactAsync($"{host}:{Loopback.FreePort(host)}", "Clara");
        await node.Api.SendAsync(contact.Id, "are you there?");
        await using var profile = await chromium.NewProfileAsync(new() { Locale = locale });
        var page = await MessengerPage.SignInAsync(profile, node);

        await page.Page.GotoAsync($"{node.Gui}#/node");

        await Expect(page.Page.Locator(".warn", new() { HasText = why })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_browser_that_was_offline_sends_what_was_written_and_shows_what_has_come()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await page.WriteAsync("0");
        await page.AllBecomeAsync("delivered");

        await profile.SetOfflineAsync(true);
        await page.WriteAsync("1");
        await page.WriteAsync("2");
        await Expect(page.Page.Locator(".message[data-state=sending]")).ToHaveCountAsync(2);
        await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, "written meanwhile");
        await pair.Anna.Api.ReceivesAsync(pair.BorisAtAnna, ["written meanwhile"]);
        await profile.SetOfflineAsync(false);

        await page.AllBecomeAsync("delivered", "received", "read");
        await pair.Boris.Api.ReceivesAsync(pair.AnnaAtBoris, ["0", "1", "2"]);
        await Expect(page.Messages).ToHaveCountAsync(4);
    }
}
