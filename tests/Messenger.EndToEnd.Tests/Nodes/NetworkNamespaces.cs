using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>Named network namespaces, and sockets inside of them from a process outside.</summary>
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

    /// <summary>Skips the test where there can be none.</summary>
    public static void SkipWhereImpossible()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Network namespaces exist on Linux only.");
        Skip.IfNot(Environment.IsPrivilegedProcess, "Network namespaces need root.");
        Skip.IfNot(HasIp(), "Network namespaces need the tool `ip` (package iproute2).");
    }

    /// <summary>Builds a network of them, and takes away what is there of it when that fails; skips the test where there can be none.</summary>
    public static T Built<T>(T network, Action<T> build)
        where T : IDisposable
    {
        SkipWhereImpossible();
        try
        {
            build(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Makes one; skips the test where even root may not.</summary>
    public static void Add(string name)
    {
        var (exitCode, error) = TryIp($"netns add {name}");
        Skip.If(error.Contains("not permitted", StringComparison.Ordinal), $"Root may not make network namespaces here: {error}");
        Assert.True(exitCode == 0, error);
    }

    /// <summary>Runs the tool `ip` and demands that it succeeds.</summary>
    public static void Ip(string arguments)
    {
        var (exitCode, error) = TryIp(arguments);
        Assert.True(exitCode == 0, $"ip {arguments}: {error}");
    }

    /// <summary>Runs the tool `ip`.</summary>
    public static (int ExitCode, string Error) TryIp(string arguments)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Trim());
    }

    private static bool HasIp()
    {
        try
        {
            return TryIp("-Version").ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>
    /// A socket belongs for good to the namespace of the thread that makes it; a thread that has entered one is of no use
    /// to anybody else and ends.
    /// </summary>
    public static Socket SocketInside(string name, AddressFamily family = AddressFamily.InterNetwork)
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

                socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
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
