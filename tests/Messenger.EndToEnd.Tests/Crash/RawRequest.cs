using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>One HTTP request on a connection of its own.</summary>
internal sealed record RawRequest(IPAddress From, IPEndPoint To, string Line, string Json, string? Token = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends it and blocks until the answer ends; what there is of it, empty when there is none. A thread that the kernel wakes for the
    /// first byte acts on it sooner than any client library could, while what the node has left for later is still undone.
    /// </summary>
    public string Exchange(Action answered)
    {
        using var socket = new Socket(To.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        var answer = new StringBuilder();
        try
        {
            socket.Bind(new IPEndPoint(From, 0));
            socket.Connect(To);
            socket.Send(Encoding.UTF8.GetBytes(
                $"{Line} HTTP/1.1\r\nHost: {To}\r\n{(Token is null ? "" : $"Authorization: Bearer {Token}\r\n")}Content-Type: application/json\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(Json)}\r\nConnection: close\r\n\r\n{Json}"));
            var buffer = new byte[16 * 1024];
            for (var first = true; socket.Receive(buffer) is > 0 and var count; first = false)
            {
                if (first)
                {
                    answered();
                }

                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // The node is gone; what it has said before stays said.
            return answer.ToString();
        }

        return answer.ToString();
    }
}
