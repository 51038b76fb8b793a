using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Messenger.Load.Clients;

/// <summary>
/// A kept HTTP/1.1 connection over a bare socket, one request at a time, made of bytes that are ready beforehand: the client shares the
/// cores with what it measures.
/// </summary>
internal sealed class HttpConnection : Socket
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _request = [];
    private int _filled;

    /// <param name="server">Where to connect.</param>
    /// <param name="local">The address to call from; any when null.</param>
    public HttpConnection(IPEndPoint server, IPAddress? local = null)
        : base(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true;
        if (local is not null)
        {
            Bind(new IPEndPoint(local, 0));
        }

        Connect(server);
    }

    /// <summary>When the request that is under way was first sent, in ticks of the stopwatch.</summary>
    public long SentAt { get; private set; }

    /// <summary>Sends a whole request.</summary>
    public void Ask(ReadOnlySpan<byte> request)
    {
        if (_request.Length != request.Length)
        {
            _request = new byte[request.Length];
        }

        request.CopyTo(_request);
        SentAt = TimeProvider.System.GetTimestamp();
        AskAgain();
    }

    /// <summary>Sends the same request once more.</summary>
    public void AskAgain()
    {
        _filled = 0;
        Send(_request);
    }

    /// <summary>Takes in what has arrived; the status once the answer is whole, null before.</summary>
    /// <exception cref="LoadFailedException">The server closed the connection or answered too much.</exception>
    public int? Receive()
    {
        var count = Receive(_buffer.AsSpan(_filled));
        if (count == 0)
        {
            throw new LoadFailedException($"{RemoteEndPoint} closed the connection instead of answering.");
        }

        _filled += count;
        var answer = _buffer.AsSpan(0, _filled);
        return HttpFraming.LengthOf(answer) is null ? null : Utf8Parser.TryParse(answer[9..12], out int status, out _) ? status : 0;
    }

    /// <summary>Sends a request and waits for the status of its answer.</summary>
    public int Call(ReadOnlySpan<byte> request)
    {
        Ask(request);
        while (true)
        {
            if (Receive() is { } status)
            {
                return status;
            }
        }
    }

    /// <summary>The answer as it came, for messages of errors.</summary>
    public string Answer => System.Text.Encoding.UTF8.GetString(_buffer, 0, _filled);
}

/// <summary>Where an HTTP/1.1 message ends: with Content-Length, or chunked by a server that has nothing more to say.</summary>
internal static class HttpFraming
{
    /// <summary>The length of the message at the beginning of the bytes, in bytes; null while it is not whole.</summary>
    public static int? LengthOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var head = bytes[..end];
        var body = end + 4;
        if (head.IndexOf("\r\nContent-Length: "u8) is >= 0 and var at)
        {
            Utf8Parser.TryParse(head[(at + 18)..], out int length, out _);
            return bytes.Length >= body + length ? body + length : null;
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 ? body
            : bytes[end..].EndsWith("\r\n0\r\n\r\n"u8) ? bytes.Length
            : null;
    }

    /// <summary>Where its body begins.</summary>
    public static int BodyOf(ReadOnlySpan<byte> message) => message.IndexOf("\r\n\r\n"u8) + 4;
}
