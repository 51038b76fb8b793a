using Microsoft.Playwright;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>A headless Chromium of this machine, shared by the tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        Environment.GetEnvironmentVariable("MESSENGER_TEST_CHROMIUM") ?? "",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];

    /// <summary>A name for this machine that does not tell the browser that it is this machine.</summary>
    public const string NamedHost = "box.lan";

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why there is none; null when there is.</summary>
    public static string? Missing => Places.Any(File.Exists) ? null : "Chromium is not installed; MESSENGER_TEST_CHROMIUM may name it.";

    public async Task InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program)
        {
            return;
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", $"--host-resolver-rules=MAP {NamedHost} 127.0.0.1"],
        });
    }

    /// <summary>A browser of its own: no cookie and nothing kept is shared with another.</summary>
    internal async Task<IBrowserContext> NewProfileAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.Locale ??= "en-US";
        var context = await browser!.NewContextAsync(options);
        context.SetDefaultTimeout((float)Eventually.Deadline.TotalMilliseconds);
        Assertions.SetDefaultExpectTimeout((float)Eventually.Deadline.TotalMilliseconds);
        return context;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
