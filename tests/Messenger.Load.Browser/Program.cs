using System.CommandLine;
using Messenger.Load.Measurements;
using Messenger.Load.Nodes;
using Messenger.Load.Report;
using Microsoft.Playwright;

namespace Messenger.Load.Browser;

/// <summary>Measures the browser GUI of a node in a headless Chromium, beside a page that does nothing.</summary>
internal static class BrowserLoad
{
    private static Task<int> Main(string[] args)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of the table" };
        var rounds = new Option<int>("--rounds") { Description = "How often each start is repeated; the median counts", DefaultValueFactory = _ => 5 };
        var chromium = new Option<string>("--chromium") { Description = "The browser's program", DefaultValueFactory = _ => "/usr/bin/chromium" };
        var node = new Option<FileInfo>("--node") { Description = "The node's program (default: it is published first, as people get it)" };
        node.AcceptExistingOnly();
        var root = new RootCommand("Measures the browser GUI in a headless Chromium beside a bare page.") { json, rounds, chromium, node };
        root.SetAction(async (arguments, cancel) =>
        {
            var figures = new Figures();
            var asJson = arguments.GetValue(json);
            try
            {
                var program = arguments.GetValue(node)?.FullName ?? await PublishedNode.PublishAsync(cancel);
                var options = new LoadOptions(Quick: false, asJson, LoadOptions.Sqlite, program, new HashSet<string>());
                await GuiMeasurements.MeasureAsync(new Bench(options, figures, cancel), arguments.GetValue(chromium)!, arguments.GetValue(rounds));
            }
            catch (Exception problem) when (problem is LoadFailedException or PlaywrightException or TimeoutException)
            {
                Console.Error.WriteLine(problem.Message);
                return 1;
            }

            Console.WriteLine(asJson ? figures.ToJson().ToJsonString() : figures.ToTable());
            return 0;
        });
        return root.Parse(args).InvokeAsync();
    }
}
