using System.Globalization;
using Messenger.Node.Gui;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Signs a browser in.</summary>
/// <param name="Token">The token of a login link.</param>
/// <param name="Password">The owner's password.</param>
internal sealed record SignInRequest(string? Token = null, string? Password = null);

/// <summary>The session of the calling browser.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Antiforgery">Value of the header X-Antiforgery, which every changing call by cookie needs.</param>
/// <param name="ExpiresAt">When it ends unless it is used before.</param>
internal sealed record CurrentSession(string Id, string Antiforgery, DateTimeOffset ExpiresAt);

/// <summary>A one-time login link.</summary>
/// <param name="Url">To be opened in the browser that shall be signed in.</param>
/// <param name="ExpiresAt">When it ceases to work.</param>
internal sealed record LoginLinkAnswer(string Url, DateTimeOffset ExpiresAt);

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">What the browser called itself.</param>
/// <param name="CreatedAt">When it signed in.</param>
/// <param name="LastUsedAt">When it was last seen, to within an hour.</param>
/// <param name="ExpiresAt">When it ends unless it is used before.</param>
/// <param name="Current">Whether it is the caller.</param>
internal sealed record SessionItem(string Id, string Label, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>The browsers that are signed in.</summary>
/// <param name="Sessions">The one used last first.</param>
internal sealed record SessionList(IReadOnlyList<SessionItem> Sessions);

/// <summary>Signing in and out.</summary>
internal static class SessionApi
{
    public static void MapSessionApi(this IEndpointRouteBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Sessions");
        session.MapPost("", SignInAsync).AllowAnonymous().WithSummary("Sign a browser in").WithName("signIn");
        session.MapGet("", Current).WithSummary("The calling browser's session").WithName("currentSession");
        session.MapDelete("", SignOut).WithSummary("Sign the calling browser out").WithName("signOut");
        session.MapPost("/link", MakeLink).WithSummary("Make a one-time login link for another browser").WithName("makeLoginLink");

        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapGet("", List).WithSummary("Browsers that are signed in").WithName("listSessions");
        sessions.MapDelete("/{id}", End).WithSummary("Sign a browser out").WithName("endSession");
    }

    private static async Task<Results<Ok<CurrentSession>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, HttpContext context, [FromServices] SignIn signIn, [FromServices] LoginLimit limit, [FromServices] SessionCookie cookie)
    {
        if ((request.Token is null) == (request.Password is null))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_request", "Send either token or password.");
        }

        if (limit.Refusal() is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_sign_ins", "Too many attempts to sign in; wait a minute.");
        }

        if (!(request.Token is { } token ? signIn.UseLink(token) : await signIn.IsPasswordAsync(request.Password!, context.RequestAborted)))
        {
            return Problems.Of(
                StatusCodes.Status401Unauthorized, "sign_in_refused", "The link was used before or has expired, or the password is wrong. 'messenger link' makes a new link.");
        }

        var (secret, session) = signIn.Begin(context.Request.Headers.UserAgent.ToString());
        cookie.Write(context, secret);
        return TypedResults.Ok(new CurrentSession(session.Id, Antiforgery.Token(secret), session.ExpiresAt));
    }

    private static Results<Ok<CurrentSession>, ProblemHttpResult> Current(
        HttpContext context, [FromServices] AccountStore accounts, [FromServices] TimeProvider time)
    {
        return CallerSession(context) is { } id
            && SessionCookie.Read(context) is { } secret
            && accounts.Sessions(time.GetUtcNow()).FirstOrDefault(session => session.Id == id) is { } session
            ? TypedResults.Ok(new CurrentSession(id, Antiforgery.Token(secret), session.ExpiresAt))
            : NoSession();
    }

    private static Results<NoContent, ProblemHttpResult> SignOut(HttpContext context, [FromServices] AccountStore accounts, [FromServices] SessionCookie cookie)
    {
        if (CallerSession(context) is not { } id)
        {
            return NoSession();
        }

        accounts.EndSession(id);
        cookie.Remove(context);
        return TypedResults.NoContent();
    }

    private static Ok<LoginLinkAnswer> MakeLink([FromServices] SignIn signIn)
    {
        var link = signIn.NewLink();
        return TypedResults.Ok(new LoginLinkAnswer(link.Url, link.ExpiresAt));
    }

    private static Ok<SessionList> List(HttpContext context, [FromServices] AccountStore accounts, [FromServices] TimeProvider time)
    {
        var current = CallerSession(context);
        return TypedResults.Ok(new SessionList(
        [
            .. accounts.Sessions(time.GetUtcNow()).Select(session =>
                new SessionItem(session.Id, session.Label, session.CreatedAt, session.LastUsedAt, session.ExpiresAt, session.Id == current)),
        ]));
    }

    private static Results<NoContent, ProblemHttpResult> End(string id, [FromServices] AccountStore accounts) =>
        accounts.EndSession(id) ? TypedResults.NoContent() : Problems.Of(StatusCodes.Status404NotFound, "no_such_session", "There is no session of this id.");

    private static string? CallerSession(HttpContext context) => context.Features.Get<Caller>() is { Kind: CallerKind.Session } caller ? caller.Id : null;

    private static ProblemHttpResult NoSession() =>
        Problems.Of(StatusCodes.Status409Conflict, "no_session", "This call was made with a bearer token, which has no session.");
}
