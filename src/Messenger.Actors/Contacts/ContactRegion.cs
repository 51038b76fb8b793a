using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Contacts;

/// <summary>
/// Starts contacts on demand and routes to them; buffers what arrives while one is leaving memory, and starts one that failed
/// again after a growing wait. On a cluster a shard region takes its place.
/// </summary>
public sealed class ContactRegion : ReceiveActor, IWithTimers
{
    private const int MaxBuffered = 1000;
    private static readonly TimeSpan FirstRestart = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRestart = TimeSpan.FromSeconds(10);

    private readonly Func<ContactId, Props> _props;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<ContactId, List<(object Message, IActorRef Sender)>> _leaving = [];
    private readonly Dictionary<ContactId, int> _failures = [];

    /// <summary>Creates the region.</summary>
    /// <param name="props">Makes a contact's actor.</param>
    public ContactRegion(Func<ContactId, Props> props)
    {
        _props = props;
        Receive<IWithContactId>(message => Route(message.Contact, message, Sender));
        Receive<Passivate>(_ => LetGo(new ContactId(Sender.Path.Name), Sender));
        Receive<Terminated>(gone => Gone(new ContactId(gone.ActorRef.Path.Name)));
        Receive<Settled>(settled =>
        {
            _failures.Remove(settled.Contact);
        });
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _log.Error(error, "A contact failed and is started again.");
        return Directive.Stop;
    });

    private void Route(ContactId contact, object message, IActorRef sender)
    {
        if (_leaving.TryGetValue(contact, out var buffer))
        {
            if (buffer.Count < MaxBuffered)
            {
                buffer.Add((message, sender));
            }

            return;
        }

        var child = Context.Child(contact.Value);
        if (child.IsNobody())
        {
            child = Context.Watch(Context.ActorOf(_props(contact), contact.Value));
        }

        child.Tell(message, sender);
    }

    private void LetGo(ContactId contact, IActorRef child)
    {
        if (_leaving.TryAdd(contact, []))
        {
            child.Tell(StopContact.Instance);
        }
    }

    private void Gone(ContactId contact)
    {
        if (_leaving.Remove(contact, out var buffer))
        {
            buffer.ForEach(b => Route(contact, b.Message, b.Sender));
            return;
        }

        var failures = _failures[contact] = _failures.GetValueOrDefault(contact) + 1;
        var wait = FirstRestart * Math.Pow(2, Math.Min(failures - 1, 10));
        Timers.StartSingleTimer(contact, new Wake(contact, WakeReason.OutboxWaiting), wait < LastRestart ? wait : LastRestart);
    }

    /// <summary>A contact has nothing due and asks to leave memory.</summary>
    internal sealed class Passivate : INoSerializationVerificationNeeded
    {
        public static readonly Passivate Instance = new();
    }

    /// <summary>A contact may stop now: everything that comes is buffered.</summary>
    internal sealed class StopContact : INoSerializationVerificationNeeded
    {
        public static readonly StopContact Instance = new();
    }

    /// <summary>A contact committed: earlier failures are over. A recovery shows nothing: on a full disk it succeeds each time.</summary>
    internal sealed record Settled(ContactId Contact) : INoSerializationVerificationNeeded;
}

/// <summary>Wiring of the contacts.</summary>
public static class ContactHosting
{
    /// <summary>Starts the contact region; contacts themselves start on demand. Needs <see cref="ContactServices"/> in the container.</summary>
    public static AkkaConfigurationBuilder WithContacts(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
    {
        var services = resolver.GetService<ContactServices>();
        var region = system.ActorOf(Props.Create(() => new ContactRegion(id => PropsOf(id, services, registry))), "contacts");
        registry.Register<ContactRegionKey>(region);
    });

    internal static Props PropsOf(ContactId id, ContactServices services, IActorRegistry registry) => Props.Create(() =>
        new ContactActor(id, services, registry.Get<RosterKey>(), registry.Get<HistoryKey>(), registry.Get<ContactRegionKey>()));
}
