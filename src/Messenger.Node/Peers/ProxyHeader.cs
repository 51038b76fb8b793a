using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Messenger.Node.Peers;

/// <summary>
/// Reads from a proxy in front of the node who really calls: the one line with which HAProxy and others begin a connection (PROXY protocol,
/// version 1). Who calls decides about limits, keys and handshakes, so only proxies that the owner named are believed, and these must say it.
/// </summary>
/// <param name="proxies">Where they call from.</param>
/// <param name="timeout">How long they may take.</param>
/// <param name="time">The clock.</param>
internal sealed class ProxyHeader(IReadOnlyCollection<IPAddress> proxies, TimeSpan timeout, TimeProvider time)
{
    // The longest line of the protocol, with its end.
    private const int MaxLength = 107;
    private const int WordsOfAddresses = 6;

    /// <summary>Replaces the address of a proxy by that of its caller.</summary>
    public async Task ReadAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var caller } || !proxies.Contains(caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller))
        {
            await next(connection);
            return;
        }

        if (await ReadLineAsync(connection) is { } line && TryParse(line, out var source))
        {
            connection.RemoteEndPoint = source ?? connection.RemoteEndPoint;
            await next(connection);
        }
        else
        {
            connection.Abort(new ConnectionAbortedException("A proxy did not say who calls."));
        }
    }

    /// <summary>Reads the line.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="source">The caller; null when the proxy calls for itself.</param>
    public static bool TryParse(string line, out IPEndPoint? source)
    {
        source = null;
        var words = line.Split(' ');
        if (words is not ["PROXY", var family, ..])
        {
            return false;
        }

        if (family == "UNKNOWN")
        {
            return true;
        }

        if (words.Length == WordsOfAddresses
            && family is "TCP4" or "TCP6"
            && IPAddress.TryParse(words[2], out var address)
            && Utf8Parser.TryParse(Encoding.ASCII.GetBytes(words[4]), out ushort port, out var used)
            && used == words[4].Length)
        {
            source = new IPEndPoint(address, port);
            return true;
        }

        return false;
    }

    private async Task<string?> ReadLineAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(patience.Token);
                var end = read.Buffer.PositionOf((byte)'\n');
                if (end is { } found && read.Buffer.Slice(0, found) is { Length: < MaxLength } line)
                {
                    var text = Encoding.ASCII.GetString(line);
                    input.AdvanceTo(read.Buffer.GetPosition(1, found));
                    return text.EndsWith('\r') ? text[..^1] : null;
                }

                if (end is not null || read.IsCompleted || read.Buffer.Length >= MaxLength)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return null;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
