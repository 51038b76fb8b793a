using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Messenger.Node.Tests.Peers;

/// <summary>A peer listener on a free loopback port, in front of a gateway that the test writes.</summary>
internal sealed class RunningListener : IAsyncDisposable, IPeerGateway
{
    private readonly Func<PeerRequest, IPAddress, CancellationToken, Task<PeerAnswer>> _gateway;
    private readonly PeerListener _listener;

    private RunningListener(
        Func<PeerRequest, IPAddress, CancellationToken, Task<PeerAnswer>> gateway,
        PeerLimits limits,
        TimeProvider time,
        IPAddress address,
        X509Certificate2? certificate,
        IReadOnlyCollection<IPAddress>? proxies,
        ILoggerFactory? loggers)
    {
        _gateway = gateway;
        _listener = new PeerListener(this, [new IPEndPoint(address, 0)], limits, time, loggers ?? NullLoggerFactory.Instance, certificate, proxies);
    }

    public PeerListener Listener => _listener;

    public int Port => _listener.Bound[0].Port;

    /// <summary>What reached the gateway.</summary>
    public List<(PeerRequest Request, IPAddress Source)> Seen { get; } = [];

    /// <summary>Why the rest did not reach it.</summary>
    public ConcurrentQueue<string> Unread { get; } = [];

    public static Task<RunningListener> StartAsync(PeerAnswer answer, PeerLimits? limits = null, IReadOnlyCollection<IPAddress>? proxies = null) =>
        StartAsync((_, _, _) => Task.FromResult(answer), limits, proxies: proxies);

    public static async Task<RunningListener> StartAsync(
        Func<PeerRequest, IPAddress, CancellationToken, Task<PeerAnswer>> gateway,
        PeerLimits? limits = null,
        TimeProvider? time = null,
        IPAddress? address = null,
        X509Certificate2? certificate = null,
        IReadOnlyCollection<IPAddress>? proxies = null,
        ILoggerFactory? loggers = null)
    {
        var running = new RunningListener(gateway, limits ?? new PeerLimits(), time ?? TimeProvider.System, address ?? IPAddress.Loopback, certificate, proxies, loggers);
        await running._listener.StartAsync(CancellationToken.None);
        return running;
    }

    public Task<PeerAnswer> HandleAsync(PeerRequest request, IPAddress source, CancellationToken cancellation)
    {
        lock (Seen)
        {
            Seen.Add((request, source));
        }

        return _gateway(request, source, cancellation);
    }

    void IPeerGateway.Unread(string reason) => Unread.Enqueue(reason);

    public async Task<RawConnection> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return new RawConnection(client);
    }

    /// <summary>Sends a request as it stands and answers all that comes until the connection closes.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        try
        {
            using var connection = await ConnectAsync();
            await connection.WriteAsync(request);
            return await connection.ReadToEndAsync();
        }
        catch (Exception problem) when (IsReset(problem as SocketException ?? problem.InnerException as SocketException))
        {
            // A connection over the limit may be reset as early as while it is made or written to.
            return "";
        }
    }

    public Task<string> PostAsync(string body, string headers = "") => ExchangeAsync(RawConnection.Post(body, headers));

    public async ValueTask DisposeAsync()
    {
        await _listener.StopAsync(new CancellationToken(canceled: true));
        await _listener.DisposeAsync();
    }

    private static bool IsReset(SocketException? problem) =>
        problem?.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted;
}

/// <summary>A TCP connection on which the test speaks HTTP by hand.</summary>
internal sealed class RawConnection(TcpClient client) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _stream = client.GetStream();

    public static string Post(string body, string headers = "") =>
        $"POST / HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Everything until the other side closes or resets the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var received = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(received).WaitAsync(Patience);
        }
        catch (IOException)
        {
            // A reset ends it as well.
        }

        return Encoding.UTF8.GetString(received.ToArray());
    }

    /// <summary>Everything up to and with the text.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var received = new StringBuilder();
        var one = new byte[1];
        while (!received.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            var count = await _stream.ReadAsync(one).AsTask().WaitAsync(Patience);
            if (count == 0)
            {
                throw new EndOfStreamException($"The connection closed after: {received}");
            }

            received.Append((char)one[0]);
        }

        return received.ToString();
    }

    public void Dispose() => client.Dispose();
}
