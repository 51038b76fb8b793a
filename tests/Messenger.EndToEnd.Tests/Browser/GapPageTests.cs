using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>What a person sees of messages that have not come, and of such that cannot be opened.</summary>
public sealed class GapPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly NodeSettings Hasty = new() { Options = ["--relay-after", "0", "--retry-min", "0.2"] };

    [SkippableFact]
    public async Task A_gap_is_shown_until_it_is_closed_and_what_cannot_be_opened_says_why()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var anna = await NodeProcess.StartAsync(Hasty);
        await using var boris = await NodeProcess.StartAsync(Hasty);
        await using var relay = await SeedDouble.StartAsync(new SeedHabits { Relays = true });
        var (toBoris, toAnna) = await Nodes.Friends.BecomeAsync(anna, boris);
        await anna.Api.ContactBecomesAsync(c => c.Id == toBoris && c.Encryption == "offered", "known by its identity");
        await boris.Api.ContactBecomesAsync(c => c.Id == toAnna && c.Encryption == "offered", "known by its identity");
        await SeedFriend.AskedByNodeAsync(anna, relay);
        var relayOfBoris = (await SeedFriend.AskedByNodeAsync(boris, relay)).Id;
        await boris.StopAsync();
        foreach (var text in (string[])["one", "two", "three"])
        {
            await anna.Api.SendAsync(toBoris, text);
        }

        await Eventually.Holds(() => relay.Carried.Count == 3, "the relay has everything", anna.Evidence);
        await anna.StopAsync();
        await boris.StartAgainAsync();
        var carried = relay.Carried;
        await relay.HandOverAsync(boris.Address, carried[0], carried[2]);
        await relay.HandOverAsync(boris.Address, carried[1] with { From = relay.Address });
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, boris);

        await page.Page.GotoAsync($"{boris.Gui}#/c/{toAnna}");
        await page.SeesLastAsync("three");
        await Expect(page.Page.Locator(".gap")).ToHaveTextAsync("1 message has not come");
        await Expect(page.Messages.Last.GetByText("Brought by another contact")).ToBeAttachedAsync();
        await page.Page.GotoAsync($"{boris.Gui}#/c/{relayOfBoris}");
        await Expect(page.Messages.Last.Locator(".unreadable")).ToContainTextAsync("Sealed by somebody who has not shown their key yet");
        await page.Page.GotoAsync($"{boris.Gui}#/c/{toAnna}");
        await Expect(page.Page.Locator(".gap")).ToBeVisibleAsync();
        await anna.StartAgainAsync();

        await Expect(page.Messages).ToHaveCountAsync(3);
        await Expect(page.Page.Locator(".gap")).ToHaveCountAsync(0);
        Assert.Equal(["one", "two", "three"], (await page.TextsAsync()).Select(text => text.Trim()));
    }
}
