using Messenger.Load.Clients;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>Many contacts on three members: how they are spread, what they cost each member, and how long a member takes to be back.</summary>
internal static class ClusterGrowing
{
    private const int Members = 3;
    private static readonly TimeSpan Sending = TimeSpan.FromMinutes(5);

    // A contact with nothing due leaves memory after a minute; the garbage of an import is collected meanwhile. Who keeps the list since the last
    // start still wakes each contact once, 50 a second, so that some thousands are in memory beside those that are meant.
    private static readonly TimeSpan UntilAtRest = TimeSpan.FromSeconds(80);

    public static async Task MeasureAsync(Bench bench)
    {
        var (options, cancel) = (bench.Options, bench.Cancel);
        var (contacts, awake) = options.Quick ? (10_000, 3_000) : (100_000, 30_000);
        await using var cluster = await ClusterProcesses.CreateAsync(options, Members, cancel);
        var began = TimeProvider.System.GetTimestamp();
        Bench.Say($"importing {contacts:#,0} contacts");
        await Friends.ImportAsync(cluster.All[0], 0, contacts, cancel);
        bench.Add("clusterImport", $"{contacts:#,0} contacts on {Members} members: imported", contacts / TimeProvider.System.GetElapsedTime(began).TotalSeconds, Figures.PerSecond);
        var ids = (await cluster.All[0].Api.ContactsAsync(cancel)).Select(contact => contact.Id).ToArray();
        bench.Add("clusterContactsMb", $"{contacts:#,0} contacts: the database", await cluster.DatabaseBytesAsync(cancel) / 1024.0 / 1024, Figures.Megabytes);

        var starts = new List<double>();
        foreach (var member in cluster.All)
        {
            Bench.Say("a member leaves and comes back");
            await member.StopAsync(cancel);
            starts.Add((await member.StartAsync(cancel)).TotalSeconds);
        }

        bench.Add("clusterReadySeconds", $"{contacts:#,0} contacts: start to ready of a member, median", starts.Order().ElementAt(starts.Count / 2), Figures.Seconds);
        bench.Add("clusterReadySecondsMost", $"{contacts:#,0} contacts: start to ready of a member, longest", starts.Max(), Figures.Seconds);
        Bench.Say("waiting until the contacts have left memory");
        await Task.Delay(UntilAtRest, cancel);
        var atRest = AddMemory(bench, cluster, "clusterRest", $"{contacts:#,0} contacts at rest");

        Bench.Say($"waking {awake:#,0} contacts by a message that waits");
        began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(ids.Take(awake).Chunk(awake / Members).Zip(cluster.All, async (some, member) =>
        {
            using var loop = new ClosedLoop(member.Gui, 8);
            await loop.RunAsync(new MessageRequests(member.Gui, member.Token, some), Sending, cancel, some.Length);
        }));
        bench.Add("clusterWoken", $"first message to each of {awake:#,0} contacts: accepted", awake / TimeProvider.System.GetElapsedTime(began).TotalSeconds, Figures.PerSecond);
        await Task.Delay(UntilAtRest, cancel);
        var due = AddMemory(bench, cluster, "clusterAwake", $"{contacts:#,0} contacts, a message waits for {awake:#,0}");
        bench.Add("clusterAwakeKb", "a contact for which a message waits: memory", (due - atRest) * 1024 / awake, "KiB");
        bench.Add("clusterConnections", $"connections to the database, {Members} members", await cluster.ConnectionsAsync(cancel), "");
        AddSpread(bench, await cluster.HeldAsync(cancel));
    }

    /// <returns>Anonymous memory of all members together.</returns>
    private static double AddMemory(Bench bench, ClusterProcesses cluster, string key, string label)
    {
        var usages = cluster.All.Select(member => member.Usage).ToArray();
        Bench.Say($"  anonymous/resident memory of each member: {string.Join(", ", usages.Select(usage => $"{usage.AnonymousMb:0}/{usage.ResidentMb:0}"))}");
        bench.Add($"{key}Mb", $"{label}: anonymous memory per member", usages.Average(usage => usage.AnonymousMb), Figures.Megabytes);
        bench.Add($"{key}MostMb", $"{label}: anonymous memory, most", usages.Max(usage => usage.AnonymousMb), Figures.Megabytes);
        bench.Add($"{key}ResidentMb", $"{label}: resident memory per member", usages.Average(usage => usage.ResidentMb), Figures.Megabytes);
        return usages.Sum(usage => usage.AnonymousMb);
    }

    private static void AddSpread(Bench bench, IReadOnlyList<Held> held)
    {
        Bench.Say($"  contacts in shards of each member: {string.Join(", ", held.Select(one => $"{one.Contacts} in {one.Shards}"))}");
        bench.Add("clusterLeast", "contacts awake on a member, least", held.Min(one => one.Contacts), "");
        bench.Add("clusterMost", "contacts awake on a member, most", held.Max(one => one.Contacts), "");
        bench.Add("clusterLeastShards", "shards on a member, least", held.Min(one => one.Shards), "");
        bench.Add("clusterMostShards", "shards on a member, most", held.Max(one => one.Shards), "");
    }
}
