using System.Net;
using System.Net.Sockets;
using Messenger.Domain.Addressing;

namespace Messenger.Node.Peers;

/// <summary>
/// Opens the connections of the peer client. Names are resolved here and the rules applied to the very address that is connected, so
/// that no name, redirect or later change of a record leads anywhere else.
/// </summary>
/// <param name="trust">How far the owner stands behind what is dialed.</param>
/// <param name="ownEndpoints">What this node listens on.</param>
/// <param name="resolve">Names to addresses.</param>
/// <param name="connectTimeout">For all addresses of a name together.</param>
internal sealed class EgressConnector(
    DialTrust trust,
    Func<IReadOnlyCollection<IPEndPoint>> ownEndpoints,
    Func<string, CancellationToken, Task<IPAddress[]>> resolve,
    TimeSpan connectTimeout)
{
    private const int MostAddresses = 4;

    /// <summary>Connects to the first address that the rules allow and that answers.</summary>
    /// <exception cref="EgressRefusedException">No address of the host may be dialed.</exception>
    /// <exception cref="SocketException">The name is unknown, or no allowed address answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var own = ownEndpoints();
        string? refusal = null;
        var allowed = new List<IPAddress>();
        foreach (var address in IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellation))
        {
            var ip = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (EgressRules.Refusal(ip, port, trust, own) is { } reason)
            {
                refusal = reason;
            }
            else if (allowed.Count < MostAddresses)
            {
                allowed.Add(ip);
            }
        }

        if (allowed.Count == 0)
        {
            throw refusal is null ? new SocketException((int)SocketError.HostNotFound) : new EgressRefusedException(refusal);
        }

        return await ConnectAsync(allowed, port, cancellation);
    }

    private async Task<Stream> ConnectAsync(List<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        var share = connectTimeout / addresses.Count;
        var last = new SocketException((int)SocketError.TimedOut);
        foreach (var ip in addresses)
        {
            var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(share);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(ip, port), timeout.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException problem)
            {
                socket.Dispose();
                last = problem;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                socket.Dispose();
                last = new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last;
    }
}

/// <summary>The egress rules forbid this connection.</summary>
internal sealed class EgressRefusedException(string reason) : IOException(reason);
