using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>Taking everything elsewhere with a browser alone.</summary>
public sealed class FilesPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task Contacts_and_conversations_are_taken_from_one_node_to_another()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        using var scratch = new ScratchFolder();
        await using var old = await NodeProcess.StartAsync();
        await using var fresh = await NodeProcess.StartAsync();
        var contact = await old.Api.AddContactAsync("192.0.2.1", "Clara");
        for (var number = 0; number < 20; number++)
        {
            await old.Api.SendAsync(contact.Id, $"message {number}");
        }

        await using var atOld = await chromium.NewProfileAsync();
        var from = await MessengerPage.SignInAsync(atOld, old);
        await from.Page.GotoAsync($"{old.Gui}#/node");
        var files = new[] { await ExportAsync(from, "Contact list as a file"), await ExportAsync(from, "Conversations as a file") };

        await using var atFresh = await chromium.NewProfileAsync();
        var to = await MessengerPage.SignInAsync(atFresh, fresh);
        await to.Page.GotoAsync($"{fresh.Gui}#/node");
        await Part(to, "Contact list as a file").Locator("input").SetInputFilesAsync(files[0]);
        await Expect(to.Page.GetByText("1 contact added, 0 already there.")).ToBeVisibleAsync();
        await Part(to, "Conversations as a file").Locator("input").SetInputFilesAsync(files[1]);
        await Expect(to.Page.GetByText("20 messages added, 0 already there.")).ToBeVisibleAsync();
        await to.OpenAsync("Clara");
        await to.SeesLastAsync("message 19");
        await Expect(to.Messages).ToHaveCountAsync(20);

        async Task<string> ExportAsync(MessengerPage page, string part)
        {
            // By the keyboard: while the page still fills, a click can land beside a link that has moved under it.
            var download = await page.Page.RunAndWaitForDownloadAsync(() => Part(page, part).GetByRole(AriaRole.Link).PressAsync("Enter"));
            var file = Path.Combine(scratch.Path, download.SuggestedFilename);
            await download.SaveAsAsync(file);
            return file;
        }
    }

    private static ILocator Part(MessengerPage page, string heading) => page.Page.GetByRole(AriaRole.Region, new() { Name = heading });
}
