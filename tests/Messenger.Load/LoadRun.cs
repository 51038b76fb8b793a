using Messenger.Load.Measurements;

namespace Messenger.Load;

/// <summary>The measurements in their order, and what each of them needs.</summary>
internal static class LoadRun
{
    /// <summary>Names for <c>--only</c>, in the order of the run.</summary>
    public static readonly IReadOnlyList<string> Names = ["limits", "start", "idle", "accepted", "drain", "endtoend", "latency", "afterload", "spread", "growth"];

    private static readonly string[] OfPair = ["accepted", "drain", "endtoend", "latency", "afterload"];
    private static readonly TimeSpan AfterLoad = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Bench bench)
    {
        await IfWantedAsync("limits", () => PhysicalLimits.MeasureAsync(bench));
        await IfWantedAsync("start", () => Starting.MeasureStartsAsync(bench));
        await IfWantedAsync("idle", () => Starting.MeasureIdleAsync(bench));
        if (OfPair.Any(Wanted))
        {
            await using var pair = await Pair.CreateAsync(bench);
            await IfWantedAsync("accepted", () => Delivering.MeasureAcceptedAsync(bench, pair));
            await IfWantedAsync("drain", () => Delivering.MeasureDrainAsync(bench, pair));
            await IfWantedAsync("endtoend", () => Delivering.MeasureEndToEndAsync(bench, pair));
            await IfWantedAsync("latency", () => Delivering.MeasureLatencyAsync(bench, pair));
            await IfWantedAsync("afterload", async () =>
            {
                await pair.ReceiverUpAsync();
                await Starting.MeasureIdleAsync(bench, pair.Sender, AfterLoad / 2, "senderAfterLoad", "sender after load");
                await Starting.MeasureIdleAsync(bench, pair.Receiver, AfterLoad / 2, "receiverAfterLoad", "receiver after load");
            });
        }

        await IfWantedAsync("spread", () => Spreading.MeasureAsync(bench));
        await IfWantedAsync("growth", async () =>
        {
            await Growing.MeasureContactsAsync(bench);
            await Growing.MeasureHistoryAsync(bench);
        });

        // Growth takes minutes: in a quick run only when it is asked for by name.
        bool Wanted(string name) => bench.Options.Only.Count > 0 ? bench.Options.Only.Contains(name) : name != "growth" || !bench.Options.Quick;

        async Task IfWantedAsync(string name, Func<Task> measure)
        {
            if (Wanted(name))
            {
                Bench.Say(name);
                await measure();
            }
        }
    }
}
