using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Messenger.EndToEnd.Tests.Cluster;

/// <summary>A member as the proxy reaches it.</summary>
internal sealed record Backend(IPEndPoint Peers, IPEndPoint Gui);

/// <summary>HAProxy in front of the members, as the deployment has it: peers by TCP with the caller's address, GUI and API by HTTP.</summary>
internal sealed class HaProxy : IDisposable
{
    private const string Program = "/usr/sbin/haproxy";
    private readonly ScratchFolder folder = new();
    private readonly Process process;

    /// <param name="peers">Where peers are heard.</param>
    /// <param name="gui">Where the browser is heard.</param>
    /// <param name="source">From where it calls the members.</param>
    /// <param name="backends">The members.</param>
    public HaProxy(IPEndPoint peers, IPEndPoint gui, IPAddress source, IEnumerable<Backend> backends)
    {
        var file = Path.Combine(folder.Path, "haproxy.cfg");
        var members = backends.Index().ToArray();
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            defaults
              timeout connect 2s
              timeout check 2s
              timeout client 60s
              timeout server 20s
              option redispatch
              option httpchk GET /health/ready
              http-check send hdr Host localhost
              default-server check inter 300 fall 2 rise 1 on-marked-down shutdown-sessions
            frontend peers
              mode tcp
              bind {peers}
              default_backend peers
            backend peers
              mode tcp
              balance roundrobin
              source {source}
            {string.Join('\n', members.Select(m => $"  server m{m.Index} {m.Item.Peers} send-proxy addr {m.Item.Gui.Address} port {m.Item.Gui.Port}"))}
            frontend gui
              mode http
              bind {gui}
              default_backend gui
            backend gui
              mode http
              balance roundrobin
            {string.Join('\n', members.Select(m => $"  server m{m.Index} {m.Item.Gui}"))}

            """));
        process = Process.Start(new ProcessStartInfo(Program, ["-db", "-f", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public static void Require() => Skip.IfNot(File.Exists(Program), "HAProxy is not installed: apt-get install haproxy");

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }
}
