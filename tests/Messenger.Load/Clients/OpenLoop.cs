using System.Net;
using System.Net.Sockets;

namespace Messenger.Load.Clients;

/// <summary>Messages at a steady rate, whether or not the earlier ones were answered: a stall delays nothing but its own messages.</summary>
internal sealed class OpenLoop(IPEndPoint server) : IDisposable
{
    private readonly List<HttpConnection> _all = [];
    private readonly Stack<HttpConnection> _free = [];

    /// <summary>Runs on a thread of its own.</summary>
    /// <param name="requests">The messages.</param>
    /// <param name="perSecond">The rate.</param>
    /// <param name="duration">How long messages are sent.</param>
    /// <param name="sending">Told just before each message is sent: its number and the time in ticks of the stopwatch.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>From request to answer.</returns>
    public Task<Latencies> RunAsync(MessageRequests requests, int perSecond, TimeSpan duration, Action<int, long> sending, CancellationToken cancel) =>
        Task.Factory.StartNew(() => Run(requests, perSecond, duration, sending, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Latencies Run(MessageRequests requests, int perSecond, TimeSpan duration, Action<int, long> sending, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var (sent, most) = (0, (int)(duration.TotalSeconds * perSecond));
        var latencies = new List<double>(most);
        var waiting = new List<Socket>();
        while (sent < most || waiting.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var due = sent < most ? TimeSpan.FromSeconds((double)sent / perSecond) - time.GetElapsedTime(start) : TimeSpan.FromMilliseconds(100);
            if (sent < most && due <= TimeSpan.Zero)
            {
                var client = Free();
                sending(requests.Made + 1, time.GetTimestamp());
                client.Ask(requests.Next());
                waiting.Add(client);
                sent++;
                continue;
            }

            if (waiting.Count == 0)
            {
                Thread.Sleep(due);
                continue;
            }

            var ready = new List<Socket>(waiting);
            Socket.Select(ready, null, null, due);
            foreach (var client in ready.Cast<HttpConnection>())
            {
                if (client.Receive() is { } status)
                {
                    latencies.Add(time.GetElapsedTime(client.SentAt).TotalMilliseconds);
                    waiting.Remove(client);
                    _free.Push(client);
                    if (status != requests.Expected)
                    {
                        throw new LoadFailedException($"{server} answered {status}: {client.Answer}");
                    }
                }
            }
        }

        return new Latencies(latencies);
    }

    private HttpConnection Free()
    {
        if (!_free.TryPop(out var client))
        {
            _all.Add(client = new HttpConnection(server));
        }

        return client;
    }

    public void Dispose() => _all.ForEach(client => client.Dispose());
}
