using Akka;
using Akka.Actor;
using Akka.Hosting;
using Akka.Pattern;

namespace Messenger.Actors.Roster;

/// <summary>Wiring of the roster.</summary>
public static class RosterHosting
{
    private static readonly TimeSpan FirstRestart = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRestart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Starts the roster under <see cref="RosterKey"/>, after the contact region and the history actor were registered. Needs
    /// <see cref="RosterServices"/>. A failed commit stops it, and it starts again after a growing wait.
    /// </summary>
    public static AkkaConfigurationBuilder WithRoster(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
    {
        var services = resolver.GetService<RosterServices>();
        var (region, history) = (registry.Get<ContactRegionKey>(), registry.Get<HistoryKey>());
        var roster = system.ActorOf(SupervisedProps(services, region, history), "roster");
        registry.Register<RosterKey>(roster);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "write-presence", async () =>
        {
            await roster.Ask<RosterProtocol.PresenceWritten>(new RosterProtocol.WritePresence(), StopTimeout);
            return Done.Instance;
        });
    });

    internal static Props SupervisedProps(RosterServices services, IActorRef region, IActorRef history) => BackoffSupervisor.Props(Backoff.OnStop(
        Props.Create(() => new RosterActor(services, region, history)), "roster", FirstRestart, LastRestart, 0.2, maxNrOfRetries: -1));
}
