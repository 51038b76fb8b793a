using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
using Messenger.Node.Data;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Microsoft.Extensions.Time.Testing;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Tests.Peers;

/// <summary>The gateway before actors that the test plays: every message is recorded, and stored unless the test says otherwise.</summary>
internal sealed class GatewayUnderTest : IDisposable, IDiskSpace
{
    public const string Self = "192.0.2.200";
    public const string Anna = "192.0.2.1";
    public const string Boris = "192.0.2.2";
    private readonly ActorSystem _system = ActorSystem.Create("gateway");
    private readonly MasterKey _vault = new(new byte[32]);
    private readonly RosterBoard _board = new();
    private readonly ConcurrentQueue<object> _told = new();
    private readonly IActorRef[] _actors;
    private readonly PeerGateway _gateway;

    public GatewayUnderTest(GatewayLimits? limits = null, bool relayOn = true, bool sealing = false)
    {
        var actors = ActorRegistry.For(_system);
        _actors = [.. Enumerable.Range(0, 2).Select(_ => _system.ActorOf(Props.Create(() => new Played(_told, message => Answer(message)))))];
        actors.Register<ContactRegionKey>(_actors[0]);
        actors.Register<RosterKey>(_actors[1]);
        Observations = new PeerObservations(Time);
        var names = new HostNames((_, _) => Task.FromResult(Array.Empty<IPAddress>()));
        _gateway = new PeerGateway(new GatewayServices(
            [Address.Parse(Self)], relayOn, limits ?? new GatewayLimits(), _board, _vault, names, Relays, new ShownKeys(Keyring, new SealingPolicy(sealing), new DeliverySettings()), this, Observations, actors, Time));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public PeerObservations Observations { get; }

    public Keyring Keyring { get; } = KeysInMemory.Ring();

    public KeptRelays Relays { get; } = new();

    public bool HasRoom { get; set; } = true;

    /// <summary>What an actor answers; null for nothing.</summary>
    public Func<object, object?> Answer { get; set; } = message => message switch
    {
        ContactProtocol.StoreMessages store => new ContactProtocol.MessagesStored([.. store.Items.Select(_ => 1)]),
        RosterProtocol.ReceiveHandshake => new RosterProtocol.HandshakeAnswer(1),
        _ => null,
    };

    /// <summary>What was to be stored; the gateway waits for the answer to it.</summary>
    public IEnumerable<ContactProtocol.StoreMessages> Stored => _told.OfType<ContactProtocol.StoreMessages>();

    /// <summary>What the actors were told so far, once it has reached them.</summary>
    public async Task<IReadOnlyCollection<object>> ToldAsync()
    {
        foreach (var actor in _actors)
        {
            await actor.Ask<ActorIdentity>(new Identify(null));
        }

        return _told;
    }

    public void Contacts(params ContactProfile[] profiles) => _board.Publish(new ContactDirectory(profiles, _vault.LookupHash));

    public static ContactProfile Friend(string id, string address) => new()
    {
        Id = new ContactId(id),
        Addresses = [Address.Parse(address)],
        Standing = ContactStanding.Accepted,
        IssuedKey = "issued-" + id,
        TheirKey = "theirs-" + id,
    };

    public static WireMessage Message(string text, string? from = null, string? to = null) => new(from, to, text, "1764001800", "");

    public Task<PeerAnswer> Call(PeerRequest request, string source = Anna) => _gateway.HandleAsync(request, IPAddress.Parse(source), CancellationToken.None);

    public async Task<int> Status(PeerRequest request, string source = Anna) => Assert.IsType<PeerAnswer.Status>(await Call(request, source)).Value;

    public async Task<int[]> Statuses(HistoryRequest request, string source = Anna) =>
        [.. Assert.IsType<PeerAnswer.Statuses>(await Call(request, source)).Values];

    public void Dispose()
    {
        _system.Dispose();
    }

    private sealed class Played : ReceiveActor
    {
        public Played(ConcurrentQueue<object> told, Func<object, object?> answer) => ReceiveAny(message =>
        {
            told.Enqueue(message);
            if (answer(message) is { } reply)
            {
                Sender.Tell(reply);
            }
        });
    }
}

/// <summary>A relay store in memory.</summary>
internal sealed class KeptRelays : IRelayStore
{
    public List<RelayedMessage> Kept { get; } = [];

    public RelayStoring Outcome { get; set; }

    /// <summary>What storing waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Asked { get; private set; }

    public async Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation)
    {
        Asked++;
        await Gate;
        if (Outcome == RelayStoring.Stored)
        {
            Kept.Add(message);
        }

        return Outcome;
    }

    public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation) => throw new NotSupportedException();

    public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

    public Task ForgetAsync(ContactId contact, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
