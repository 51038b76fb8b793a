using System.Text.RegularExpressions;
using Messenger.EndToEnd.Tests.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>The GUI of a node as a person uses it: by the names of things, in English.</summary>
internal sealed class MessengerPage(IPage page)
{
    public IPage Page => page;

    public ILocator Composer => page.Locator(".composer textarea");

    public ILocator Messages => page.Locator(".message");

    public ILocator SearchField => page.GetByRole(AriaRole.Searchbox);

    /// <summary>The messages that a search has found.</summary>
    public ILocator Hits => page.Locator(".hit");

    public ILocator Banner => page.Locator(".banner");

    /// <summary>Opens a fresh login link in a new tab.</summary>
    public static async Task<MessengerPage> SignInAsync(IBrowserContext profile, NodeProcess node)
    {
        var page = await profile.NewPageAsync();
        var link = await LoginLinkAsync(node);
        await page.GotoAsync(link);
        await Expect(page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
        Assert.DoesNotContain("#t=", page.Url, StringComparison.Ordinal);
        return new(page);
    }

    /// <summary>A fresh login link, as the owner prints it.</summary>
    public static async Task<string> LoginLinkAsync(NodeProcess node)
    {
        var printed = await CommandLine.RunAsync("link", "--data", node.DataFolder);
        var link = Regex.Match(printed.Output, @"http\S+#t=\S+").Value;
        Assert.True(link.Length > 0, $"`link` printed no link: {printed.Output}{printed.Error}");
        return link;
    }

    /// <summary>Another tab of a browser that is signed in.</summary>
    public static async Task<MessengerPage> OpenTabAsync(IBrowserContext profile, NodeProcess node)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync(node.Gui.ToString());
        await Expect(page.GetByRole(AriaRole.Navigation)).ToBeVisibleAsync();
        return new(page);
    }

    public ILocator Row(string name) => page.Locator(".contact-row:not(.hit)", new() { HasText = name });

    public Task OpenAsync(string name) => Row(name).ClickAsync();

    public async Task AddContactAsync(string address, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a contact" }).First.ClickAsync();
        await page.GetByLabel("Their address or invite link").FillAsync(address);
        await page.GetByLabel("Your name for them").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync();
    }

    public async Task AcceptAsync(string name)
    {
        await OpenAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Expect(Composer).ToBeVisibleAsync();
    }

    public async Task WriteAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
        await Expect(Composer).ToHaveValueAsync("");
    }

    public Task GoToNewestAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Go to the newest message" }).ClickAsync();

    /// <summary>Waits until the newest message reads so.</summary>
    public Task SeesLastAsync(string text) => Expect(Messages.Last).ToContainTextAsync(text);

    /// <summary>Waits until every message that is shown has one of these states.</summary>
    public Task AllBecomeAsync(params string[] states) =>
        Expect(page.Locator(string.Concat(states.Select(state => $":not([data-state={state}])")) + ".message")).ToHaveCountAsync(0);

    public async Task<IReadOnlyList<string>> TextsAsync() => await page.Locator(".message .text").AllInnerTextsAsync();
}
