using Messenger.Load.Clients;
using Messenger.Load.Nodes;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>One node and a hundred contacts, which are stubs: what is measured is the node alone.</summary>
internal static class Spreading
{
    private const int Contacts = 100;
    private const int Clients = 64;
    private const int Outbox = 10_000;
    private const string Limit = "groupCommit64";

    public static async Task MeasureAsync(Bench bench)
    {
        var (options, cancel) = (bench.Options, bench.Cancel);
        await using var node = await NodeProcess.CreateAsync(options, cancel);
        using var sinks = new StubSinks(Contacts);
        sinks.Start();
        var requests = new MessageRequests(node.Gui, node.Token, await sinks.BefriendAsync(node, cancel));
        using var loop = new ClosedLoop(node.Gui, Clients);

        Bench.Say("warming the node up");
        await loop.RunAsync(requests, options.Warming, cancel);
        await DeliveredAsync();
        var cpu = node.Usage.Cpu;
        var sent = await loop.RunAsync(requests, options.Each, cancel);
        var took = TimeProvider.System.GetElapsedTime(sent.StartedAt, await DeliveredAsync());
        bench.Add(
            "endToEnd64Spread", "end to end, 64 clients, 100 contacts", sent.Answered / took.TotalSeconds, Figures.PerSecond, Limit, Bench.Micros(node.Usage.Cpu - cpu, sent.Answered));

        sinks.Stop();
        await loop.RunAsync(requests, options.Filling, cancel, Outbox);
        await Until.HoldsAsync(async () => await OutboxAsync() == requests.Made - sinks.Received, "the contact list shows what waits", cancel);
        var waiting = (int)(requests.Made - sinks.Received);
        sinks.Start();
        cpu = node.Usage.Cpu;
        sinks.Ping(node);
        await DeliveredAsync();
        bench.Add(
            "drain10kSpread", $"drain of {waiting:#,0}, 100 contacts", waiting / sinks.Span.TotalSeconds, Figures.PerSecond, Limit, Bench.Micros(node.Usage.Cpu - cpu, waiting));
        sinks.Stop();

        async Task<int> OutboxAsync() => (await node.Api.ContactsAsync(cancel)).Sum(contact => contact.Outbox);

        async Task<long> DeliveredAsync()
        {
            await Until.HoldsAsync(() => Task.FromResult(sinks.Received >= requests.Made), "the stubs have everything", cancel, TimeSpan.FromSeconds(120));
            var at = await Until.HoldsAsync(async () => await OutboxAsync() == 0, "everything is delivered", cancel);
            return sinks.Received == requests.Made ? at : throw new LoadFailedException($"{requests.Made} messages were sent and {sinks.Received} have arrived.");
        }
    }
}
