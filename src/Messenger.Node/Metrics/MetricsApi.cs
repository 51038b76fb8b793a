using System.Globalization;
using Messenger.Actors.Ports;
using Messenger.Node.Peers;

namespace Messenger.Node.Metrics;

/// <summary>
/// Metrics for Prometheus at <c>/metrics</c> of the owner's listener, for whoever may use the client API: a scraper shows a bearer token.
/// Nothing of this is there, nor measured, unless it is switched on.
/// </summary>
internal static class MetricsApi
{
    /// <summary>Where they are.</summary>
    public const string Path = "/metrics";

    /// <summary>Puts measuring stand-ins in front of what was registered before.</summary>
    public static void AddMetricsOfNode(this IServiceCollection services)
    {
        services.AddSingleton<QueueBoard>().AddSingleton<NodeMeter>().AddSingleton<MeterCollector>().AddSingleton<NodeGauges>();
        services.AddSingleton<ITrafficMeter>(provider => provider.GetRequiredService<NodeMeter>());
        services.Wrap<IPeerTransport>((inner, provider) => new MeasuredTransport(inner, provider.GetRequiredService<NodeMeter>(), provider.GetRequiredService<TimeProvider>()));
        services.Wrap<IPeerGateway>((inner, provider) => new MeasuredGateway(inner, provider.GetRequiredService<NodeMeter>(), provider.GetRequiredService<TimeProvider>()));
        services.Wrap<IRelayStore>((inner, provider) => new MeasuredRelayStore(inner, provider.GetRequiredService<NodeMeter>()));
        services.Wrap<PeerObservations>((inner, provider) =>
        {
            var meter = provider.GetRequiredService<NodeMeter>();
            inner.CallRefused += call => meter.Refused(call.Action, call.Reason);
            return inner;
        });
    }

    /// <summary>Counts what the owner's listener answers; before everything else that answers.</summary>
    public static void UseMetricsOfOwner(this WebApplication app)
    {
        var meter = app.Services.GetRequiredService<NodeMeter>();
        app.Services.GetRequiredService<MeterCollector>();
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                // Anybody can ask for any address by any method: only what is there counts by name.
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                var status = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
                meter.OwnerAnswered(route is null ? "other" : MethodOf(context.Request), route ?? "other", status);
            }
        });
    }

    public static void MapMetrics(this IEndpointRouteBuilder app) => app.MapGet(Path, AnswerAsync).ExcludeFromDescription();

    private static async Task AnswerAsync(HttpContext context, NodeGauges gauges, MeterCollector collector)
    {
        await gauges.RefreshAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(collector.Write(), context.RequestAborted);
    }

    private static string MethodOf(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) ? "GET"
        : HttpMethods.IsPost(request.Method) ? "POST"
        : HttpMethods.IsPut(request.Method) ? "PUT"
        : HttpMethods.IsPatch(request.Method) ? "PATCH"
        : HttpMethods.IsDelete(request.Method) ? "DELETE"
        : "other";

    private static void Wrap<T>(this IServiceCollection services, Func<T, IServiceProvider, T> wrap)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.Remove(inner);
        services.AddSingleton(provider => wrap((T)(inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)), provider));
    }
}
