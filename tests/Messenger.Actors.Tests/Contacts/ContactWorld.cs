using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Actors.Tests.Fakes;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Microsoft.Extensions.Time.Testing;
using static Messenger.Actors.Contacts.ContactProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Contacts;

/// <summary>The contact region with real contacts in virtual time; journal, peers and stores are in the test's hands, the roster is a probe.</summary>
public abstract class ContactWorld : TestKit
{
    protected static readonly ContactId Friend = new("friend");
    protected static readonly Address FriendsAddress = Address.Parse("192.0.2.1");

    protected ContactWorld()
        : base(ConfigurationFactory.ParseString($$"""
            akka.loggers = []
            akka.test.single-expect-default = 20s
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.persistence.journal.plugin = "stubborn-journal"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            stubborn-journal.class = "{{typeof(StubbornJournal).AssemblyQualifiedName}}"
            """))
    {
        Journal = JournalControl.Of(Sys);
        History = new JournalAsHistory(Journal);
        Roster = CreateTestProbe("roster");
        HistoryActor = CreateTestProbe("history");
        HistoryActor.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is HistoryProtocol.WaitFor wait)
            {
                sender.Tell(new HistoryProtocol.Reached(wait.PersistenceId, wait.Sequence));
            }

            return AutoPilot.KeepRunning;
        }));
        Services = new ContactServices(
            new NodeIdentity(Address.Parse("192.0.2.200"), "Me"), new DeliverySettings(), Board, Presence, Peers, Relays, History, Journal, Journal, Keyring, new SealingPolicy(), new SameLife(), Time);
        Region = Sys.ActorOf(Props.Create(() => new ContactRegion(PropsOf)), "contacts");
        Befriend(Accepted(Friend, FriendsAddress));
    }

    internal JournalControl Journal { get; }

    internal JournalAsHistory History { get; }

    internal PeersByHand Peers { get; } = new();

    /// <summary>Our own keys.</summary>
    protected Keyring Keyring { get; } = KeysInMemory.Ring();

    internal RelayShelf Relays { get; } = new();

    protected ContactServices Services { get; set; }

    protected RosterBoard Board { get; } = new();

    protected PresenceBoard Presence { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    protected TestProbe Roster { get; }

    protected TestProbe HistoryActor { get; }

    protected IActorRef Region { get; }

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected IReadOnlyList<ContactEvent> Events => [.. Journal.EventsOf(Friend).Select(e => e.Event)];

    /// <summary>The number of the first event that was ever committed.</summary>
    protected static long FirstNumber => EventNumber.First(1);

    protected static ContactProfile Accepted(ContactId id, params ImmutableArray<Address> addresses) =>
        new() { Id = id, Addresses = addresses, Standing = ContactStanding.Accepted, TheirKey = $"key of {id}", IssuedKey = $"key for {id}" };

    /// <summary>The friend list from now on.</summary>
    protected void Befriend(params ContactProfile[] profiles) => Board.Publish(new ContactDirectory(profiles, key => key));

    protected void Tell(object message) => Region.Tell(message, TestActor);

    protected T Ask<T>(object message)
    {
        Tell(message);
        return ExpectMsg<T>();
    }

    /// <summary>Queues a message whose uuid is made of its text.</summary>
    protected void Queue(string text) => Tell(Queueing(text));

    protected static QueueMessage Queueing(string text) => new(Friend, $"uuid of {text}", text);

    protected static IncomingMessage Incoming(string text, int seconds = 0)
    {
        var timestamp = (1_700_000_000 + seconds).ToString(CultureInfo.InvariantCulture);
        return new(MessageId.Derive(timestamp, "", text), timestamp, "", text, null);
    }

    /// <summary>Queues messages and waits until they are committed.</summary>
    protected void Queued(params IEnumerable<string> texts)
    {
        var count = 0;
        foreach (var text in texts)
        {
            Queue(text);
            count++;
        }

        for (; count > 0; count--)
        {
            ExpectMsg<QueueResult.Queued>();
        }
    }

    /// <summary>Receives messages of the contact; returns the status of each.</summary>
    protected int[] Stored(params IEnumerable<IncomingMessage> items) => [.. Ask<MessagesStored>(new StoreMessages(Friend, [.. items])).Statuses];

    protected void Until(Func<bool> condition) => AwaitCondition(condition, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(5));

    /// <summary>Waits until everything told so far lies in the mailboxes of the contacts.</summary>
    protected void Routed()
    {
        var probe = CreateTestProbe();
        Region.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    /// <summary>
    /// Waits until a contact has nothing to do but wait: what a command sets off (its commit, the texts read, the call) comes back to
    /// it as messages. While a call is under way its next try is now; a call that the test holds back itself stays so.
    /// </summary>
    protected ContactDiagnostics Quiet() => Quiet(Friend);

    protected ContactDiagnostics Quiet(ContactId contact)
    {
        const int least = 20;
        const int most = 500;
        var probe = CreateTestProbe();
        var patience = Stopwatch.StartNew();
        for (var asked = 1; ; asked++)
        {
            Region.Tell(new GetDiagnostics(contact), probe);
            var answer = probe.ExpectMsg<ContactDiagnostics>();
            var settled = answer.NextTry != Time.GetUtcNow();

            // How often it can be asked while a text is read or a rule's answer comes back depends on the machine.
            if (asked >= least && (settled || (asked >= most && Peers.UnderWay > 0)))
            {
                return answer;
            }

            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"Contact {contact} does not come to rest: {answer}");
        }
    }

    protected void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Scheduler.Advance(time);
    }

    /// <summary>The actor of a contact, if it is in memory. It is not asked: during a commit it would not answer.</summary>
    protected IActorRef? InMemory(ContactId contact) =>
        ((ActorRefWithCell)Region).GetSingleChild(contact.Value) is var child && child.IsNobody() ? null : child;

    /// <summary>Stops the contact, also in the middle of a commit. Nothing may have been answered that the test has not taken.</summary>
    protected void Crash()
    {
        var contact = InMemory(Friend);
        Watch(contact);
        Sys.Stop(contact);
        ExpectMsg<Terminated>();
        Gone();
    }

    /// <summary>Waits until the region knows that the contact left memory.</summary>
    protected void Gone()
    {
        Until(() => InMemory(Friend) is null);
        Routed();
    }

    /// <summary>Waits for the region to start a contact that failed, which it does after this time and not before.</summary>
    protected void StartedAgainAfter(TimeSpan wait)
    {
        Gone();
        var before = Journal.Recoveries;
        Scheduler.Advance(wait - TimeSpan.FromMilliseconds(1));
        Routed();
        Assert.Null(InMemory(Friend));
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        Until(() => Journal.Recoveries > before);
    }

    private Props PropsOf(ContactId id) => Props.Create(() => new ContactActor(id, Services, Roster, HistoryActor, Region));
}
