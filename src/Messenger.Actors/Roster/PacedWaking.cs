using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.Contacts;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>
/// Wakes contacts in their turn, 50 a second. One that is woken is read from the journal, a few at a time: whoever somebody writes to
/// would wait behind all the others.
/// </summary>
internal sealed class PacedWaking : ReceiveActor, IWithTimers
{
    private const int WakesPerPace = 10;
    private static readonly TimeSpan PaceEvery = TimeSpan.FromMilliseconds(200);

    private readonly RosterBoard _board;
    private readonly IActorRef _region;
    private readonly Queue<ContactProtocol.Wake> _waiting = new();
    private readonly HashSet<ContactProtocol.Wake> _queued = [];

    public PacedWaking(RosterBoard board, IActorRef region)
    {
        (_board, _region) = (board, region);
        Receive<InTurn>(turn => Enqueue(turn.Wakes));
        Receive<Pace>(_ => Step());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Tells contacts to look at their profiles again: a few at once, the many of an import in their turn.</summary>
    /// <param name="contacts">Whose profiles have changed.</param>
    /// <param name="region">The contacts.</param>
    /// <param name="waking">This actor.</param>
    public static void TellChanged(IReadOnlyCollection<ContactId> contacts, IActorRef region, IActorRef waking)
    {
        if (contacts.Count > WakesPerPace)
        {
            waking.Tell(new InTurn([.. Wakes(contacts, ContactProtocol.WakeReason.ProfileChanged)]));
            return;
        }

        foreach (var wake in Wakes(contacts, ContactProtocol.WakeReason.ProfileChanged))
        {
            region.Tell(wake);
        }
    }

    /// <summary>One for each contact.</summary>
    public static IEnumerable<ContactProtocol.Wake> Wakes(IEnumerable<ContactId> contacts, ContactProtocol.WakeReason reason) =>
        contacts.Select(contact => new ContactProtocol.Wake(contact, reason));

    private void Enqueue(IEnumerable<ContactProtocol.Wake> wakes)
    {
        foreach (var wake in wakes.Where(_queued.Add))
        {
            _waiting.Enqueue(wake);
        }

        if (_waiting.Count > 0 && !Timers.IsTimerActive(nameof(Pace)))
        {
            Timers.StartPeriodicTimer(nameof(Pace), Pace.Instance, PaceEvery);
            Self.Tell(Pace.Instance);
        }
    }

    private void Step()
    {
        for (var woken = 0; woken < WakesPerPace && _waiting.TryDequeue(out var wake);)
        {
            _queued.Remove(wake);
            if (wake.Reason == ContactProtocol.WakeReason.ProfileChanged || _board.Current.ById(wake.Contact)?.Standing is ContactStanding.Accepted or ContactStanding.Requested)
            {
                _region.Tell(wake);
                woken++;
            }
        }

        if (_waiting.Count == 0)
        {
            Timers.Cancel(nameof(Pace));
        }
    }

    /// <summary>Tell these when it is their turn; one that waits for its turn already is told once.</summary>
    internal sealed record InTurn(ImmutableArray<ContactProtocol.Wake> Wakes) : INoSerializationVerificationNeeded;

    private sealed class Pace : INoSerializationVerificationNeeded
    {
        public static readonly Pace Instance = new();
    }
}
