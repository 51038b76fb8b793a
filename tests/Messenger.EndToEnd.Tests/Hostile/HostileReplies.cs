using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>Replies that mean nothing, and must not be taken for anything.</summary>
internal static class HostileReplies
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private static readonly int[] Redirects = [301, 302, 303, 307, 308];
    private static readonly byte[] Junk = [.. Enumerable.Repeat((byte)'x', 8_192)];

    // Fast enough to be a flood, slow enough for two dozen floods on a small machine.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Drip = TimeSpan.FromSeconds(1);

    /// <param name="trap">Where redirects lead to.</param>
    public static IEnumerable<HostilePeer> All(string trap) =>
    [
        .. Bodies().Select(body => Says($"the body {Short(body)}", WithLength(body))),

        // Once: to a node that refuses messages and pings alike nothing is sent any more, for the key must be wrong.
        .. Statuses().Select(status => Says($"the status {Short(status)}", WithLength($"{{\"status\":{status}}}"), spoils: 1)),
        .. Redirects.Select(status => Says($"a redirect {status}", $"HTTP/1.1 {status} Elsewhere\r\nLocation: http://{trap}/\r\nContent-Length: 0\r\n\r\n")),
        .. Broken().Select(response => Says($"the bytes {Short(response)}", response)),
        Says("gzip", Gzip("{\"status\":1}"u8.ToArray())),
        Says("a gzip bomb", Gzip(new byte[32 << 20])),
        Endless("a body without end", Ok + "\r\n{\"status\":1,\"x\":\"", Junk),
        Endless("two gigabytes", Ok + "Content-Length: 2147483647\r\n\r\n{\"status\":1,\"x\":\"", Junk),
        Endless("blanks without end", Ok + "\r\n", [.. Enumerable.Repeat((byte)' ', 8_192)]),
        Endless("chunks without end", Ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"u8.ToArray()),
        Endless("a chunk's extension without end", Ok + "Transfer-Encoding: chunked\r\n\r\n1;", Junk),
        Endless("trailers without end", Ok + "Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n", "X: y\r\n"u8.ToArray()),
        Endless("a header without end", Ok + "X: ", Junk),
        Endless("headers without end", Ok, "X: y\r\n"u8.ToArray()),
        Endless("a status line without end", "HTTP/1.1 200 ", Junk),
        Endless("early hints without end", "", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"u8.ToArray()),
        Endless("continues without end", "", "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray()),
        new("a reset at once", (stream, _) => Reset(stream, "")),
        new("a reset within the headers", (stream, _) => Reset(stream, Ok + "Content-Le")),
        new("a reset within the body", (stream, _) => Reset(stream, Ok + "Content-Length: 12\r\n\r\n{\"status\"")),
        new("silence", (_, cancel) => Task.Delay(Timeout.Infinite, cancel), spoils: 1),
        new("a dripping body", (stream, cancel) => DripAsync(stream, Ok + "Content-Length: 900\r\n\r\n", "{\"status\":1" + new string(' ', 900), cancel), spoils: 1),
        new("dripping headers", (stream, cancel) => DripAsync(stream, "", Ok + "X: " + new string('y', 900), cancel), spoils: 1),
    ];

    private static string[] Bodies() =>
    [
        "", " ", "no json", "null", "1", "true", "\"1\"", "[]", "[1]", "[1,1,1]", "{}", "{\"action\":\"ping\"}", "{\"action\":1}", "{\"Status\":1}", "{\"status\":1", "{\"status\":1}}", "{\"status\":1}{\"status\":1}",
        "{\"status\":0,\"status\":1}", "{status:1}", "{'status':1}", "{\"status\":1,}", "/**/{\"status\":1}", "{\"\\ud800\":1,\"status\":1}", "{\"status\":1,\"x\":" + new string('[', 20) + new string(']', 20) + "}",
        "<html>1</html>", "{\"status\":1,\"x\":\"" + new string('x', 70_000) + "\"}", "\0\0\0", "\u00fe\u00ff",
    ];

    private static string[] Statuses() =>
    [
        "0", "2", "3", "5", "-1", "1.5", "11", "1e999", "99999999999999999999", "\"one\"", "\"\"", "\" 1\"", "\"1\\u0000\"", "\"\\ud800\"", "null", "false", "{}", "{\"1\":1}", "[]", "[1]", "[[1,1,1]]", "[\"x\",1,1]", "[null,1]",
        $"[{string.Join(',', Enumerable.Repeat(1, 200))}]", $"[{string.Join(',', Enumerable.Repeat("{}", 3))}]",
    ];

    private static string[] Broken() =>
    [
        "", "x", "\r\n\r\n", "{\"status\":1}", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 999 What\r\nContent-Length: 12\r\n\r\n{\"status\":1}", "HTTP/2 200\r\n\r\n{\"status\":1}", "HTTP/1.1 000 \r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n{\"status\":1}", "HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 12\r\n\r\n{\"status\":1}", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Broken\r\nContent-Length: 12\r\n\r\n{\"status\":1}", "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 429 Slow\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n",
        Ok + "Content-Length: 100\r\n\r\n{\"status\":1}", Ok + "Content-Length: 5\r\n\r\n{\"status\":1}", Ok + "no colon\r\n\r\n{\"status\":1}x",
        Ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", Ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", Ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"sta", Ok + "X: " + new string('x', 20_000) + "\r\nContent-Length: 12\r\n\r\n{\"status\":1}",
    ];

    private static HostilePeer Says(string what, string bytes, int spoils = 2) => Says(what, Encoding.Latin1.GetBytes(bytes), spoils);

    private static HostilePeer Says(string what, byte[] bytes, int spoils = 2) => new(
        what,
        async (stream, cancel) =>
        {
            await stream.WriteAsync(bytes, cancel);
            stream.Socket.Shutdown(SocketShutdown.Send);
        },
        spoils);

    private static HostilePeer Endless(string what, string start, byte[] repeated)
    {
        var flood = Enumerable.Repeat(repeated, Math.Max(1, Junk.Length / repeated.Length)).SelectMany(bytes => bytes).ToArray();
        return new(what, FloodAsync, spoils: 1);

        async Task FloodAsync(NetworkStream stream, CancellationToken cancel)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(start), cancel);
            while (true)
            {
                await stream.WriteAsync(flood, cancel);
                await Task.Delay(Breath, cancel);
            }
        }
    }

    private static async Task DripAsync(NetworkStream stream, string start, string rest, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(start), cancel);
        foreach (var drop in rest)
        {
            await stream.WriteAsync(new[] { (byte)drop }, cancel);
            await Task.Delay(Drip, cancel);
        }
    }

    private static async Task Reset(NetworkStream stream, string start)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(start));
        stream.Socket.Close(timeout: 0);
    }

    private static string WithLength(string body) => $"{Ok}Content-Length: {body.Length}\r\n\r\n{body}";

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return [.. Encoding.Latin1.GetBytes($"{Ok}Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"), .. packed.ToArray()];
    }

    private static string Short(string text) => text.Length <= 60 ? text.ReplaceLineEndings("|") : $"{text[..60].ReplaceLineEndings("|")}… ({text.Length})";
}
