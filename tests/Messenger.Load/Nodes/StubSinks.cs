using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Messenger.Load.Clients;

namespace Messenger.Load.Nodes;

/// <summary>
/// A hundred peers made from the seed's page, each on an address of its own, all on one thread. They take every message and keep none:
/// what is measured is the node that sends.
/// </summary>
internal sealed class StubSinks(int count) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly byte[] Pong = Answer("""{"action":"pong"}""");
    private static readonly byte[] One = Answer("""{"status":1}""");

    private readonly int _port = Loopback.FreePort(IPAddress.Any);
    private readonly ConcurrentDictionary<string, string> _keys = [];
    private Thread? _thread;
    private volatile bool _stopping;
    private Exception? _problem;
    private long _received;
    private long _firstAt;
    private long _lastAt;

    /// <summary>The addresses, in order.</summary>
    public IEnumerable<string> Addresses => Enumerable.Range(0, count).Select(number => EndPointOf(number).ToString());

    /// <summary>Messages taken so far.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>From the first request since <see cref="Start"/> that carried messages to the last answer to one.</summary>
    public TimeSpan Span => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _firstAt), Volatile.Read(ref _lastAt));

    /// <summary>The key that the node gave to a sink.</summary>
    public string KeyOf(string address) => _keys[address];

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        (_stopping, _firstAt) = (false, 0);
        var listener = Listen();
        _thread = new Thread(() => Serve(listener)) { IsBackground = true, Name = "sinks" };
        _thread.Start();
    }

    /// <summary>Closes all sockets, as a peer that is switched off.</summary>
    public void Stop()
    {
        _stopping = true;
        _thread?.Join();
        _thread = null;
        if (_problem is not null)
        {
            throw new LoadFailedException($"A stub sink failed: {_problem}");
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread?.Join();
    }

    /// <summary>Makes each sink a friend of the node by handshakes both ways.</summary>
    /// <returns>Their ids at the node, in order.</returns>
    public async Task<IReadOnlyList<string>> BefriendAsync(NodeProcess node, CancellationToken cancel)
    {
        var ids = new List<string>();
        foreach (var number in Enumerable.Range(0, count))
        {
            var address = EndPointOf(number).ToString();
            ids.Add((await node.Api.AddAsync(address, cancel)).Id);
            await Until.HoldsAsync(() => Task.FromResult(_keys.ContainsKey(address)), $"{address} was asked to be a friend", cancel);
            Tell(node, number, $$"""{"action":"handshake","from":"{{address}}","key":"key-of-sink-{{number}}"}""");
        }

        await Until.HoldsAsync(
            async () => (await node.Api.ContactsAsync(cancel)).Count(contact => contact.State == "accepted") >= count, "all sinks are friends", cancel);
        return ids;
    }

    /// <summary>Each sink shows the node that it is there.</summary>
    public void Ping(NodeProcess node)
    {
        foreach (var number in Enumerable.Range(0, count))
        {
            var address = EndPointOf(number).ToString();
            Tell(node, number, $$"""{"action":"ping","from":"{{address}}","key":"{{_keys[address]}}"}""");
        }
    }

    private static IPAddress HostOf(int number) => new([127, 77, (byte)(number / 250), (byte)((number % 250) + 1)]);

    private static byte[] Answer(string body) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private IPEndPoint EndPointOf(int number) => new(HostOf(number), _port);

    private static void Tell(NodeProcess node, int number, string body)
    {
        using var connection = new HttpConnection(node.Peers, HostOf(number));
        if (connection.Call(HttpRequests.Json("POST", "/", node.Peers, body)) != (int)HttpStatusCode.OK)
        {
            throw new LoadFailedException($"The node does not take a sink's call: {connection.Answer}");
        }
    }

    // One for all addresses: what is looked at in each round shares the cores with the node.
    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, _port));
        listener.Listen();
        return listener;
    }

    private void Serve(Socket listener)
    {
        var callers = new Dictionary<Socket, Caller>();
        try
        {
            while (!_stopping)
            {
                List<Socket> ready = [listener, .. callers.Keys];
                Socket.Select(ready, null, null, Look);
                foreach (var socket in ready)
                {
                    if (!callers.TryGetValue(socket, out var caller))
                    {
                        var accepted = socket.Accept();
                        accepted.NoDelay = true;
                        callers.Add(accepted, new Caller(accepted, accepted.LocalEndPoint!.ToString()!));
                    }
                    else if (!caller.Receive(AnswerTo))
                    {
                        callers.Remove(socket);
                        socket.Dispose();
                    }
                }
            }
        }
        catch (Exception problem)
        {
            _problem = problem;
        }
        finally
        {
            listener.Dispose();
            foreach (var caller in callers.Keys)
            {
                caller.Dispose();
            }
        }
    }

    private void AnswerTo(Socket caller, string sink, ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("""{"action":"ping"""u8))
        {
            caller.Send(Pong);
            return;
        }

        if (body.StartsWith("""{"action":"handshake"""u8))
        {
            using var json = JsonDocument.Parse(body.ToArray());
            _keys[sink] = json.RootElement.GetProperty("key").GetString()!;
            caller.Send(One);
            return;
        }

        // Quotes inside of strings are escaped: this counts the fields and nothing else.
        var messages = body.Count("\"message\":\""u8);
        if (_firstAt == 0)
        {
            Volatile.Write(ref _firstAt, TimeProvider.System.GetTimestamp());
        }

        caller.Send(body.StartsWith("""{"action":"history"""u8) ? Answer($$"""{"status":[{{string.Join(',', Enumerable.Repeat('1', messages))}}]}""") : One);
        Volatile.Write(ref _lastAt, TimeProvider.System.GetTimestamp());
        Volatile.Write(ref _received, _received + messages);
    }

    private delegate void Answering(Socket caller, string sink, ReadOnlySpan<byte> body);

    private sealed class Caller(Socket socket, string sink)
    {
        private byte[] _buffer = new byte[16 * 1024];
        private int _filled;

        /// <summary>Takes in what has come and answers whole requests; false when the caller has gone.</summary>
        public bool Receive(Answering answer)
        {
            try
            {
                var count = socket.Receive(_buffer.AsSpan(_filled));
                _filled += count;
                while (HttpFraming.LengthOf(_buffer.AsSpan(0, _filled)) is { } length)
                {
                    var request = _buffer.AsSpan(0, length);
                    answer(socket, sink, request[HttpFraming.BodyOf(request)..]);
                    _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
                    _filled -= length;
                }

                if (_filled == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                return count > 0;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
