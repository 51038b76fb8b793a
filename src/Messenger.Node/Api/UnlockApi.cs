using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Messenger.Node.Api;

/// <summary>Unlocks the keys of a node that was started under a passphrase.</summary>
/// <param name="Passphrase">The passphrase that 'messenger passphrase set' was given.</param>
internal sealed record UnlockRequest(string Passphrase);

/// <summary>What is left to say about unlocking once the node runs.</summary>
internal static class UnlockApi
{
    public static void MapUnlockApi(this IEndpointRouteBuilder api) => api.MapPost("/unlock", AlreadyOpen)
        .WithTags("Node").WithName("unlock")
        .WithSummary("Give a node that was started locked its passphrase. Needs no signing in; while it is locked every other call answers 503 'locked'");

    private static Results<Ok<HealthAnswer>, ProblemHttpResult> AlreadyOpen(UnlockRequest request) =>
        Problems.Of(StatusCodes.Status409Conflict, "not_locked", "The node is not locked.");
}
