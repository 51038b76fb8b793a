using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Authentication;

namespace Messenger.Node.Gui;

/// <summary>How a caller of the client API has shown who it is.</summary>
internal enum CallerKind
{
    /// <summary>A browser with a session cookie.</summary>
    Session,

    /// <summary>A program with a named bearer token.</summary>
    Token,

    /// <summary>The command line, with the token of the owner-only file in the data folder.</summary>
    Admin,
}

/// <summary>The caller of the client API.</summary>
/// <param name="Kind">How it has shown who it is.</param>
/// <param name="Id">Id of its session or token; empty for the command line.</param>
internal sealed record Caller(CallerKind Kind, string Id);

/// <summary>The token of the owner-only file in the data folder; new at each start.</summary>
internal sealed class AdminToken
{
    private readonly byte[] _hash;

    public AdminToken()
    {
        Value = Secret.New();
        _hash = Secret.Hash(Value);
    }

    public string Value { get; }

    public bool Matches(byte[] hash) => CryptographicOperations.FixedTimeEquals(hash, _hash);
}

/// <summary>Knows a caller by its bearer token, else by its session cookie.</summary>
internal sealed class Authentication(AccountStore accounts, AdminToken admin, SessionCookie cookie, TimeProvider time) : IAuthenticationHandler
{
    /// <summary>The only authentication scheme.</summary>
    public const string Scheme = "messenger";

    private const string BearerPrefix = "Bearer ";

    private HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        if (FindCaller() is not { } caller)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        _context.Features.Set(caller);
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Id)], Scheme));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme)));
    }

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        _context.Response.Headers.WWWAuthenticate = "Bearer";
        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private Caller? FindCaller()
    {
        var now = time.GetUtcNow();
        if (_context.Request.Headers.Authorization is { Count: > 0 } authorization)
        {
            return authorization is [{ } value] && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
                ? FindByToken(Secret.Hash(value[BearerPrefix.Length..].Trim()), now)
                : null;
        }

        if (SessionCookie.Read(_context) is not { } secret || accounts.UseSession(Secret.Hash(secret), now, SessionCookie.Lifetime) is not { } found)
        {
            return null;
        }

        if (found.Prolonged)
        {
            cookie.Write(_context, secret);
        }

        return new(CallerKind.Session, found.Session.Id);
    }

    private Caller? FindByToken(byte[] hash, DateTimeOffset now) =>
        admin.Matches(hash) ? new(CallerKind.Admin, "")
        : accounts.UseToken(hash, now) is { } token ? new(CallerKind.Token, token.Id)
        : null;
}

/// <summary>
/// The header that a page of ours must send with every changing call it makes by cookie. Its value belongs to the session and is
/// readable only by a page of the same origin, from <c>/api/v1/session</c>.
/// </summary>
internal static class Antiforgery
{
    /// <summary>The name of the header.</summary>
    public const string Header = "X-Antiforgery";

    /// <summary>The value for a session.</summary>
    /// <param name="sessionSecret">The value of its cookie.</param>
    public static string Token(string sessionSecret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(sessionSecret), "antiforgery"u8));

    /// <summary>Refuses changing calls by cookie without the header.</summary>
    public static void UseAntiforgeryHeader(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<Caller>() is { Kind: CallerKind.Session }
            && !HttpMethods.IsGet(context.Request.Method)
            && !HttpMethods.IsHead(context.Request.Method)
            && !Matches(context))
        {
            await Problems.Of(
                StatusCodes.Status403Forbidden, "antiforgery", $"Send the header {Header} with the value from GET /api/v1/session.").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool Matches(HttpContext context)
    {
        var expected = Token(SessionCookie.Read(context) ?? "");
        var given = context.Request.Headers[Header].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
    }
}
