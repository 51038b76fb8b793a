using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Messenger.Actors.Roster;

/// <summary>Tells whether a caller is at a host that we know by name.</summary>
/// <param name="resolve">Resolves a host name.</param>
public sealed class HostNames(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Which of these names stand for an address; one that cannot be resolved within 3 seconds does not.</summary>
    /// <param name="names">Host names of contacts.</param>
    /// <param name="source">Where a connection comes from.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<ImmutableHashSet<string>> AtAsync(ImmutableArray<string> names, IPAddress source, CancellationToken cancellation)
    {
        if (names.IsEmpty)
        {
            return [];
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Timeout);
        var plain = Unmapped(source);
        var found = await Task.WhenAll(names.Select(async name =>
        {
            try
            {
                return (await resolve(name, timeout.Token)).Any(ip => Unmapped(ip).Equals(plain)) ? name : null;
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ArgumentException)
            {
                return null;
            }
        }));
        return [.. found.OfType<string>()];
    }

    private static IPAddress Unmapped(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
}
