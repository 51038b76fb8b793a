namespace Messenger.Node.Gui;

/// <summary>What browsers are told, and what is believed of them (design page "security", GUI listener 5 and 6).</summary>
internal static class BrowserRules
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; "
        + "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>The security headers of every answer.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (IsApi(context.Request))
        {
            headers.CacheControl = "no-store";
        }

        return next(context);
    });

    /// <summary>Refuses API calls that a browser makes for any page but our own: SameSite cookies alone do not tell ports apart.</summary>
    /// <param name="app">The application.</param>
    /// <param name="guiUrl">Where a proxy in front of the node shows it, if there is one.</param>
    public static void UseSameOriginOnly(this WebApplication app, Uri? guiUrl) => app.Use(async (context, next) =>
    {
        if (IsApi(context.Request) && !IsSameOrigin(context.Request, guiUrl))
        {
            await Problems.Of(StatusCodes.Status403Forbidden, "cross_origin", "Pages of other origins may not call this node.").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>Whether the browser reached us through the proxy that <c>--gui-url</c> names.</summary>
    public static bool IsProxied(HttpRequest request, Uri? guiUrl) =>
        guiUrl is not null && string.Equals(request.Host.Value, guiUrl.Authority, StringComparison.OrdinalIgnoreCase);

    private static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api");

    private static bool IsSameOrigin(HttpRequest request, Uri? guiUrl)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
        {
            return site == "same-origin";
        }

        var origin = request.Headers.Origin;
        return origin.Count == 0
            || origin == $"{request.Scheme}://{request.Host}"
            || (IsProxied(request, guiUrl) && origin == guiUrl!.GetLeftPart(UriPartial.Authority));
    }
}
