using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Peers;

/// <summary>What is taken from peers at most, beyond the bytes (design page "security", Peer listener).</summary>
internal sealed record GatewayLimits
{
    /// <summary>Calls of one contact handled at once.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>Calls of one contact that wait meanwhile; further ones are told to come back.</summary>
    public int Waiting { get; init; } = 8;

    /// <summary>When to come back.</summary>
    public TimeSpan BusyRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Refused calls per minute from one IPv4 address or IPv6 /64.</summary>
    public int RefusedPerOrigin { get; init; } = 30;

    /// <summary>Refused calls per minute in all.</summary>
    public int RefusedInAll { get; init; } = 300;

    /// <summary>Pings without a key per minute from one IPv4 address or IPv6 /64.</summary>
    public int BarePingsPerOrigin { get; init; } = 60;

    /// <summary>Pings without a key per minute in all.</summary>
    public int BarePingsInAll { get; init; } = 1200;

    /// <summary>How long an actor may take to answer; below <see cref="PeerLimits.HandlerTimeout"/>.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Characters of text that go to a conversation in one command: what goes to another member of a cluster must fit a frame.</summary>
    public int CommandCharacters { get; init; } = int.MaxValue;

    /// <summary>Quotas of what is carried for friends.</summary>
    public RelayQuota Relays { get; init; } = new();

    /// <summary>How long a message is carried.</summary>
    public TimeSpan CarriedFor { get; init; } = TimeSpan.FromDays(14);
}

/// <summary>What the peer gateway works with.</summary>
/// <param name="OwnAddresses">What this node calls itself.</param>
/// <param name="RelayOn">Whether friends may relay through this node.</param>
/// <param name="Limits">Bounds.</param>
/// <param name="Board">The friend list.</param>
/// <param name="Vault">Hashes keys for looking them up.</param>
/// <param name="Names">Resolves host names of contacts.</param>
/// <param name="Relays">What is carried for friends.</param>
/// <param name="Keys">What is shown of our own keys.</param>
/// <param name="Disk">Whether there is room.</param>
/// <param name="Observations">What the owner may want to know.</param>
/// <param name="Actors">Where the roster and the contacts are.</param>
/// <param name="Time">The clock.</param>
internal sealed record GatewayServices(
    ImmutableHashSet<Address> OwnAddresses,
    bool RelayOn,
    GatewayLimits Limits,
    RosterBoard Board,
    IKeyVault Vault,
    HostNames Names,
    IRelayStore Relays,
    ShownKeys Keys,
    IDiskSpace Disk,
    PeerObservations Observations,
    IReadOnlyActorRegistry Actors,
    TimeProvider Time)
{
    public IActorRef Region => Actors.Get<ContactRegionKey>();

    public IActorRef Roster => Actors.Get<RosterKey>();
}
