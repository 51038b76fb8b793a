using System.Net;
using Messenger.Node.Api;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Docs;
using Messenger.Node.Live;
using Messenger.Node.Metrics;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Messenger.Node.Gui;

/// <summary>
/// The listener for the owner's browser, scripts and other programs. Its rules stand in the design page "security", GUI listener; the
/// order of the middleware is theirs.
/// </summary>
internal static class GuiHost
{
    private const int MaxBody = 256 * 1024;

    // The event streams (EventsApi.MaxStreams) and 200 calls at once.
    private const int MaxConnections = 256;
    private static readonly string[] LoopbackHosts = ["127.0.0.1", "[::1]", "localhost"];
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// An application that listens where the options say and nowhere else, whatever the environment says. It needs an <see cref="AccountStore"/>
    /// and the services of the actor system.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(NodeOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));

        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(time);
        services.AddSingleton<AdminToken>().AddSingleton<SessionCookie>().AddSingleton<SignIn>().AddSingleton<LoginLimit>();
        services.AddSingleton<Verifier>().AddSingleton<Owner>().AddSingleton<ConversationExport>().AddSingleton<LiveEvents>().AddSingleton<Readiness>().AddSingleton<RetentionSetting>();
        services.AddSingleton(WebFiles.OfNode);
        services.AddRouting();
        services.AddResponseCompression();
        services.AddApiDocument();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddHostFiltering(filter => FilterHosts(filter, options));
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = RequestTimeout,
            TimeoutStatusCode = StatusCodes.Status408RequestTimeout,
        });

        // Not AddAuthentication: that would bring data protection with it, whose keys land outside the data folder.
        services.AddTransient<Authentication>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<Authentication>(Authentication.Scheme, null);
            authentication.DefaultScheme = Authentication.Scheme;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return builder;
    }

    /// <summary>Puts the middleware and the routes in place.</summary>
    public static void UseGui(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<NodeOptions>();
        if (options.Metrics)
        {
            app.UseMetricsOfOwner();
        }

        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseHostFiltering();
        app.UseSameOriginOnly(options.GuiUrl);
        app.UseWhen(IsLong, lists => lists.UseResponseCompression());
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseTimedBodies();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgeryHeader();

        app.Services.GetRequiredService<WebFiles>().Map(app);
        app.MapDocs();
        app.MapHealthApi();
        if (options.Metrics)
        {
            app.MapMetrics();
        }

        var api = app.MapGroup("/api/v1");
        api.MapSessionApi();
        api.MapTokenApi();
        api.MapNodeApi();
        api.MapUnlockApi();
        api.MapRetentionApi();
        api.MapContactsApi();
        api.MapSealingApi();
        api.MapInvitesApi();
        api.MapMessagesApi();
        api.MapSearchApi();
        api.MapContactListApi();
        api.MapMessageTransferApi();
        app.MapEventsApi();
    }

    // Contacts and messages come in long lists whose lines are alike. The session's answer holds a secret and is never compressed; a stream must not wait.
    private static bool IsLong(HttpContext context) => HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/api/v1/contacts");

    private static void Listen(KestrelServerOptions kestrel, NodeOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.ConfigureEndpointDefaults(endPoint => endPoint.Protocols = HttpProtocols.Http1);
        if (options.GuiListen.Count == 0)
        {
            kestrel.ListenLocalhost(NodeOptions.DefaultGuiPort);
        }

        foreach (var endPoint in options.GuiListen)
        {
            kestrel.Listen(endPoint);
        }
    }

    private static void FilterHosts(HostFilteringOptions filter, NodeOptions options)
    {
        // A bound address that is no wildcard is safe: a rebinding site can send its own name only. A wildcard would switch the filter off.
        var bound = options.GuiListen
            .Select(endPoint => endPoint.Address)
            .Where(ip => !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any))
            .Select(ip => ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString());
        string[] proxied = options.GuiUrl is { } url ? [url.Host] : [];
        filter.AllowedHosts = [.. LoopbackHosts.Union(bound).Union(options.GuiHosts).Union(proxied)];
        filter.AllowEmptyHosts = false;
        filter.IncludeFailureMessage = false;
    }
}
