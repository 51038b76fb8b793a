using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Roster;

namespace Messenger.Node;

/// <summary>Holds the listeners back until the friend list is read: before that every friend would be answered like a stranger.</summary>
internal sealed class RosterRecovery(IRequiredActor<RosterKey> roster, TimeProvider time, ILogger<RosterRecovery> logger) : IHostedService
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    // Commands wait in the roster until it has recovered. In a cluster it may move meanwhile, and a question be lost; that another one was asked
    // does not make a late answer worthless: on a machine that is too busy all of them are late.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var list = await roster.GetAsync(cancellationToken);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = time.GetTimestamp();
        do
        {
            _ = AskAsync(list, answered, cancellationToken);
            if (time.GetElapsedTime(said) >= SayEvery)
            {
                said = time.GetTimestamp();
                logger.LogWarning("Waiting for the friend list, which is not read yet; in a cluster, for the member that keeps it.");
            }

            await Task.WhenAny(answered.Task, Task.Delay(AskAgainAfter, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (!answered.Task.IsCompleted);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task AskAsync(IActorRef list, TaskCompletionSource answered, CancellationToken cancel)
    {
        try
        {
            await list.Ask<RosterProtocol.PresenceWritten>(new RosterProtocol.WritePresence(), AnswerWithin, cancel);
            answered.TrySetResult();
        }
        catch (Exception lost) when (lost is AskTimeoutException or OperationCanceledException)
        {
            // Another one is asked already, or the node stops.
        }
    }
}
