using System.Net;
using System.Net.Sockets;

namespace Messenger.Load.Clients;

/// <summary>What came of a loop.</summary>
/// <param name="Answered">Good answers.</param>
/// <param name="StartedAt">When the first request was sent, in ticks of the stopwatch.</param>
/// <param name="Took">From the first request to the last answer.</param>
/// <param name="Latencies">From request to answer.</param>
/// <param name="Busy">How often the server said "busy" and was asked the same again.</param>
internal sealed record LoopResult(int Answered, long StartedAt, TimeSpan Took, Latencies Latencies, int Busy)
{
    public double PerSecond => Answered / Took.TotalSeconds;
}

/// <summary>A number of clients on one thread, each with one request under way: the next one leaves when the answer has come.</summary>
internal sealed class ClosedLoop : IDisposable
{
    private const int ServiceUnavailable = 503;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(120);

    private readonly HttpConnection[] _clients;

    public ClosedLoop(IPEndPoint server, int clients) => _clients = [.. Enumerable.Range(0, clients).Select(_ => new HttpConnection(server))];

    /// <summary>Runs on a thread of its own until so many requests were sent or the time is over, and every answer has come.</summary>
    /// <exception cref="LoadFailedException">An answer was not the expected one, or none came.</exception>
    public Task<LoopResult> RunAsync(IRequests requests, TimeSpan atMost, CancellationToken cancel, int most = int.MaxValue) =>
        Task.Factory.StartNew(() => Run(requests, atMost, most, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private LoopResult Run(IRequests requests, TimeSpan atMost, int most, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var (sent, busy, lastAnswer) = (0, 0, start);
        var latencies = new List<double>();
        var waiting = new List<Socket>();
        var pausing = new Queue<(HttpConnection Client, long Since)>();
        foreach (var client in _clients.TakeWhile(_ => sent < most))
        {
            client.Ask(requests.Next());
            sent++;
            waiting.Add(client);
        }

        var ready = new List<Socket>(waiting.Count);
        while (waiting.Count > 0 || pausing.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            while (pausing.TryPeek(out var paused) && time.GetElapsedTime(paused.Since) > BusyPause)
            {
                pausing.Dequeue().Client.AskAgain();
                waiting.Add(paused.Client);
            }

            foreach (var client in Ready(waiting, ready))
            {
                if (client.Receive() is not { } status)
                {
                    continue;
                }

                lastAnswer = time.GetTimestamp();
                if (status == ServiceUnavailable)
                {
                    if (time.GetElapsedTime(client.SentAt, lastAnswer) > BusyPatience)
                    {
                        throw new LoadFailedException($"{client.RemoteEndPoint} has been busy for {BusyPatience.TotalSeconds} s.");
                    }

                    busy++;
                    waiting.Remove(client);
                    pausing.Enqueue((client, lastAnswer));
                    continue;
                }

                // What was asked twice may be known already.
                if (status != requests.Expected && (busy == 0 || status != (int)HttpStatusCode.OK))
                {
                    throw new LoadFailedException($"{client.RemoteEndPoint} answered {status} instead of {requests.Expected}: {client.Answer}");
                }

                latencies.Add(time.GetElapsedTime(client.SentAt, lastAnswer).TotalMilliseconds);
                if (sent < most && time.GetElapsedTime(start, lastAnswer) < atMost)
                {
                    client.Ask(requests.Next());
                    sent++;
                }
                else
                {
                    waiting.Remove(client);
                }
            }

            if (time.GetElapsedTime(lastAnswer) > Patience)
            {
                throw new LoadFailedException($"No answer within {Patience.TotalSeconds} s from {_clients[0].RemoteEndPoint}.");
            }
        }

        return new LoopResult(latencies.Count, start, time.GetElapsedTime(start, lastAnswer), new Latencies(latencies), busy);
    }

    private static IEnumerable<HttpConnection> Ready(List<Socket> waiting, List<Socket> ready)
    {
        if (waiting.Count == 0)
        {
            Thread.Sleep(Look);
            return [];
        }

        ready.Clear();
        ready.AddRange(waiting);
        Socket.Select(ready, null, null, Look);
        return ready.Cast<HttpConnection>();
    }

    public void Dispose() => Array.ForEach(_clients, client => client.Dispose());
}
