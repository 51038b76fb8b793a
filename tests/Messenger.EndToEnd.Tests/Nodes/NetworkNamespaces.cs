using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>Clients inside a named network namespace, from a process outside of it.</summary>
internal static class NetworkNamespaces
{
    private const int NetworkKind = 0x40000000;

    /// <summary>A handler whose connections begin inside the namespace. Needs root.</summary>
    public static HttpMessageHandler HandlerInside(string name) => new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = SocketInside(name);
            try
            {
                var endPoint = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
                await socket.ConnectAsync(endPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    /// <summary>
    /// A socket belongs for good to the namespace of the thread that makes it; a thread that has entered one is of no use
    /// to anybody else and ends.
    /// </summary>
    private static Socket SocketInside(string name)
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle($"/run/netns/{name}");
                if (Enter((int)file.DangerousGetHandle(), NetworkKind) != 0)
                {
                    throw new IOException($"Cannot enter the network namespace {name}: error {Marshal.GetLastPInvokeError()}");
                }

                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new IOException($"No socket in the network namespace {name}.", failure);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Enter(int file, int kind);
}
