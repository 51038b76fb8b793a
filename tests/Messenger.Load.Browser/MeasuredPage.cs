using System.Text.Json;
using Microsoft.Playwright;

namespace Messenger.Load.Browser;

/// <summary>A tab that notes when it was ready for its user, and what it fetched for that.</summary>
internal sealed class MeasuredPage : IAsyncDisposable
{
    // Ready: there is a row, it has been painted, and the thread is free for input.
    private const string NoteWhenReady = """
        (() => {
          const look = () => document.querySelector('.contact-row')
            ? requestAnimationFrame(() => setTimeout(() => { globalThis.readyAt = performance.now(); }))
            : requestAnimationFrame(look);
          look();
        })()
        """;

    private readonly ICDPSession _session;
    private readonly Dictionary<string, string> _urls = [];

    private MeasuredPage(IPage page, ICDPSession session) => (Page, _session) = (page, session);

    public IPage Page { get; }

    /// <summary>Bytes that came over the network for the program: everything but answers of the API.</summary>
    public double ProgramBytes { get; private set; }

    /// <summary>Bytes of the answers of the API.</summary>
    public double DataBytes { get; private set; }

    public static async Task<MeasuredPage> OpenAsync(IBrowserContext context, Profile profile)
    {
        var page = await context.NewPageAsync();
        var session = await context.NewCDPSessionAsync(page);
        var measured = new MeasuredPage(page, session);
        await session.SendAsync("Network.enable");
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) => measured._urls[Text(sent, "requestId")] = sent!.Value.GetProperty("request").GetProperty("url").GetString()!;
        session.Event("Network.loadingFinished").OnEvent += (_, finished) => measured.Count(finished!.Value);
        await session.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = profile.Slowdown });
        if (profile.BytesPerSecond is { } speed)
        {
            await session.SendAsync("Network.emulateNetworkConditions", new()
            {
                ["offline"] = false,
                ["latency"] = profile.LatencyMs,
                ["downloadThroughput"] = speed,
                ["uploadThroughput"] = speed,
            });
        }

        await page.AddInitScriptAsync(NoteWhenReady);
        return measured;
    }

    /// <summary>Goes to a page and waits until it is ready.</summary>
    /// <returns>Milliseconds from the beginning of the navigation.</returns>
    public async Task<double> ReadyAsync(string url)
    {
        await Page.GotoAsync(url, new() { WaitUntil = WaitUntilState.Commit });
        await Page.WaitForFunctionAsync("() => globalThis.readyAt !== undefined");
        return await Page.EvaluateAsync<double>("globalThis.readyAt");
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DetachAsync();
        await Page.CloseAsync();
    }

    private void Count(JsonElement finished)
    {
        var bytes = finished.GetProperty("encodedDataLength").GetDouble();
        if (_urls.GetValueOrDefault(Text(finished, "requestId"))?.Contains("/api/", StringComparison.Ordinal) == true)
        {
            DataBytes += bytes;
        }
        else
        {
            ProgramBytes += bytes;
        }
    }

    private static string Text(JsonElement? data, string name) => data!.Value.GetProperty(name).GetString()!;
}
