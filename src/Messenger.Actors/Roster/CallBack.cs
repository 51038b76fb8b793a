using Messenger.Actors.Ports;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>The question to the network behind a handshake that proves nothing: is this key really the contact's?</summary>
internal static class CallBack
{
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
                services.Transport.CallAsync(address, contact.TrustOf(address), new PeerCall.Ping(services.Identity.Address.Canonical, shown), cancellation);
        }

        return false;
    }
}
