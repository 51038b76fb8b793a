using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Messenger.EndToEnd.Tests;

/// <summary>Hosts and ports of this machine for processes that must find each other again after a restart.</summary>
internal static class Loopback
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();
    private static int hosts = 1;

    /// <summary>127.0.0.2, 127.0.0.3 …: the seed knows a caller by its source address, so each peer needs one of its own.</summary>
    public static IPAddress NextHost()
    {
        var number = Interlocked.Increment(ref hosts);
        return new IPAddress([127, 0, (byte)(number / 250), (byte)((number % 250) + 1)]);
    }

    /// <summary>
    /// A port that is free now, below the range from which the kernel takes the ports of outgoing connections:
    /// nobody is given it while its owner is down, and nobody here a second time.
    /// </summary>
    public static int FreePort(IPAddress host)
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            using var probe = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(host, port));
                if (Given.TryAdd(port, true))
                {
                    return port;
                }
            }
            catch (SocketException)
            {
                // Taken: the next draw decides.
            }
        }
    }
}
