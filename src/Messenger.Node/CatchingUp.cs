using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.History;
using Messenger.Node.Api;

namespace Messenger.Node;

/// <summary>Says why a node does not serve yet whose listeners are open: the read model is being brought up to the journal.</summary>
internal sealed class CatchingUp(Readiness readiness, IRequiredActor<HistoryKey> history, TimeProvider time, ILogger<CatchingUp> logger) : BackgroundService
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SayEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken) && !(readiness.IsStarted && await readiness.HasCaughtUpAsync(stoppingToken)))
        {
            if (readiness.IsStarted)
            {
                logger.LogWarning("Not ready yet: the read model lacks {Rows} rows of the journal.", await LackingAsync(stoppingToken));
            }
        }
    }

    private async Task<object> LackingAsync(CancellationToken stop)
    {
        try
        {
            return (await history.ActorRef.Ask<HistoryProtocol.Lag>(new HistoryProtocol.GetLag(), SayEvery, stop)).Rows is { } rows ? rows : "an unknown number of";
        }
        catch (AskTimeoutException)
        {
            return "an unknown number of";
        }
    }
}
