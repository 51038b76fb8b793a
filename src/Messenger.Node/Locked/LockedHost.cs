using System.Globalization;
using Messenger.Node.Api;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Messenger.Node.Locked;

/// <summary>
/// What stands in for the node until somebody gives the passphrase of its keys: only the GUI listener is open, and it takes the
/// passphrase. Peers find nobody, so that what they have for this node stays with them and with their relays: nothing can be acknowledged
/// that could not be kept.
/// </summary>
internal static class LockedHost
{
    private const string Explanation = "The keys of this node are locked; run 'messenger unlock', or POST the passphrase to /api/v1/unlock.";

    /// <summary>Makes the host, ready to be started; the key comes through <paramref name="unlocked"/>.</summary>
    public static WebApplication Build(
        NodeOptions options, DataFolder folder, AccountStore accounts, TaskCompletionSource<MasterKey> unlocked, TimeProvider time)
    {
        var builder = GuiHost.CreateBuilder(options, time);
        builder.LogToStandardError(options.LogJson);
        builder.Services.AddSingleton(accounts).AddHostedService<AdminFileService>();
        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseHostFiltering();
        app.UseSameOriginOnly(options.GuiUrl);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/health/live", () => TypedResults.Ok(new HealthAnswer("live"))).AllowAnonymous();
        app.MapPost("/api/v1/unlock", (UnlockRequest request, HttpContext context, LoginLimit limit) => Unlock(request, context, limit, folder, unlocked)).AllowAnonymous();
        // The browser takes the passphrase as well; whatever it asks for besides tells it that the node is locked.
        app.Services.GetRequiredService<WebFiles>().Map(app);
        app.MapFallback("{**path}", () => Problems.Of(StatusCodes.Status503ServiceUnavailable, "locked", Explanation)).AllowAnonymous();
        return app;
    }

    private static Results<Ok<HealthAnswer>, ProblemHttpResult> Unlock(
        UnlockRequest request, HttpContext context, LoginLimit limit, DataFolder folder, TaskCompletionSource<MasterKey> unlocked)
    {
        if (limit.Refusal() is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_sign_ins", "Too many attempts to unlock; wait a minute.");
        }

        MasterKey? key;
        try
        {
            key = MasterKey.Unlock(folder, request.Passphrase);
        }
        catch (CannotStartException damaged)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "damaged_keys", $"{damaged.Message}.");
        }

        if (key is null)
        {
            return Problems.Of(
                StatusCodes.Status401Unauthorized,
                "wrong_passphrase",
                $"This is not the passphrase of the node's keys. If you are sure that it is, {folder.File(MasterKey.FileName)} was changed: put it back from a copy, or restore a backup.");
        }

        // Only when the answer has left: then this listener closes.
        context.Response.OnCompleted(() =>
        {
            unlocked.TrySetResult(key);
            return Task.CompletedTask;
        });
        return TypedResults.Ok(new HealthAnswer("unlocked"));
    }
}
