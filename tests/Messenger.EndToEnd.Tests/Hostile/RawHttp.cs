using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>How a caller leaves.</summary>
internal enum Leaving
{
    /// <summary>Waits for an answer, and says that nothing more will come when there is none for a while.</summary>
    AfterTheAnswer,

    /// <summary>Says at once that nothing more will come.</summary>
    HalfClosed,

    /// <summary>Is gone without a word.</summary>
    Reset,

    /// <summary>Stays and says nothing: the server has to hang up.</summary>
    Never,
}

/// <summary>Bytes for one connection, written piece by piece.</summary>
/// <param name="Kind">What it is, for the tally.</param>
/// <param name="Pieces">What is written.</param>
/// <param name="Leaving">What follows.</param>
/// <param name="Pause">Between two pieces.</param>
internal sealed record Attack(string Kind, IReadOnlyList<byte[]> Pieces, Leaving Leaving = Leaving.AfterTheAnswer, TimeSpan Pause = default)
{
    public Attack(string kind, byte[] bytes)
        : this(kind, [bytes])
    {
    }

    /// <summary>For the message of a failed assertion.</summary>
    public override string ToString() => $"{Kind}, {Leaving}: {Convert.ToBase64String(Pieces.SelectMany(piece => piece).Take(4_000).ToArray())}";
}

/// <summary>What came back.</summary>
/// <param name="Statuses">The statuses of all answers, in order.</param>
/// <param name="Ended">Whether the server has ended the connection, as it must.</param>
internal sealed record AttackResult(IReadOnlyList<int> Statuses, bool Ended);

/// <summary>Connections without anything in between that would mend the bytes.</summary>
internal static partial class RawHttp
{
    private const int MostReceived = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    public static async Task<AttackResult> RunAsync(IPEndPoint target, IPAddress source, Attack attack)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(target);
        var received = new StringBuilder();
        var reading = ReadAsync(socket, received);
        await WriteAsync(socket, attack);
        if (attack.Leaving == Leaving.AfterTheAnswer)
        {
            await Task.WhenAny(reading, Task.Delay(Patience));
        }

        if (attack.Leaving is Leaving.AfterTheAnswer or Leaving.HalfClosed && !reading.IsCompleted)
        {
            Quietly(() => socket.Shutdown(SocketShutdown.Send));
        }
        else if (attack.Leaving == Leaving.Reset)
        {
            socket.Close(timeout: 0);
        }

        var ended = await Task.WhenAny(reading, Task.Delay(Eventually.Deadline)) == reading;
        return new AttackResult([.. Statuses(ended ? received.ToString() : "")], ended);
    }

    private static IEnumerable<int> Statuses(string received) =>
        StatusLine().Matches(received).Select(line => int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private static async Task WriteAsync(Socket socket, Attack attack)
    {
        try
        {
            foreach (var piece in attack.Pieces)
            {
                await socket.SendAsync(piece);
                if (attack.Pause > TimeSpan.Zero)
                {
                    await Task.Delay(attack.Pause);
                }
            }
        }
        catch (SocketException)
        {
            // The server has hung up on us before the end.
        }
    }

    private static async Task ReadAsync(Socket socket, StringBuilder received)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while (received.Length < MostReceived && (read = await socket.ReceiveAsync(buffer)) > 0)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Reset by the server, or left by ourselves.
        }
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (SocketException)
        {
            // It is closed already.
        }
    }

    // No body of the node holds a line that looks like this.
    [GeneratedRegex(@"^HTTP/1\.1 (\d{3})", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}
