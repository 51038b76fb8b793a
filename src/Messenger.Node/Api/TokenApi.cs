using Messenger.Node.Gui;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Asks for a bearer token.</summary>
/// <param name="Name">The owner's name for it, unique, 1 to 64 characters.</param>
internal sealed record NewTokenRequest(string Name);

/// <summary>A new bearer token.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The owner's name for it.</param>
/// <param name="Token">The token itself, shown only here.</param>
internal sealed record NewToken(string Id, string Name, string Token);

/// <summary>A bearer token that works.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The owner's name for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, to within an hour; null when never.</param>
internal sealed record TokenItem(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>The bearer tokens that work.</summary>
/// <param name="Tokens">By name.</param>
internal sealed record TokenList(IReadOnlyList<TokenItem> Tokens);

/// <summary>Bearer tokens for scripts and other programs.</summary>
internal static class TokenApi
{
    private const int MaxNameLength = 64;

    public static void MapTokenApi(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapGet("", List).WithSummary("Bearer tokens that work").WithName("listTokens");
        tokens.MapPost("", Add).WithSummary("Make a bearer token").WithName("addToken");
        tokens.MapDelete("/{id}", Revoke).WithSummary("Make a bearer token useless").WithName("revokeToken");
    }

    private static Ok<TokenList> List([FromServices] AccountStore accounts) => TypedResults.Ok(new TokenList(
        [.. accounts.Tokens().Select(token => new TokenItem(token.Id, token.Name, token.CreatedAt, token.LastUsedAt))]));

    private static Results<Created<NewToken>, ProblemHttpResult> Add(
        NewTokenRequest request, [FromServices] AccountStore accounts, [FromServices] TimeProvider time)
    {
        if (request.Name.Length is 0 or > MaxNameLength || request.Name.Any(char.IsControl))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_name", $"name must have 1 to {MaxNameLength} characters and no control characters.");
        }

        var secret = Secret.New();
        var token = new BearerToken(Secret.NewId(), request.Name, time.GetUtcNow(), null);
        return accounts.AddToken(Secret.Hash(secret), token)
            ? TypedResults.Created($"/api/v1/tokens/{token.Id}", new NewToken(token.Id, token.Name, secret))
            : Problems.Of(StatusCodes.Status409Conflict, "token_refused", $"There is a token of this name, or there are {AccountStore.MaxTokens} already; revoke one.");
    }

    private static Results<NoContent, ProblemHttpResult> Revoke(string id, [FromServices] AccountStore accounts) =>
        accounts.RevokeToken(id) ? TypedResults.NoContent() : Problems.Of(StatusCodes.Status404NotFound, "no_such_token", "There is no token of this id.");
}
