using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.History;
using Messenger.Node.Cluster;
using Messenger.Node.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Whether the node works.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Members">Members of the cluster; null for a node alone.</param>
/// <param name="ReachableMembers">Those that answer; null for a node alone.</param>
internal sealed record HealthAnswer(string Status, int? Members = null, int? ReachableMembers = null);

/// <summary>Knows when the node takes messages: after the listeners are bound and the read model has caught up with the journal, while the database is there.</summary>
internal sealed class Readiness(IServiceProvider services, IHostApplicationLifetime life, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly DatabaseReach? _database = services.GetService<DatabaseReach>();
    private bool _hasCaughtUp;

    /// <summary>When the node was started, UTC.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>This process as a member of a cluster; null for a node alone.</summary>
    public Membership? Membership => services.GetService<Membership>();

    /// <summary>Whether the node takes messages now.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancel) =>
        IsStarted && !life.ApplicationStopping.IsCancellationRequested
        && Membership?.IsUp != false && _database?.IsReachable() != false && await HasCaughtUpAsync(cancel);

    /// <summary>Whether the listeners are bound.</summary>
    public bool IsStarted => life.ApplicationStarted.IsCancellationRequested;

    /// <summary>Whether the read model has once had what the journal had. That is enough: what comes later is applied as it comes.</summary>
    public async Task<bool> HasCaughtUpAsync(CancellationToken cancel)
    {
        if (!_hasCaughtUp)
        {
            try
            {
                var history = services.GetRequiredService<IRequiredActor<HistoryKey>>().ActorRef;
                _hasCaughtUp = (await history.Ask<HistoryProtocol.Readiness>(new HistoryProtocol.GetReadiness(), Patience, cancel)).IsReady;
            }
            catch (AskTimeoutException)
            {
                return false;
            }
        }

        return _hasCaughtUp;
    }
}

/// <summary>For supervisors: whether the process lives and whether it takes messages. Open to anyone who reaches the listener.</summary>
internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder app)
    {
        // Made now, and not by the first who asks: it knows when the node was started.
        app.ServiceProvider.GetRequiredService<Readiness>();
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health");
        health.MapGet("/live", () => TypedResults.Ok(new HealthAnswer("live"))).WithSummary("Whether the process answers").WithName("live");
        health.MapGet("/ready", Ready).WithSummary("Whether the node takes messages").WithName("ready");
    }

    private static async Task<Results<Ok<HealthAnswer>, StatusCodeHttpResult>> Ready([FromServices] Readiness readiness, CancellationToken cancel) =>
        await readiness.IsReadyAsync(cancel) ? TypedResults.Ok(new HealthAnswer("ready", readiness.Membership?.Counts.Known, readiness.Membership?.Counts.Reachable)) : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
}
