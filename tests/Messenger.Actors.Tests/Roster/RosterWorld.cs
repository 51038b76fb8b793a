using System.Net;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Roster;
using Messenger.Actors.Serialization;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Microsoft.Extensions.Time.Testing;
using static Messenger.Actors.Roster.RosterProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Roster;

/// <summary>A roster over an in-memory journal in virtual time; contacts and history are probes.</summary>
public abstract class RosterWorld : TestKit
{
    protected const string Anna = "192.0.2.1";
    protected const string Boris = "192.0.2.2";
    protected const string Self = "192.0.2.200";

    protected RosterWorld()
        : base(ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.persistence.journal.plugin = "akka.persistence.journal.failing"
            akka.persistence.journal.failing.class = "{{typeof(FailingJournal).AssemblyQualifiedName}}"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            akka.actor.serializers.messenger-journal = "{{typeof(JournalSerializer).AssemblyQualifiedName}}"
            """ + "\n" + string.Join('\n', JournalSerializer.BoundTypes.Select(t => $"akka.actor.serialization-bindings.\"{t.AssemblyQualifiedName}\" = messenger-journal"))))
    {
        Region = CreateTestProbe("region");
        History = CreateTestProbe("history");
        Services = new RosterServices(
            new NodeIdentity(Address.Parse(Self), "Me"), new RosterPolicy([Address.Parse(Self)]), Board, Presence, Transport, Relays, Outboxes, new ReversingVault(), Time,
            RandomNumberGenerator.Create(), new HostNames((name, _) => Task.FromResult(Names.TryGetValue(name, out var ip) ? new[] { IPAddress.Parse(ip) } : [])));
    }

    internal RosterServices Services { get; set; }

    internal ScriptedTransport Transport { get; } = new();

    internal ForgettingRelayStore Relays { get; } = new();

    internal OutboxHistory Outboxes { get; } = new();

    protected RosterBoard Board { get; } = new();

    protected PresenceBoard Presence { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    protected Dictionary<string, string> Names { get; } = [];

    protected TestProbe Region { get; }

    protected TestProbe History { get; }

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>Starts the roster and waits until it has recovered.</summary>
    protected IActorRef Start(Props? props = null)
    {
        var roster = Sys.ActorOf(props ?? Props.Create(() => new RosterActor(Services, Region, History)));
        History.FishForMessage<HistoryProtocol.Announce>(_ => true);
        return roster;
    }

    protected void Stop(IActorRef roster)
    {
        Watch(roster);
        roster.Tell(PoisonPill.Instance);
        ExpectTerminated(roster);
    }

    protected void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Scheduler.Advance(time);
    }

    protected T Ask<T>(IActorRef roster, object command)
    {
        roster.Tell(command, TestActor);
        return ExpectMsg<T>();
    }

    protected ContactProfile Add(IActorRef roster, string address) =>
        Assert.IsType<AddResult.Added>(Ask<AddResult>(roster, new AddContact(Address.Parse(address), ""))).Profile;

    protected HandshakeAnswer Shake(IActorRef roster, string key, string source, string? from = null, string? proof = null) =>
        Ask<HandshakeAnswer>(roster, new ReceiveHandshake(key, from is null ? null : Address.Parse(from), "", proof, IPAddress.Parse(source)));

    protected ContactProfile Friend(IActorRef roster, string address, string key)
    {
        var id = Add(roster, address).Id;
        Assert.Equal(1, Shake(roster, key, Address.Parse(address).Host, address).Status);
        return Board.Current.ById(id)!;
    }

    protected ContactProfile At(string address) => Board.Current.ByAddress(Address.Parse(address))!;

    protected ContactProtocol.Wake[] Wakes(int count) => [.. Enumerable.Range(0, count).Select(_ => Region.ExpectMsg<ContactProtocol.Wake>())];
}
