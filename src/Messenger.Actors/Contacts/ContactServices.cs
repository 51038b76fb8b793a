using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Actors.Contacts;

/// <summary>Who this node is toward others.</summary>
/// <param name="Address">What friends dial.</param>
/// <param name="Nick">The owner's name; may be empty.</param>
public sealed record NodeIdentity(Address Address, string Nick);

/// <summary>Whether this node seals what it writes; if not, it shows no keys either, and opens what comes all the same.</summary>
/// <param name="Enabled">Whether it does.</param>
public sealed record SealingPolicy(bool Enabled = true)
{
    /// <summary>What this node says of itself beyond the seed.</summary>
    public Advertisement Advertised(DeliverySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(PeerCaps.Receipts | (Enabled ? PeerCaps.Sealing | PeerCaps.Moves : PeerCaps.None), Advertisement.Of(settings.OwnServers));
    }
}

/// <summary>What every contact's actor works with.</summary>
/// <param name="Identity">Who we are.</param>
/// <param name="Settings">Intervals and sizes.</param>
/// <param name="Roster">The friend list.</param>
/// <param name="Presence">Who is online.</param>
/// <param name="Transport">The way to other nodes.</param>
/// <param name="Relays">What we carry for friends.</param>
/// <param name="History">The read model.</param>
/// <param name="Journal">The journal, for texts that are not in memory.</param>
/// <param name="Eraser">The journal, for erasing.</param>
/// <param name="Keyring">Our keys for sealed messages.</param>
/// <param name="Sealing">Whether they are used.</param>
/// <param name="Life">The life of the database.</param>
/// <param name="Time">The clock.</param>
/// <param name="Meter">Who watches; <see langword="null"/> for nobody.</param>
public sealed record ContactServices(
    NodeIdentity Identity,
    DeliverySettings Settings,
    RosterBoard Roster,
    PresenceBoard Presence,
    IPeerTransport Transport,
    IRelayStore Relays,
    IMessageHistory History,
    IJournalReader Journal,
    IJournalEraser Eraser,
    IKeyring Keyring,
    SealingPolicy Sealing,
    IDatabaseLife Life,
    TimeProvider Time,
    ITrafficMeter? Meter = null)
{
    /// <summary>Whether contacts are spread over the members of a cluster.</summary>
    public bool IsSharded { get; init; }
}
