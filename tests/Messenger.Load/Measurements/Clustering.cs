using System.Globalization;
using Messenger.Load.Clients;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>One, two and three members on this machine, whose processors bound them together; peers are stubs.</summary>
internal static class Clustering
{
    private const int Peers = 100;
    private const int Clients = 60;

    public static async Task MeasureAsync(Bench bench)
    {
        foreach (var members in (int[])[1, 2, 3])
        {
            await MeasureAsync(bench, members);
        }
    }

    private static async Task MeasureAsync(Bench bench, int count)
    {
        var (options, cancel) = (bench.Options, bench.Cancel);
        await using var cluster = await ClusterProcesses.CreateAsync(options, count, cancel);
        var members = cluster.All;
        using var sinks = new StubSinks(Peers);
        sinks.Start();
        var contacts = await sinks.BefriendAsync(members[0], cancel);
        var loads = members.Select(member => (Requests: new MessageRequests(member.Gui, member.Token, contacts), Loop: new ClosedLoop(member.Gui, Clients / count))).ToArray();
        Bench.Say($"{count} members: warming up");
        await Task.WhenAll(loads.Select(load => load.Loop.RunAsync(load.Requests, options.Warming, cancel)));
        await DeliveredAsync();
        var cpu = NodeProcess.CpuOf(members);
        var sent = await Task.WhenAll(loads.Select(load => load.Loop.RunAsync(load.Requests, options.Each, cancel)));
        var took = TimeProvider.System.GetElapsedTime(sent.Min(one => one.StartedAt), await DeliveredAsync());
        var answered = sent.Sum(one => one.Answered);
        bench.Add(
            string.Create(CultureInfo.InvariantCulture, $"cluster{count}"), $"end to end, {count} members, {Clients} clients, {Peers} contacts", answered / took.TotalSeconds, Figures.PerSecond, null,
            Bench.Micros(NodeProcess.CpuOf(members) - cpu, answered));
        bench.Add(
            string.Create(CultureInfo.InvariantCulture, $"cluster{count}Memory"), $"memory per member, {count} members", members.Average(member => member.Usage.ResidentMb), Figures.Megabytes);
        bench.Add(
            string.Create(CultureInfo.InvariantCulture, $"cluster{count}Connections"), $"connections to the database, {count} members", await cluster.ConnectionsAsync(cancel), "");
        Bench.Say($"contacts in memory: {string.Join(", ", (await cluster.HeldAsync(cancel)).Select(held => held.Contacts))}");
        Array.ForEach(loads, load => load.Loop.Dispose());

        async Task<long> DeliveredAsync()
        {
            await Until.HoldsAsync(() => Task.FromResult(sinks.Received >= loads.Sum(load => load.Requests.Made)), "the stubs have everything", cancel, TimeSpan.FromSeconds(120));
            return await Until.HoldsAsync(async () => (await members[0].Api.ContactsAsync(cancel)).Sum(contact => contact.Outbox) == 0, "everything is delivered", cancel);
        }
    }
}
