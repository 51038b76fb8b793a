using Messenger.Load.Clients;
using Messenger.Load.Nodes;

namespace Messenger.Load.Measurements;

/// <summary>Two nodes that are friends; everything goes from the first to the second.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly Bench _bench;
    private readonly string _receiverId;
    private readonly string _senderId;
    private bool _up = true;

    private Pair(Bench bench, NodeProcess sender, NodeProcess receiver, bool seals, (string AtSender, string AtReceiver) ids)
    {
        (_bench, Sender, Receiver, Seals, (_receiverId, _senderId)) = (bench, sender, receiver, seals, ids);
        Requests = new MessageRequests(sender.Gui, sender.Token, [_receiverId]);
    }

    public NodeProcess Sender { get; }

    public NodeProcess Receiver { get; }

    /// <summary>Whether what they write to each other is sealed.</summary>
    public bool Seals { get; }

    /// <summary>Makes the messages; how many there were so far.</summary>
    public MessageRequests Requests { get; }

    public static async Task<Pair> CreateAsync(Bench bench, bool seals)
    {
        var sender = await NodeProcess.CreateAsync(bench.Options, bench.Cancel, seals);
        try
        {
            var receiver = await NodeProcess.CreateAsync(bench.Options, bench.Cancel, seals);
            try
            {
                return new Pair(bench, sender, receiver, seals, await Friends.MakeAsync(sender, receiver, bench.Cancel));
            }
            catch
            {
                await receiver.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await sender.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a figure of this pair; of sealed messages it is compared with the same figure of plain ones.</summary>
    public void Add(string key, string label, double value, string unit, string? limit = null, double? cpuMicros = null)
    {
        if (Seals)
        {
            _bench.Add($"sealed{char.ToUpperInvariant(key[0])}{key[1..]}", $"sealed: {label}", value, unit, limit is null ? null : key, cpuMicros);
        }
        else
        {
            _bench.Add(key, label, value, unit, limit, cpuMicros);
        }
    }

    /// <summary>Sends with so many clients.</summary>
    public async Task<LoopResult> SendAsync(int clients, TimeSpan atMost, int most = int.MaxValue)
    {
        using var loop = new ClosedLoop(Sender.Gui, clients);
        return await loop.RunAsync(Requests, atMost, _bench.Cancel, most);
    }

    /// <summary>Lets the compiler see what will be measured; a second time it does nothing.</summary>
    public async Task WarmAsync()
    {
        if (Requests.Made == 0)
        {
            Bench.Say("warming the nodes up");
            await SendAsync(16, _bench.Options.Warming);
            await SettledAsync();
        }
    }

    /// <summary>The receiver as the sender sees it.</summary>
    public Task<ContactView> ReceiverAtSenderAsync() => Sender.Api.ContactAsync(_receiverId, _bench.Cancel);

    public async Task ReceiverDownAsync()
    {
        if (_up)
        {
            await SettledAsync();
            await Receiver.StopAsync(_bench.Cancel);
            _up = false;
        }
    }

    public async Task ReceiverUpAsync()
    {
        if (!_up)
        {
            await Receiver.StartAsync(_bench.Cancel);
            _up = true;
        }

        await SettledAsync();
    }

    /// <summary>Waits until every message is delivered at the sender and visible at the receiver, each once.</summary>
    /// <returns>When that was so, in ticks of the stopwatch.</returns>
    /// <exception cref="LoadFailedException">Messages are missing, or there are too many.</exception>
    public async Task<long> SettledAsync()
    {
        var patience = TimeSpan.FromSeconds(60 + (Requests.Made / 500));
        await Until.HoldsAsync(async () => await UnreadAsync() >= Requests.Made, $"all {Requests.Made} messages have arrived", _bench.Cancel, patience);
        var at = await Until.HoldsAsync(async () => (await ReceiverAtSenderAsync()).Outbox == 0, "all messages are delivered", _bench.Cancel, patience);
        return await UnreadAsync() is var unread && unread == Requests.Made
            ? at
            : throw new LoadFailedException($"{Requests.Made} messages were sent and {unread} have arrived.");
    }

    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private async Task<int> UnreadAsync() => (await Receiver.Api.ContactAsync(_senderId, _bench.Cancel)).Unread;

    /// <summary>Starts the receiver and watches the outbox of the sender run empty.</summary>
    /// <returns>From before the first request to the last acknowledgement, and the nodes' processor time meanwhile.</returns>
    public async Task<(TimeSpan Took, TimeSpan Cpu)> DrainAsync()
    {
        var time = TimeProvider.System;
        var before = await ReceiverAtSenderAsync();
        var starting = Receiver.StartAsync(_bench.Cancel);
        _up = true;

        // The receiver's first ping sets the outbox off. The last look that saw no sign of it was a little before the first request.
        var (start, cpu) = (0L, TimeSpan.Zero);
        await Until.HoldsAsync(
            async () =>
            {
                var (asked, used) = (time.GetTimestamp(), NodeProcess.CpuOf(Sender, Receiver));
                var now = await ReceiverAtSenderAsync();
                if (now.Outbox == before.Outbox && now.LastOnline == before.LastOnline && now.LastConnect == before.LastConnect)
                {
                    (start, cpu) = (asked, used);
                    return false;
                }

                return true;
            },
            "the sender has noticed the receiver",
            _bench.Cancel);
        var end = await Until.HoldsAsync(
            async () => (await ReceiverAtSenderAsync()).Outbox == 0, "the outbox is empty", _bench.Cancel, TimeSpan.FromSeconds(60 + (before.Outbox / 500)));
        cpu = NodeProcess.CpuOf(Sender, Receiver) - cpu;
        await starting;
        await SettledAsync();
        return (time.GetElapsedTime(start, end), cpu);
    }
}
