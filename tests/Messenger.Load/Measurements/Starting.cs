using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>From the start of the process to <c>ready</c>, and what a node costs that does nothing.</summary>
internal static class Starting
{
    // The first pings and the compiler's second look at what ran at start.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);

    public static async Task MeasureStartsAsync(Bench bench)
    {
        await MeasureStartAsync(bench, 10, "readySeconds");
        await MeasureStartAsync(bench, 1_000, "ready1kSeconds");
        await MeasureStartAsync(bench, 10_000, "ready10kSeconds");
    }

    /// <summary>A node with 10 contacts that are out of reach, freshly started.</summary>
    public static async Task MeasureIdleAsync(Bench bench)
    {
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        await Friends.ImportAsync(node, 0, 10, bench.Cancel);
        await node.StopAsync(bench.Cancel);
        await node.StartAsync(bench.Cancel);
        await Task.Delay(Settling, bench.Cancel);
        await MeasureIdleAsync(bench, node, bench.Options.Idle, "idle", "idle, 10 contacts");
    }

    /// <summary>Leaves a node alone for a while.</summary>
    public static async Task MeasureIdleAsync(Bench bench, NodeProcess node, TimeSpan duration, string key, string label)
    {
        var before = node.Usage.Cpu;
        await Task.Delay(duration, bench.Cancel);
        var usage = node.Usage;
        bench.Add($"{key}CpuPercent", $"{label}: CPU", (usage.Cpu - before) / duration * 100, "% of a core");
        bench.Add($"{key}Mb", $"{label}: anonymous memory", usage.AnonymousMb, Figures.Megabytes);
        bench.Add($"{key}ResidentMb", $"{label}: resident memory", usage.ResidentMb, Figures.Megabytes);
    }

    private static async Task MeasureStartAsync(Bench bench, int contacts, string key)
    {
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        await Friends.ImportAsync(node, 0, contacts, bench.Cancel);
        var starts = new List<double>();
        for (var start = 0; start < bench.Options.Starts; start++)
        {
            await node.StopAsync(bench.Cancel);
            starts.Add((await node.StartAsync(bench.Cancel)).TotalSeconds);
        }

        bench.Add(key, $"start to ready, {contacts:#,0} contacts", starts.Order().ElementAt(starts.Count / 2), Figures.Seconds);
    }
}
