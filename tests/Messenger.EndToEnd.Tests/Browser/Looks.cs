using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Messenger.EndToEnd.Tests.Browser;

/// <summary>The ways in which every screen is looked at, and what a program can find wrong with it.</summary>
internal static class Looks
{
    /// <summary>Every language, colour scheme and layout; 320 px is the narrowest that is supported.</summary>
    public static IEnumerable<(string Locale, ColorScheme Scheme, int Width)> All =>
        from locale in (string[])["en-US", "ru-RU"]
        from scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark]
        from width in (int[])[1280, 320]
        select (locale, scheme, width);

    /// <summary>What axe finds, and whether the page has to be scrolled sideways.</summary>
    public static async Task<IEnumerable<string>> FlawsOf(IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var overflow = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");
        return result.Violations
            .Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}")
            .Concat(overflow ? ["the page is wider than the window"] : []);
    }
}
