using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Messenger.EndToEnd.Tests.Browser;

public sealed class GuiTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task Two_people_become_friends_and_talk()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var anna = await NodeProcess.StartAsync(new() { Nick = "Anna" });
        await using var boris = await NodeProcess.StartAsync(new() { Nick = "Boris" });
        await using var atAnna = await chromium.NewProfileAsync();
        await using var atBoris = await chromium.NewProfileAsync();
        var annas = await MessengerPage.SignInAsync(atAnna, anna);
        var boriss = await MessengerPage.SignInAsync(atBoris, boris);

        await annas.AddContactAsync(boris.Address, "Boris");
        await annas.WriteAsync("written before you accept");
        await boriss.AcceptAsync("Anna");
        await boriss.SeesLastAsync("written before you accept");
        await boriss.WriteAsync("Hello, **Anna**");
        await annas.SeesLastAsync("Hello, Anna");
        await Expect(annas.Page.Locator(".text strong")).ToHaveTextAsync("Anna");

        // Boris has it on the screen.
        await Expect(annas.Page.Locator(".message.out")).ToHaveAttributeAsync("data-state", "read");
        await annas.AllBecomeAsync("received", "read");
    }

    [SkippableFact]
    public async Task A_friend_who_is_away_gets_it_later_and_the_state_says_so_meanwhile()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await pair.Boris.StopAsync();

        await page.WriteAsync("see you tomorrow");
        await Expect(page.Messages).ToHaveAttributeAsync("data-state", "queued");
        await pair.Boris.StartAgainAsync();

        await Expect(page.Messages).ToHaveAttributeAsync("data-state", "delivered");
        await pair.Boris.Api.ReceivesAsync(pair.AnnaAtBoris, ["see you tomorrow"]);
    }

    [SkippableFact]
    public async Task A_draft_survives_a_reload_and_stays_with_its_contact()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await pair.Anna.Api.AddContactAsync("192.0.2.1", "Clara");
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await page.Composer.FillAsync("half a thou");

        await page.Page.ReloadAsync();

        await Expect(page.Composer).ToHaveValueAsync("half a thou");
        await page.OpenAsync("Clara");
        await Expect(page.Composer).ToHaveValueAsync("");
        await Expect(page.Row("Boris")).ToContainTextAsync("Draft: half a thou");
    }

    [SkippableFact]
    public async Task What_is_written_while_the_node_is_away_is_sent_once_and_in_order_even_after_a_reload()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        await page.OpenAsync("Boris");
        await page.WriteAsync("0");
        await Expect(page.Messages).ToHaveAttributeAsync("data-state", "delivered");
        await page.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");

        await pair.Anna.KillAsync();
        await Expect(page.Banner).ToBeVisibleAsync();
        string[] texts = ["1", "2", "3", "4", "5"];
        foreach (var text in texts)
        {
            await page.WriteAsync(text);
        }

        await Expect(page.Banner).ToContainTextAsync("5 messages");
        await page.Page.ReloadAsync();
        await Expect(page.Banner).ToContainTextAsync("5 messages");
        await page.WriteAsync("6");
        await pair.Anna.StartAgainAsync();

        await page.SeesLastAsync("6");
        await page.AllBecomeAsync("delivered");
        string[] all = ["0", .. texts, "6"];
        await pair.Boris.Api.ReceivesAsync(pair.AnnaAtBoris, all);
        Assert.Equal(all, (await page.TextsAsync()).Select(text => text.Trim()));
    }

    [SkippableFact]
    public async Task Tabs_and_devices_agree_on_what_is_unread()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync();
        await using var desktop = await chromium.NewProfileAsync();
        await using var phone = await chromium.NewProfileAsync(new() { ViewportSize = new() { Width = 360, Height = 700 } });
        var one = await MessengerPage.SignInAsync(desktop, pair.Anna);
        var other = await MessengerPage.OpenTabAsync(desktop, pair.Anna);
        var mobile = await MessengerPage.SignInAsync(phone, pair.Anna);
        MessengerPage[] all = [one, other, mobile];

        await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, "are you there?");
        foreach (var page in all)
        {
            await Expect(page.Row("Boris").Locator(".badge")).ToContainTextAsync("1 unread message");
            await Expect(page.Page).ToHaveTitleAsync("(1) Messenger");
        }

        await mobile.OpenAsync("Boris");
        await mobile.SeesLastAsync("are you there?");
        foreach (var page in all)
        {
            await Expect(page.Page).ToHaveTitleAsync("Messenger");
        }

        await Expect(one.Row("Boris").Locator(".badge")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_long_conversation_is_read_to_its_beginning_and_back_with_few_messages_in_the_page()
    {
        const int Count = 10_000;
        const int MostShown = 240;
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var node = await NodeProcess.StartAsync();
        await using var peer = await SeedDouble.StartAsync();
        var friend = await SeedFriend.AskedByNodeAsync(node, peer);
        friend.PeerQueues(Enumerable.Range(0, Count).Select(number => $"message {number}"));
        await friend.PeerFlushesAsync();
        await using var profile = await chromium.NewProfileAsync();
        var page = await MessengerPage.SignInAsync(profile, node);
        await page.OpenAsync(peer.Address);
        await page.GoToNewestAsync();
        await page.SeesLastAsync($"message {Count - 1}");

        await page.Page.EvaluateAsync("globalThis.most = 0");
        await page.Page.WaitForFunctionAsync(
            """
            () => {
              const messages = document.querySelectorAll('.message');
              globalThis.most = Math.max(globalThis.most, messages.length);
              document.querySelector('.messages').scrollTop = 0;
              return messages[0].querySelector('.text').innerText.trim() === 'message 0';
            }
            """,
            null,
            new() { Timeout = (float)(4 * Eventually.Deadline).TotalMilliseconds });
        Assert.InRange(await page.Page.EvaluateAsync<int>("globalThis.most"), 1, MostShown);
        await page.GoToNewestAsync();

        await page.SeesLastAsync($"message {Count - 1}");
        await Expect(page.Messages.Last).ToBeInViewportAsync();
    }

    [SkippableFact]
    public async Task Hostile_names_and_messages_are_shown_as_the_text_they_are()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var pair = await Friends.StartAsync(borisCallsHimself: "<img src=x onerror=alert(1)>\u202egnp.exe");
        await using var profile = await chromium.NewProfileAsync(new() { ViewportSize = new() { Width = 360, Height = 700 } });
        var page = await MessengerPage.SignInAsync(profile, pair.Anna);
        var dialogs = 0;
        page.Page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };
        string[] hostile =
        [
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "javascript:alert(1) [x](javascript:alert(1)) data:text/html,<script>alert(1)</script>",
            "\u202Eevil\u2066 text",
            "a" + new string('\u0301', 30_000),
            new string('W', 60_000),
            string.Concat(Enumerable.Repeat("**_~~`", 5_000)),
        ];
        foreach (var text in hostile)
        {
            await pair.Boris.Api.SendAsync(pair.AnnaAtBoris, text);
        }

        await pair.Anna.Api.ReceivesAsync(pair.BorisAtAnna, hostile);
        await page.Page.Locator(".contact-row").ClickAsync();

        await Expect(page.Messages).ToHaveCountAsync(hostile.Length);
        await Expect(page.Messages.First).ToContainTextAsync(hostile[0]);
        Assert.Equal(0, await page.Page.Locator(".message script, .message img, .message a, .row-text img, h1 img").CountAsync());
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await page.Page.Keyboard.PressAsync("Control+f");
        await Expect(page.SearchField).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("alert");
        await Expect(page.Hits).ToHaveCountAsync(2);
        Assert.Equal(0, await page.Page.Locator(".hit-text :not(mark)").CountAsync());
        await page.Hits.First.ClickAsync();
        await Expect(page.Page.Locator(".message.found")).ToBeFocusedAsync();
        await page.Page.Locator(".head").ClickAsync();
        await Expect(page.Page.Locator(".profile")).ToContainTextAsync("<img src=x onerror=alert(1)>gnp.exe");
        Assert.Equal(0, await page.Page.Locator(".profile img, .hit img").CountAsync());
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Equal(0, dialogs);
    }
}
