using System.Net.Sockets;
using Messenger.Load.Measurements;

namespace Messenger.Load;

/// <summary>The measurements in their order, and what each of them needs.</summary>
internal static class LoadRun
{
    /// <summary>Names for <c>--only</c>, in the order of the run.</summary>
    public static readonly IReadOnlyList<string> Names = ["limits", "start", "idle", "accepted", "drain", "endtoend", "latency", "afterload", "sealed", "spread", "contacts", "due", "history", "cluster", "clustercontacts"];

    /// <summary>Those of nodes that are several processes.</summary>
    public static readonly IReadOnlyList<string> OfCluster = ["cluster", "clustercontacts"];

    private static readonly string[] OfGrowth = ["contacts", "due", "history"];
    private static readonly string[] OfPair = ["accepted", "drain", "endtoend", "latency", "afterload"];
    private static readonly TimeSpan AfterLoad = TimeSpan.FromSeconds(10);

    /// <summary>Measures what is wanted. What cannot be measured is told and does not keep the rest from being measured.</summary>
    /// <returns>Whether everything was measured.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        var complete = true;
        await IfWantedAsync(["limits"], () => PhysicalLimits.MeasureAsync(bench));
        await IfWantedAsync(["start"], () => Starting.MeasureStartsAsync(bench));
        await IfWantedAsync(["idle"], () => Starting.MeasureIdleAsync(bench));
        await IfWantedAsync(OfPair, () => MeasurePairAsync(bench, Wanted));
        await IfWantedAsync(["sealed"], () => MeasureSealedAsync(bench));
        await IfWantedAsync(["spread"], () => Spreading.MeasureAsync(bench));
        await IfWantedAsync(["cluster"], () => Clustering.MeasureAsync(bench));
        await IfWantedAsync(["clustercontacts"], () => ClusterGrowing.MeasureAsync(bench));
        await IfWantedAsync(["contacts"], () => Growing.MeasureContactsAsync(bench));
        await IfWantedAsync(["due"], () => Growing.MeasureDueAsync(bench));
        await IfWantedAsync(["history"], () => Growing.MeasureHistoryAsync(bench));
        return complete;

        // Growth takes minutes: in a quick run only when it is asked for by name.
        bool Wanted(string name) => bench.Options.Only.Count > 0 ? bench.Options.Only.Contains(name) : OfCluster.Contains(name) ? bench.Options.Cluster : !bench.Options.Quick || !OfGrowth.Contains(name);

        async Task IfWantedAsync(string[] names, Func<Task> measure)
        {
            var wanted = names.Where(Wanted).ToArray();
            if (wanted.Length == 0)
            {
                return;
            }

            Bench.Say(string.Join(", ", wanted));
            try
            {
                await measure();
            }
            catch (Exception problem) when (problem is LoadFailedException or HttpRequestException or IOException or SocketException or TimeoutException)
            {
                complete = false;
                Bench.Say(problem.Message);
            }
        }
    }

    private static async Task MeasurePairAsync(Bench bench, Func<string, bool> wanted)
    {
        await using var pair = await Pair.CreateAsync(bench, seals: false);
        await IfWantedAsync("accepted", () => Delivering.MeasureAcceptedAsync(bench, pair));
        await IfWantedAsync("drain", () => Delivering.MeasureDrainAsync(bench, pair, 100, 10));
        await IfWantedAsync("endtoend", () => Delivering.MeasureEndToEndAsync(bench, pair));
        await IfWantedAsync("latency", () => Delivering.MeasureLatencyAsync(bench, pair));
        await IfWantedAsync("afterload", async () =>
        {
            await pair.ReceiverUpAsync();
            await Starting.MeasureIdleAsync(bench, pair.Sender, AfterLoad / 2, "senderAfterLoad", "sender after load");
            await Starting.MeasureIdleAsync(bench, pair.Receiver, AfterLoad / 2, "receiverAfterLoad", "receiver after load");
        });

        Task IfWantedAsync(string name, Func<Task> measure) => wanted(name) ? measure() : Task.CompletedTask;
    }

    // The same again, of what the figures above are the limit.
    private static async Task MeasureSealedAsync(Bench bench)
    {
        Sealing.Measure(bench);
        await using var pair = await Pair.CreateAsync(bench, seals: true);
        await Delivering.MeasureAcceptedAsync(bench, pair);
        await Delivering.MeasureDrainAsync(bench, pair, 10);
        await Delivering.MeasureEndToEndAsync(bench, pair);
        await Delivering.MeasureLatencyAsync(bench, pair);
    }
}
