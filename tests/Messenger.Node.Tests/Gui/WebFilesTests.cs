using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Messenger.Node.Gui;
using Microsoft.Extensions.DependencyInjection;

namespace Messenger.Node.Tests.Gui;

public sealed class WebFilesTests
{
    private const int FirstLoad = 100 * 1024;
    private const string NoGui = "The node was built without its browser GUI: Node.js was not found at build.";

    [Fact]
    public async Task A_node_that_was_built_without_a_gui_leads_to_the_documentation()
    {
        // This assembly of tests has no GUI in it.
        await using var gui = await GuiUnderTest.StartAsync(services: services => services.AddSingleton(new WebFiles(Assembly.GetExecutingAssembly())));

        var answer = await gui.GetAsync("/");

        Assert.Equal((HttpStatusCode.Redirect, "/docs"), (answer.Status, answer.Headers["Location"]));
    }

    [SkippableFact]
    public async Task The_page_may_be_asked_for_by_anyone_and_is_checked_again_at_every_visit()
    {
        Skip.IfNot(WebFiles.OfNode.Exist, NoGui);
        await using var gui = await GuiUnderTest.StartAsync();

        var page = await gui.GetAsync("/");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
        Assert.Equal("no-cache", page.Headers["Cache-Control"]);
        Assert.Contains("script-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotMatch("<script>|<style|style=|onload=|https?://", page.Text);
        var again = await gui.GetAsync("/", ("If-None-Match", page.Headers["ETag"]));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
    }

    [SkippableFact]
    public async Task What_is_named_after_its_content_is_kept_for_ever_and_comes_compressed()
    {
        Skip.IfNot(WebFiles.OfNode.Exist, NoGui);
        await using var gui = await GuiUnderTest.StartAsync();
        var assets = AssetsOf((await gui.GetAsync("/")).Text);

        foreach (var asset in assets)
        {
            var plain = await gui.GetAsync(asset);
            Assert.Equal((HttpStatusCode.OK, "public, max-age=31536000, immutable"), (plain.Status, plain.Headers["Cache-Control"]));
            Assert.Contains(plain.MediaType, (string[])["text/javascript", "text/css"]);
            foreach (var (accepted, coding) in ((string, string)[])[("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")])
            {
                var packed = await gui.GetAsync(asset, ("Accept-Encoding", accepted));
                Assert.Equal((coding, "Accept-Encoding"), (packed.Headers["Content-Encoding"], packed.Headers["Vary"]));
                Assert.NotEqual(plain.Headers["ETag"], packed.Headers["ETag"]);
            }
        }
    }

    [SkippableFact]
    public async Task A_first_visit_loads_less_than_100_KB()
    {
        Skip.IfNot(WebFiles.OfNode.Exist, NoGui);
        await using var gui = await GuiUnderTest.StartAsync();
        var total = 0L;
        foreach (var path in AssetsOf((await gui.GetAsync("/")).Text).Append("/"))
        {
            total += long.Parse((await gui.GetAsync(path, ("Accept-Encoding", "br"))).Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.InRange(total, 1, FirstLoad);
    }

    private static string[] AssetsOf(string page)
    {
        string[] assets = [.. Regex.Matches(page, "/assets/[^\"]+").Select(match => match.Value).Distinct()];
        Assert.NotEmpty(assets);
        return assets;
    }
}
