using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>A peer that becomes a friend, then answers with whatever bytes the test wants, and behaves again when it is told to.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    private readonly IPAddress host = Loopback.NextHost();
    private readonly TcpListener listener;
    private readonly HttpClient client;
    private readonly Func<NetworkStream, CancellationToken, Task> misbehave;
    private readonly int spoils;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<string> issuedKey = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(decimal Timestamp, string Text)> received = [];
    private readonly Task accepting;
    private volatile bool behaves = true;
    private int deliveriesSpoilt;
    private int pingsSpoilt;

    /// <param name="what">What is wrong with it.</param>
    /// <param name="misbehave">
    /// Its answer while it does not behave, to everything but pings after the first: without a pong nothing more would be sent. The
    /// connection ends afterwards.
    /// </param>
    /// <param name="spoils">How many deliveries to spoil before it may behave; one takes the node up to its timeout.</param>
    public HostilePeer(string what, Func<NetworkStream, CancellationToken, Task> misbehave, int spoils = 2)
    {
        What = what;
        this.spoils = spoils;
        this.misbehave = misbehave;
        client = SeedWire.ClientFrom(host);
        listener = new TcpListener(host, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string What { get; }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>The texts that were answered with 1, in their author's order: what fails is tried again behind what passes.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            lock (received)
            {
                return [.. received.OrderBy(message => message.Timestamp).Select(message => message.Text)];
            }
        }
    }

    /// <summary>How often messages were answered badly.</summary>
    public int DeliveriesSpoilt => Volatile.Read(ref deliveriesSpoilt);

    /// <summary>Whether it has done enough harm.</summary>
    public bool IsContent => DeliveriesSpoilt >= spoils;

    public void Misbehave() => behaves = false;

    /// <summary>Behaves from now on and lets the node know that it is there.</summary>
    public async Task BehaveAsync(string node)
    {
        behaves = true;
        await PostAsync(node, new JsonObject { ["action"] = "ping", ["from"] = Address, ["key"] = await issuedKey.Task });
    }

    /// <summary>Answers the node's handshake with one of its own.</summary>
    public async Task BefriendAsync(string node)
    {
        await issuedKey.Task.WaitAsync(Eventually.Deadline);
        await PostAsync(node, new JsonObject { ["action"] = "handshake", ["from"] = Address, ["key"] = "the key of " + Address });
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        client.Dispose();
        stop.Dispose();
    }

    private async Task PostAsync(string node, JsonObject fields)
    {
        using var request = SeedWire.Request(node, fields, RequestForm.Json);
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{What}: {response.StatusCode}");
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            var stream = connection.GetStream();
            try
            {
                while (await ReadRequestAsync(stream) is { } request)
                {
                    var action = request["action"]!.ToString();
                    if (!behaves && (action != "ping" || Interlocked.Increment(ref pingsSpoilt) == 1))
                    {
                        Interlocked.Add(ref deliveriesSpoilt, action is "send" or "history" ? 1 : 0);
                        await misbehave(stream, stop.Token);
                        return;
                    }

                    var body = Answer(request);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"), stop.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The node has hung up, or the test is over.
            }
        }
    }

    private string Answer(JsonObject request)
    {
        switch (request["action"]!.ToString())
        {
            case "handshake":
                issuedKey.TrySetResult(request["key"]!.ToString());
                return "{\"status\":1}";
            case "ping":
                return "{\"action\":\"pong\"}";
            case "send":
                Store(request);
                return "{\"status\":1}";
            case "history":
                var items = request["messages"]!.AsArray();
                foreach (var item in items)
                {
                    Store(item!.AsObject());
                }

                return $"{{\"status\":[{string.Join(',', items.Select(_ => 1))}]}}";
            default:
                return "{\"status\":0}";
        }
    }

    private void Store(JsonObject message)
    {
        lock (received)
        {
            received.Add((decimal.Parse(message["timestamp"]!.ToString(), CultureInfo.InvariantCulture), message["message"]!.ToString()));
        }
    }

    private async Task<JsonObject?> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var length = head.ToString().Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..];
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop.Token);
        return JsonSerializer.Deserialize<JsonObject>(body);
    }
}
