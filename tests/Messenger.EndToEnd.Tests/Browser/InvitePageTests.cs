using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>A friend by a link that one person makes and the other has a picture of.</summary>
public sealed class InvitePageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task A_friend_is_invited_adds_by_a_picture_of_the_link_and_both_talk_without_accepting_or_comparing()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var anna = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        await using var boris = await NodeProcess.StartAsync(new() { Nick = "Boris" });
        await using var atAnna = await chromium.NewProfileAsync();
        await using var atBoris = await chromium.NewProfileAsync();
        var annas = (await MessengerPage.SignInAsync(atAnna, anna)).Page;
        var boriss = await MessengerPage.SignInAsync(atBoris, boris);

        await annas.GetByRole(AriaRole.Button, new() { Name = "Invite a friend" }).ClickAsync();
        await annas.GetByLabel("For whom").FillAsync("Boris from school");
        await annas.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        await Expect(annas.GetByRole(AriaRole.Img, new() { Name = "Invite link as a QR code" }).Locator("path")).ToBeAttachedAsync();
        var picture = await annas.Locator(".dialog .qr").ScreenshotAsync();
        await annas.Keyboard.PressAsync("Escape");

        await boriss.Page.GetByRole(AriaRole.Button, new() { Name = "Add a contact" }).First.ClickAsync();
        await boriss.Page.GetByRole(AriaRole.Button, new() { Name = "Scan a QR code" }).ClickAsync();
        await ReadPictureAsync(boriss.Page, await boriss.Page.ScreenshotAsync());
        await Expect(boriss.Page.Locator(".scanner").GetByRole(AriaRole.Alert)).ToContainTextAsync("No QR code can be read");
        await ReadPictureAsync(boriss.Page, picture);
        await Expect(boriss.Page.Locator(".link-target")).ToContainTextAsync(anna.Address);
        await boriss.Page.GetByLabel("Your name for them").FillAsync("Anna");
        await boriss.Page.GetByRole(AriaRole.Button, new() { Name = "Add by link" }).ClickAsync();
        await Expect(boriss.Page.Locator(".head")).ToContainTextAsync("Sealed and verified by link");
        await Expect(annas.Locator(".toast")).ToContainTextAsync("Boris is among your contacts now");
        await boriss.WriteAsync("no waiting");

        await annas.GetByRole(AriaRole.Button, new() { Name = "Anna" }).First.ClickAsync();
        await Expect(annas.Locator(".rows li", new() { HasText = "Boris from school" })).ToContainTextAsync("used by Boris");
        await annas.Locator(".contact-row", new() { HasText = "Boris" }).ClickAsync();
        await new MessengerPage(annas).SeesLastAsync("no waiting");
    }

    private static Task ReadPictureAsync(IPage page, byte[] picture) => page.Locator(".scanner input[type=file]").SetInputFilesAsync(new FilePayload
    {
        Name = "picture.png",
        MimeType = "image/png",
        Buffer = picture,
    });
}
