using System.Net;
using System.Net.Sockets;

namespace Messenger.EndToEnd.Tests.Cluster;

/// <summary>Lets somebody on another network reach a server of this machine's loopback.</summary>
internal sealed class TcpForwarder : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly IPEndPoint to;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    public TcpForwarder(IPEndPoint from, IPEndPoint to)
    {
        (listener, this.to) = (new TcpListener(from), to);
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient inside)
    {
        using var one = inside;
        using var other = new TcpClient();
        try
        {
            await other.ConnectAsync(to, stopping.Token);
            await Task.WhenAny(
                one.GetStream().CopyToAsync(other.GetStream(), stopping.Token),
                other.GetStream().CopyToAsync(one.GetStream(), stopping.Token));
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // Either side is gone; the other one notices when this returns.
            return;
        }
    }
}
