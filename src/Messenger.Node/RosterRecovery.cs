using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Roster;

namespace Messenger.Node;

/// <summary>Holds the listeners back until the friend list is read: before that every friend would be answered like a stranger.</summary>
internal sealed class RosterRecovery(IRequiredActor<RosterKey> roster) : IHostedService
{
    // Commands wait in the roster until it has recovered.
    public async Task StartAsync(CancellationToken cancellationToken) =>
        await (await roster.GetAsync(cancellationToken)).Ask<RosterProtocol.PresenceWritten>(new RosterProtocol.WritePresence(), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
