using System.Globalization;
using Messenger.Load.Clients;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>What becomes slower as the contact list and the history grow.</summary>
internal static class Growing
{
    private const int Reads = 30;
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(3);

    // A contact with nothing due leaves memory after a minute.
    private static readonly TimeSpan UntilAtRest = TimeSpan.FromSeconds(80);

    public static async Task MeasureContactsAsync(Bench bench)
    {
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        var had = 0;
        foreach (var contacts in new[] { 1_000, 10_000, 100_000 })
        {
            Bench.Say($"importing {contacts - had:#,0} contacts");
            await Friends.ImportAsync(node, had, contacts, bench.Cancel);
            had = contacts;
            var list = await node.Api.ContactsAsync(bench.Cancel);
            var (key, label) = ($"contacts{Short(contacts)}", $"{contacts:#,0} contacts");
            await AddReadsAsync(bench, node, "contacts", contacts > 10_000 ? 3 : Reads, $"{key}ListMs", $"{label}: contact list, p50");
            await AddSendsAsync(bench, node, list[0].Id, $"{key}SendMs", $"{label}: send, p50");
            AddMemory(bench, node, key, label);
        }
    }

    /// <summary>What a contact costs in memory: at rest, and while something waits for it that cannot be delivered.</summary>
    public static async Task MeasureDueAsync(Bench bench)
    {
        const int contacts = 10_000;
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        Bench.Say($"importing {contacts:#,0} contacts");
        await Friends.ImportAsync(node, 0, contacts, bench.Cancel);
        var ids = (await node.Api.ContactsAsync(bench.Cancel)).Select(contact => contact.Id).ToArray();
        await node.StopAsync(bench.Cancel);
        await node.StartAsync(bench.Cancel);
        Bench.Say("waiting until the contacts have left memory");
        await Task.Delay(UntilAtRest, bench.Cancel);
        var atRest = node.Usage.AnonymousMb;
        using (var loop = new ClosedLoop(node.Gui, 16))
        {
            await loop.RunAsync(new MessageRequests(node.Gui, node.Token, ids), TimeSpan.FromMinutes(3), bench.Cancel, contacts);
        }

        await Task.Delay(UntilAtRest, bench.Cancel);
        bench.Add("restMb", $"{contacts:#,0} contacts at rest: anonymous memory", atRest, Figures.Megabytes);
        bench.Add("dueKb", $"{contacts:#,0} contacts with a message that waits: each", (node.Usage.AnonymousMb - atRest) * 1024 / contacts, "KiB");
    }

    public static async Task MeasureHistoryAsync(Bench bench)
    {
        await using var node = await NodeProcess.CreateAsync(bench.Options, bench.Cancel);
        using var peer = new StubSinks(1);
        peer.Start();
        var contact = (await peer.BefriendAsync(node, bench.Cancel))[0];
        var address = peer.Addresses.Single();
        var backlog = new HistoryRequests(node.Peers, address, node.Address, peer.KeyOf(address));
        using var loop = new ClosedLoop(node.Peers, 1);
        foreach (var rows in new[] { 10_000, 1_000_000 })
        {
            Bench.Say($"bringing {rows - backlog.Made:#,0} messages");
            var missing = rows - backlog.Made;
            var brought = await loop.RunAsync(backlog, TimeSpan.FromMinutes(10), bench.Cancel, missing / HistoryRequests.Batch);
            await Until.HoldsAsync(
                async () => (await node.Api.ContactAsync(contact, bench.Cancel)).Unread == backlog.Made, "the history shows all messages", bench.Cancel, TimeSpan.FromSeconds(300));
            var (key, label) = ($"history{Short(rows)}", $"{backlog.Made:#,0} messages of history");
            bench.Add($"{key}TakenIn", $"{label}: taken in as histories of 100", brought.Answered * HistoryRequests.Batch / brought.Took.TotalSeconds, Figures.PerSecond, "groupCommit64");
            await AddReadsAsync(bench, node, $"contacts/{contact}/messages?limit=50", Reads, $"{key}PageMs", $"{label}: newest page, p50");
            await AddReadsAsync(bench, node, $"contacts/{contact}/messages?limit=50&before=5000", Reads, $"{key}OldPageMs", $"{label}: old page, p50");
            await AddReadsAsync(bench, node, "search?q=people", Reads, $"{key}SearchMs", $"{label}: search, p50");
            await AddSendsAsync(bench, node, contact, $"{key}SendMs", $"{label}: send, p50");
            AddMemory(bench, node, key, label);
        }
    }

    private static async Task AddReadsAsync(Bench bench, NodeProcess node, string path, int reads, string key, string label)
    {
        var took = new List<double>();
        for (var read = 0; read < reads; read++)
        {
            var start = TimeProvider.System.GetTimestamp();
            if (!await node.Api.ReadAsync(path, bench.Cancel))
            {
                Bench.Say($"  {label}: this node has no {path}");
                return;
            }

            took.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        bench.Add(key, label, new Latencies(took).P50, Figures.Milliseconds);
    }

    private static async Task AddSendsAsync(Bench bench, NodeProcess node, string contact, string key, string label)
    {
        using var loop = new ClosedLoop(node.Gui, 1);
        var sent = await loop.RunAsync(new MessageRequests(node.Gui, node.Token, [contact]), Sending, bench.Cancel);
        bench.Add(key, label, sent.Latencies.P50, Figures.Milliseconds, "commitP50Ms");
    }

    private static void AddMemory(Bench bench, NodeProcess node, string key, string label)
    {
        bench.Add($"{key}Mb", $"{label}: anonymous memory", node.Usage.AnonymousMb, Figures.Megabytes);
        bench.Add($"{key}ResidentMb", $"{label}: resident memory", node.Usage.ResidentMb, Figures.Megabytes);
    }

    private static string Short(int number) => number >= 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000}m")
        : string.Create(CultureInfo.InvariantCulture, $"{number / 1_000}k");
}
