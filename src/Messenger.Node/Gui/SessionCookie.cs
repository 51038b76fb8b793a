using System.Globalization;
using Messenger.Node.Configuration;

namespace Messenger.Node.Gui;

/// <summary>The cookie of a browser session. Cookies are shared by all ports of a host, so its name carries the port.</summary>
internal sealed class SessionCookie(NodeOptions options)
{
    /// <summary>How long a session lives from its last use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>The secret in the cookie; null when the browser sent none.</summary>
    public static string? Read(HttpContext context) => context.Request.Cookies[Name(context)];

    /// <summary>Gives the browser the cookie, or prolongs it.</summary>
    public void Write(HttpContext context, string secret) => context.Response.Cookies.Append(Name(context), secret, Properties(context, Lifetime));

    /// <summary>Takes the cookie away.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name(context), Properties(context, null));

    private CookieOptions Properties(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = BrowserRules.IsProxied(context.Request, options.GuiUrl) && options.GuiUrl!.Scheme == Uri.UriSchemeHttps,
        MaxAge = age,
        Path = "/",
    };

    // The port that the browser asked: behind a proxy it is the same for all members of a cluster.
    private static string Name(HttpContext context) =>
        string.Create(CultureInfo.InvariantCulture, $"messenger-{context.Request.Host.Port ?? context.Connection.LocalPort}");
}
