using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Roster;

namespace Messenger.Node;

/// <summary>Holds the listeners back until the friend list is read: before that every friend would be answered like a stranger.</summary>
internal sealed class RosterRecovery(IRequiredActor<RosterKey> roster, TimeProvider time, ILogger<RosterRecovery> logger) : IHostedService
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    // Commands wait in the roster until it has recovered. In a cluster it may move meanwhile, and the question be lost.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var list = await roster.GetAsync(cancellationToken);
        var said = time.GetTimestamp();
        for (var isAnswered = false; !isAnswered;)
        {
            try
            {
                await list.Ask<RosterProtocol.PresenceWritten>(new RosterProtocol.WritePresence(), AskAgainAfter, cancellationToken);
                isAnswered = true;
            }
            catch (AskTimeoutException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(said) >= SayEvery)
                {
                    said = time.GetTimestamp();
                    logger.LogWarning("Waiting for the friend list, which is not read yet; in a cluster, for the member that keeps it.");
                }
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
