using System.Collections.Immutable;
using System.Net;
using Messenger.Actors.Ports;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>The two questions to the network behind a handshake: is this key really the contact's, and whose host is its source.</summary>
internal static class CallBack
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Calls the contact at the addresses we know: the key is proven when a decoy is refused and the key is ponged at the same one. No
    /// answer to the decoy is no refusal: a lost one would make a peer that pongs to anything prove a stranger's key.
    /// </summary>
    public static async Task<bool> ProvesAsync(RosterServices services, ContactProfile contact, string key, CancellationToken cancellation)
    {
        foreach (var address in contact.Addresses)
        {
            var decoy = await PingAsync(services.RandomKey());
            if (decoy is PeerReply.NoAnswer)
            {
                continue;
            }

            return decoy is PeerReply.Status { Value: not 1 } or PeerReply.Rejected { HttpStatus: 401 or 403 } && await PingAsync(key) is PeerReply.Pong;

            Task<PeerReply> PingAsync(string shown) =>
                services.Transport.CallAsync(address, contact.Trust, new PeerCall.Ping(services.Identity.Address.Canonical, shown), cancellation);
        }

        return false;
    }

    /// <summary>Which of these host names stand for an address; a name that cannot be resolved in time is none of them.</summary>
    public static async Task<ImmutableHashSet<string>> NamesOfAsync(
        RosterServices services, ImmutableArray<string> names, IPAddress source, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(ResolveTimeout);
        var plain = Unmapped(source);
        var found = await Task.WhenAll(names.Select(async name =>
        {
            try
            {
                return (await services.Resolve(name, timeout.Token)).Any(ip => Unmapped(ip).Equals(plain)) ? name : null;
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or OperationCanceledException or ArgumentException)
            {
                return null;
            }
        }));
        return [.. found.OfType<string>()];
    }

    private static IPAddress Unmapped(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
}
