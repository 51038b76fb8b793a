using Microsoft.AspNetCore.Http.HttpResults;

namespace Messenger.Node.Api;

/// <summary>Whether the node works.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
internal sealed record HealthAnswer(string Status);

/// <summary>For supervisors: whether the process lives and whether it takes messages. Open to anyone who reaches the listener.</summary>
internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health");
        health.MapGet("/live", () => TypedResults.Ok(new HealthAnswer("live"))).WithSummary("Whether the process answers").WithName("live");
        health.MapGet("/ready", Ready).WithSummary("Whether the node takes messages").WithName("ready");
    }

    private static Results<Ok<HealthAnswer>, StatusCodeHttpResult> Ready(IHostApplicationLifetime life) =>
        life.ApplicationStarted.IsCancellationRequested && !life.ApplicationStopping.IsCancellationRequested
            ? TypedResults.Ok(new HealthAnswer("ready"))
            : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
}
