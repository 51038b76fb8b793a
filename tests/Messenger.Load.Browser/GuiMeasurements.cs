using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Messenger.Load.Measurements;
using Messenger.Load.Nodes;
using Messenger.Load.Report;
using Microsoft.Playwright;

namespace Messenger.Load.Browser;

/// <summary>How long the GUI keeps its user waiting, and what it costs the node. The bounds in the labels are those of issue 5.</summary>
internal static class GuiMeasurements
{
    private const int Contacts = 200;
    private const int Spoken = 120;
    private const int Keys = 60;
    private const int Switches = 10;
    private const int Tabs = 10;

    // Faster than anybody types, slower than a machine can.
    private static readonly TimeSpan Typing = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);

    // Typing and choosing are over when the next picture is on the screen.
    private const string AfterPaint = "const painted = () => new Promise((resolve) => requestAnimationFrame(() => { const next = new MessageChannel(); next.port1.onmessage = resolve; next.port2.postMessage(0); }));";

    public static async Task MeasureAsync(Bench bench, string chromium, int rounds)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        Bench.Say($"{Contacts} contacts, {Spoken} messages with two of them");
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        var talked = await FillAsync(node, bench.Cancel);
        var signedIn = await SignInAsync(browser, node);
        await using var bare = await BarePage.StartAsync();

        await MeasureStartsAsync(bench, browser, Profile.Desktop, "loopback", bare.Url, $"http://{node.Gui}/", signedIn, rounds, "≤ 600");
        await MeasureStartsAsync(bench, browser, Profile.Phone, "phone", bare.Url, $"http://{node.Gui}/", signedIn, rounds, "≤ 1,500");
        await MeasureInputAsync(bench, browser, Profile.Desktop, "", "", bare.Url, node, talked, signedIn, " (≤ 100)");
        await MeasureInputAsync(bench, browser, Profile.Slow, "Slow", ", CPU ×4", bare.Url, node, talked, signedIn, "");
        await MeasureTabsAsync(bench, browser, node, talked[0], signedIn);
    }

    private static async Task<string[]> FillAsync(NodeProcess node, CancellationToken cancel)
    {
        var ids = new List<string>();
        for (var number = 0; number < Contacts; number++)
        {
            ids.Add((await node.Api.AddAsync(string.Create(CultureInfo.InvariantCulture, $"192.0.2.{1 + (number % 250)}:{7_000 + number}"), cancel)).Id);
        }

        string[] talked = [ids[0], ids[1]];
        foreach (var id in talked)
        {
            for (var number = 0; number < Spoken; number++)
            {
                await SendAsync(node, id, $"Message {number} of an ordinary length, with a https://example.org/link and some **weight**.", cancel);
            }
        }

        return talked;
    }

    private static async Task SendAsync(NodeProcess node, string contact, string text, CancellationToken cancel)
    {
        using var answer = await node.Api.Http.PostAsJsonAsync($"api/v1/contacts/{contact}/messages", new { text }, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> SignInAsync(IBrowser browser, NodeProcess node)
    {
        using var answer = await node.Api.Http.PostAsync(new Uri("api/v1/session/link", UriKind.Relative), null);
        var link = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(link);
        await page.Locator(".contact-row").First.WaitForAsync();
        return await context.StorageStateAsync();
    }

    private static async Task MeasureStartsAsync(
        Bench bench, IBrowser browser, Profile profile, string name, string bareUrl, string url, string signedIn, int rounds, string bound)
    {
        Bench.Say($"starts, {name}");
        List<double> bareCold = [], bareWarm = [], cold = [], warm = [];
        double program = 0, data = 0;
        for (var round = 0; round < rounds; round++)
        {
            await StartTwiceAsync(bareUrl, bareCold, bareWarm);
            (program, data) = await StartTwiceAsync(url, cold, warm);
        }

        var key = char.ToUpperInvariant(name[0]) + name[1..];
        if (profile == Profile.Desktop)
        {
            bench.Add("programKiB", "first load, program (≤ 100)", program / 1024, "KiB");
            bench.Add("dataKiB", $"first load, data of {Contacts} contacts", data / 1024, "KiB");
        }

        bench.Add($"bareCold{key}Ms", $"bare page, cold, {name}", Median(bareCold), Figures.Milliseconds);
        bench.Add($"cold{key}Ms", $"ready, cold, {name} ({bound})", Median(cold), Figures.Milliseconds, $"bareCold{key}Ms");
        bench.Add($"bareWarm{key}Ms", $"bare page, warm, {name}", Median(bareWarm), Figures.Milliseconds);
        bench.Add($"warm{key}Ms", $"ready, warm, {name} ({bound})", Median(warm), Figures.Milliseconds, $"bareWarm{key}Ms");

        async Task<(double Program, double Data)> StartTwiceAsync(string target, List<double> first, List<double> second)
        {
            await using var context = await browser.NewContextAsync(new() { StorageState = signedIn });
            double programBytes, dataBytes;
            await using (var page = await MeasuredPage.OpenAsync(context, profile))
            {
                first.Add(await page.ReadyAsync(target));
                (programBytes, dataBytes) = (page.ProgramBytes, page.DataBytes);
            }

            // The service worker fetches the shell in the background; a second start comes later than that.
            await Task.Delay(Settling, bench.Cancel);
            await using var again = await MeasuredPage.OpenAsync(context, profile);
            second.Add(await again.ReadyAsync(target));
            return (programBytes, dataBytes);
        }
    }

    private static async Task MeasureInputAsync(
        Bench bench, IBrowser browser, Profile profile, string key, string suffix, string bareUrl, NodeProcess node, string[] talked, string signedIn, string bound)
    {
        Bench.Say($"typing and choosing{suffix}");
        await using var context = await browser.NewContextAsync(new() { StorageState = signedIn });
        double[] bareKeys;
        await using (var bare = await MeasuredPage.OpenAsync(context, profile))
        {
            await bare.ReadyAsync(bareUrl);
            await bare.Page.Locator("textarea").FocusAsync();
            bareKeys = await TypeAsync(bare.Page, bench.Cancel);
        }

        await using var measured = await MeasuredPage.OpenAsync(context, profile);
        var page = measured.Page;
        await measured.ReadyAsync($"http://{node.Gui}/#/c/{talked[0]}");
        await page.Locator(".message").Last.WaitForAsync();
        await page.Locator(".composer textarea").FocusAsync();
        var keys = await TypeAsync(page, bench.Cancel);
        bench.Add($"bareKey{key}Ms", $"key to paint on the bare page{suffix}, median", Median(bareKeys), Figures.Milliseconds);
        bench.Add($"key{key}Ms", $"key to paint{suffix}, median{(profile == Profile.Slow ? " (≤ 16)" : "")}", Median(keys), Figures.Milliseconds, $"bareKey{key}Ms");
        bench.Add($"key{key}P95Ms", $"key to paint{suffix}, p95", keys.Order().ElementAt(keys.Length * 95 / 100), Figures.Milliseconds);

        var switches = new List<double>();
        for (var number = 0; number < Switches; number++)
        {
            var to = talked[(number + 1) % 2];
            switches.Add(await page.EvaluateAsync<double>(
                $$"""
                async (id) => {
                  {{AfterPaint}}
                  const before = document.querySelector('.timeline');
                  const start = performance.now();
                  document.querySelector(`.contact-row[href="#/c/${id}"]`).click();
                  while (document.querySelector('.timeline') === before || !document.querySelector('.timeline .message')) await painted();
                  await painted();
                  return performance.now() - start;
                }
                """,
                to));
        }

        bench.Add($"switch{key}Ms", $"choosing a conversation{suffix}{bound}", Median(switches), Figures.Milliseconds);
    }

    /// <summary>Types into what has the focus.</summary>
    /// <returns>Milliseconds from each key to its picture.</returns>
    private static async Task<double[]> TypeAsync(IPage page, CancellationToken cancel)
    {
        await page.EvaluateAsync($$"""
            () => {
              {{AfterPaint}}
              globalThis.keys = [];
              addEventListener('keydown', (event) => void painted().then(() => globalThis.keys.push(performance.now() - event.timeStamp)), true);
            }
            """);
        for (var number = 0; number < Keys; number++)
        {
            await page.Keyboard.PressAsync(number % 6 == 5 ? "Space" : "a");
            await Task.Delay(Typing, cancel);
        }

        await page.WaitForFunctionAsync($"() => globalThis.keys.length >= {Keys}");
        return await page.EvaluateAsync<double[]>("globalThis.keys");
    }

    private static async Task MeasureTabsAsync(Bench bench, IBrowser browser, NodeProcess node, string contact, string signedIn)
    {
        Bench.Say($"{Tabs} tabs");
        await Task.Delay(Settling, bench.Cancel);
        var before = node.Usage;
        await using var context = await browser.NewContextAsync(new() { StorageState = signedIn });
        var pages = new List<IPage>();
        for (var number = 0; number < Tabs; number++)
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync($"http://{node.Gui}/#/c/{contact}");
            await page.Locator(".message").Last.WaitForAsync();
            pages.Add(page);
        }

        await Task.Delay(Settling, bench.Cancel);
        var after = node.Usage;
        await SendAsync(node, contact, "to all tabs", bench.Cancel);
        var live = await Task.WhenAll(pages.Select(async page =>
        {
            try
            {
                await page.Locator(".message", new() { HasText = "to all tabs" }).WaitForAsync(new() { Timeout = 10_000 });
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }));
        bench.Add("liveTabs", $"tabs that are live (= {Tabs})", live.Count(isLive => isLive), "");
        bench.Add("tabsMb", $"node, anonymous memory for {Tabs} tabs (≤ 15)", after.AnonymousMb - before.AnonymousMb, Figures.Megabytes);
        bench.Add("tabsResidentMb", $"node, resident memory for {Tabs} tabs (≤ 15)", after.ResidentMb - before.ResidentMb, Figures.Megabytes);
    }

    private static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
