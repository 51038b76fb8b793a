using Messenger.Load.Clients;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>What two nodes do for their owners: accept, deliver, and make up for lost time.</summary>
internal static class Delivering
{
    private const int FillingClients = 128;
    private const int SteadyRate = 100;
    private const string Limit = "groupCommit64";

    /// <summary>Messages accepted durably while the peer is down.</summary>
    public static async Task MeasureAcceptedAsync(Bench bench, Pair pair)
    {
        await pair.WarmAsync();
        await pair.ReceiverDownAsync();
        foreach (var clients in new[] { 1, 64, 128 })
        {
            var cpu = pair.Sender.Usage.Cpu;
            var result = await pair.SendAsync(clients, bench.Options.Each);
            var micros = Bench.Micros(pair.Sender.Usage.Cpu - cpu, result.Answered);
            pair.Add($"accepted{clients}", $"accepted, peer down, {clients} clients", result.PerSecond, Figures.PerSecond, Limit, micros);
            pair.Add($"accepted{clients}P50Ms", $"accepted, peer down, {clients} clients: p50", result.Latencies.P50, Figures.Milliseconds);
            pair.Add($"accepted{clients}P99Ms", $"accepted, peer down, {clients} clients: p99", result.Latencies.P99, Figures.Milliseconds);
            if (result.Busy > 0)
            {
                pair.Add($"accepted{clients}Busy", $"accepted, peer down, {clients} clients: answered 503 and asked again", result.Busy, "");
            }
        }
    }

    /// <summary>An outbox that has piled up while the peer was down.</summary>
    public static async Task MeasureDrainAsync(Bench bench, Pair pair, params IEnumerable<int> thousands)
    {
        await pair.WarmAsync();
        foreach (var count in thousands)
        {
            await DrainAsync(bench, pair, count * 1000, $"drain{count}k");
        }
    }

    /// <summary>Messages delivered at the sender and visible at the receiver, while clients wait for nothing but the acceptance of each.</summary>
    public static async Task MeasureEndToEndAsync(Bench bench, Pair pair)
    {
        await pair.WarmAsync();
        await pair.ReceiverUpAsync();
        foreach (var clients in new[] { 1, 16, 64 })
        {
            var cpu = NodeProcess.CpuOf(pair.Sender, pair.Receiver);
            var result = await pair.SendAsync(clients, bench.Options.Each);
            var took = TimeProvider.System.GetElapsedTime(result.StartedAt, await pair.SettledAsync());
            cpu = NodeProcess.CpuOf(pair.Sender, pair.Receiver) - cpu;
            pair.Add(
                $"endToEnd{clients}", $"end to end, {clients} clients, 1 contact", result.Answered / took.TotalSeconds, Figures.PerSecond, Limit, Bench.Micros(cpu, result.Answered));
        }
    }

    /// <summary>From the request at the sender to the event at the receiver, at a rate far from any limit.</summary>
    public static async Task MeasureLatencyAsync(Bench bench, Pair pair)
    {
        await pair.ReceiverUpAsync();
        var (before, most) = (pair.Requests.Made, (int)(bench.Options.Latency.TotalSeconds * SteadyRate));
        var (sentAt, seenAt) = (new long[most], new long[most]);
        await using var events = await EventStream.OpenAsync(pair.Receiver.Api.Http, (number, at) => Volatile.Write(ref seenAt[number - before - 1], at), bench.Cancel);
        using var loop = new OpenLoop(pair.Sender.Gui);
        var cpu = NodeProcess.CpuOf(pair.Sender, pair.Receiver);
        var accepted = await loop.RunAsync(pair.Requests, SteadyRate, bench.Options.Latency, (number, at) => sentAt[number - before - 1] = at, bench.Cancel);
        await Until.HoldsAsync(() => Task.FromResult(!seenAt.AsSpan().Contains(0)), "every message was seen in the receiver's events", bench.Cancel);
        cpu = NodeProcess.CpuOf(pair.Sender, pair.Receiver) - cpu;
        var seen = new Latencies(sentAt.Zip(seenAt, (sent, at) => TimeProvider.System.GetElapsedTime(sent, at).TotalMilliseconds));
        pair.Add("latencyP50Ms", "latency at 100/s, sent to seen: p50", seen.P50, Figures.Milliseconds, "commitP50Ms", Bench.Micros(cpu, most));
        pair.Add("latencyP99Ms", "latency at 100/s, sent to seen: p99", seen.P99, Figures.Milliseconds, "commitP50Ms");
        pair.Add("latencyMaxMs", "latency at 100/s, sent to seen: longest", seen.Max, Figures.Milliseconds);
        pair.Add("acceptP50Ms", "latency at 100/s, sent to accepted: p50", accepted.P50, Figures.Milliseconds, "commitP50Ms");
        pair.Add("acceptP99Ms", "latency at 100/s, sent to accepted: p99", accepted.P99, Figures.Milliseconds, "commitP50Ms");
    }

    private static async Task DrainAsync(Bench bench, Pair pair, int messages, string key)
    {
        await pair.ReceiverDownAsync();
        var missing = messages - (await pair.ReceiverAtSenderAsync()).Outbox;
        if (missing > 0)
        {
            Bench.Say($"filling the outbox with {missing:#,0} messages");
            await pair.SendAsync(FillingClients, bench.Options.Filling, missing);
        }

        // The acceptance of all is known, their place in the contact list comes a moment later.
        var (drained, last) = (0, -1);
        await Until.HoldsAsync(
            async () =>
            {
                (last, drained) = (drained, (await pair.ReceiverAtSenderAsync()).Outbox);
                await Task.Delay(TimeSpan.FromMilliseconds(500), bench.Cancel);
                return drained == last;
            },
            "the outbox is as long as it gets",
            bench.Cancel);
        var (took, cpu) = await pair.DrainAsync();
        pair.Add(key, $"drain of {drained:#,0}, 1 contact", drained / took.TotalSeconds, Figures.PerSecond, Limit, Bench.Micros(cpu, drained));
        pair.Add($"{key}Messages", $"drain of {drained:#,0}, 1 contact: messages", drained, "");
        pair.Add($"{key}Seconds", $"drain of {drained:#,0}, 1 contact: first request to last acknowledgement", took.TotalSeconds, Figures.Seconds);
    }
}
