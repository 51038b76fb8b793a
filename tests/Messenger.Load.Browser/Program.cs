using System.CommandLine;
using System.Reflection;
using Messenger.Load.Measurements;
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
        var node = new Option<FileInfo>("--node") { Description = "The node's program (default: the one that was built with this)", DefaultValueFactory = _ => new FileInfo(BuiltNode()) };
        node.AcceptExistingOnly();
        var root = new RootCommand("Measures the browser GUI in a headless Chromium beside a bare page.") { json, rounds, chromium, node };
        root.SetAction(async (arguments, cancel) =>
        {
            var options = new LoadOptions(Quick: false, arguments.GetValue(json), LoadOptions.Sqlite, arguments.GetValue(node)!.FullName, new HashSet<string>());
            var figures = new Figures();
            try
            {
                await GuiMeasurements.MeasureAsync(new Bench(options, figures, cancel), arguments.GetValue(chromium)!, arguments.GetValue(rounds));
            }
            catch (Exception problem) when (problem is LoadFailedException or PlaywrightException or TimeoutException)
            {
                Console.Error.WriteLine(problem.Message);
                return 1;
            }

            Console.WriteLine(options.Json ? figures.ToJson().ToJsonString() : figures.ToTable());
            return 0;
        });
        return root.Parse(args).InvokeAsync();
    }

    private static string BuiltNode() => Path.GetFullPath(
        typeof(BrowserLoad).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NodeAssembly").Value!);
}
