using System.CommandLine;
using System.Reflection;
using Messenger.Load;
using Messenger.Load.Limits;
using Messenger.Load.Measurements;
using Messenger.Load.Report;

var quick = new Option<bool>("--quick") { Description = "About a minute instead of several, without growth" };
var json = new Option<bool>("--json") { Description = "Print one JSON object instead of the table" };
var database = new Option<string>("--database")
{
    Description = "sqlite, or the connection string of a PostgreSQL server on which each node gets a database of its own",
    DefaultValueFactory = _ => LoadOptions.Sqlite,
};
var node = new Option<FileInfo>("--node") { Description = "The node's program (default: the one that was built with this)", DefaultValueFactory = _ => new FileInfo(BuiltNode()) };
var only = new Option<string[]>("--only") { Description = $"What to measure: {string.Join(", ", LoadRun.Names)} (default: all)", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong([.. LoadRun.Names]);
node.AcceptExistingOnly();

var root = new RootCommand("Measures two nodes on this machine beside the limits of its disk and network stack.") { quick, json, database, node, only };
root.SetAction(async (arguments, cancel) =>
{
    var options = new LoadOptions(
        arguments.GetValue(quick), arguments.GetValue(json), arguments.GetValue(database)!, arguments.GetValue(node)!.FullName, arguments.GetValue(only)!.ToHashSet());
    return await MeasureAsync(options, cancel);
});
var serve = new Command(BareHttp.Command) { Hidden = true };
serve.SetAction((_, _) => BareHttp.ServeAsync());
root.Add(serve);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

static string BuiltNode() => Path.GetFullPath(
    typeof(LoadRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NodeAssembly").Value!);

static async Task<int> MeasureAsync(LoadOptions options, CancellationToken cancel)
{
    var figures = new Figures();
    try
    {
        var complete = await LoadRun.RunAsync(new Bench(options, figures, cancel));
        Console.WriteLine(options.Json ? figures.ToJson().ToJsonString() : figures.ToTable());
        return complete ? 0 : 1;
    }
    catch (OperationCanceledException) when (cancel.IsCancellationRequested)
    {
        Console.Error.WriteLine("Stopped.");
        return 1;
    }
}
