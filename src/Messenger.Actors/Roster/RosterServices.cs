using System.Buffers.Text;
using System.Security.Cryptography;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>What the roster works with.</summary>
/// <param name="Identity">Who we are.</param>
/// <param name="Policy">Settings of its rules.</param>
/// <param name="Board">Where the friend list is published.</param>
/// <param name="Presence">Who is online.</param>
/// <param name="Transport">The way to other nodes, for call backs.</param>
/// <param name="Relays">What we carry for friends.</param>
/// <param name="History">The read model.</param>
/// <param name="Vault">Seals keys.</param>
/// <param name="Time">The clock.</param>
/// <param name="Entropy">Where ids, keys and the order of waking come from.</param>
/// <param name="Names">Resolves host names of contacts, to tell whose a handshake is.</param>
public sealed record RosterServices(
    NodeIdentity Identity,
    RosterPolicy Policy,
    RosterBoard Board,
    PresenceBoard Presence,
    IPeerTransport Transport,
    IRelayStore Relays,
    IMessageHistory History,
    IKeyVault Vault,
    TimeProvider Time,
    RandomNumberGenerator Entropy,
    HostNames Names)
{
    private const int IdBytes = 10;
    private const int KeyBytes = 32;
    private const int CodeBytes = 18;

    internal FreshValues Fresh() => new(new ContactId(Convert.ToHexStringLower(Bytes(IdBytes))), Hold(RandomKey()));

    internal string InviteId() => Convert.ToHexStringLower(Bytes(IdBytes));

    internal string InviteCode() => Base64Url.EncodeToString(Bytes(CodeBytes));

    internal string RandomKey() => Base64Url.EncodeToString(Bytes(KeyBytes));

    internal HeldKey Hold(string key) => new(key, Vault.Seal(key));

    internal Random Order() => new(BitConverter.ToInt32(Bytes(sizeof(int))));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Entropy.GetBytes(bytes);
        return bytes;
    }
}
