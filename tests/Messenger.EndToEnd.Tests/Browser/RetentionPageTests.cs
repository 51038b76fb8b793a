using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

public sealed class RetentionPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task How_long_messages_are_kept_is_seen_where_it_was_not_changed()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var anna = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        await using var desktop = await chromium.NewProfileAsync();
        await using var phone = await chromium.NewProfileAsync();
        var (here, tab, there) = (await MessengerPage.SignInAsync(desktop, anna), await MessengerPage.OpenTabAsync(desktop, anna), await MessengerPage.SignInAsync(phone, anna));
        foreach (var page in new[] { here, tab, there })
        {
            await page.Page.GotoAsync($"{anna.Gui}#/node");
        }

        var choices = new[] { here, tab, there }.Select(page => page.Page.GetByLabel("Keep messages")).ToArray();
        foreach (var choice in choices)
        {
            await Expect(choice).ToHaveValueAsync("forever");
        }

        await choices[0].SelectOptionAsync("90");
        await here.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        foreach (var choice in choices)
        {
            await Expect(choice).ToHaveValueAsync("90");
        }
    }
}
