using System.CommandLine;
using Messenger.Load;
using Messenger.Load.Limits;
using Messenger.Load.Measurements;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

var quick = new Option<bool>("--quick") { Description = "About a minute instead of several, without growth" };
var json = new Option<bool>("--json") { Description = "Print one JSON object instead of the table" };
var database = new Option<string>("--database")
{
    Description = "sqlite, or the connection string of a PostgreSQL server on which each node gets a database of its own",
    DefaultValueFactory = _ => LoadOptions.Sqlite,
};
var node = new Option<FileInfo>("--node") { Description = "The node's program (default: it is published first, as people get it)" };
var only = new Option<string[]>("--only") { Description = $"What to measure: {string.Join(", ", LoadRun.Names)} (default: all)", AllowMultipleArgumentsPerToken = true };
var cluster = new Option<bool>("--cluster") { Description = "Measure nodes of one, two and three members, then 100,000 contacts on three, and nothing else unless --only names it; needs a PostgreSQL server" };
only.AcceptOnlyFromAmong([.. LoadRun.Names]);
node.AcceptExistingOnly();

var root = new RootCommand("Measures two nodes on this machine beside the limits of its disk and network stack.") { quick, json, database, node, only, cluster };
root.SetAction(async (arguments, cancel) =>
{
    var figures = new Figures();
    try
    {
        var program = arguments.GetValue(node)?.FullName ?? await PublishedNode.PublishAsync(cancel);
        var isCluster = arguments.GetValue(cluster);
        HashSet<string> names = [.. arguments.GetValue(only)!];
        names.UnionWith(isCluster && !names.Overlaps(LoadRun.OfCluster) ? LoadRun.OfCluster : []);
        var options = new LoadOptions(arguments.GetValue(quick), arguments.GetValue(json), arguments.GetValue(database)!, program, names, isCluster);
        var complete = await LoadRun.RunAsync(new Bench(options, figures, cancel));
        Console.WriteLine(options.Json ? figures.ToJson().ToJsonString() : figures.ToTable());
        return complete ? 0 : 1;
    }
    catch (LoadFailedException failed)
    {
        Console.Error.WriteLine(failed.Message);
        return 1;
    }
    catch (OperationCanceledException) when (cancel.IsCancellationRequested)
    {
        Console.Error.WriteLine("Stopped.");
        return 1;
    }
});
var serve = new Command(BareHttp.Command) { Hidden = true };
serve.SetAction((_, _) => BareHttp.ServeAsync());
root.Add(serve);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
