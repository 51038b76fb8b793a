using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography.X509Certificates;
using Messenger.Domain.Addressing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Messenger.Node.Peers;

/// <summary>
/// The listener for other nodes: a Kestrel of its own that shares nothing with the owner's. It is built from the empty builder because
/// with the others an environment variable adds endpoints.
/// </summary>
internal sealed class PeerListener : IHostedService, IAsyncDisposable
{
    private readonly PeerEndpoint _endpoint;
    private readonly WebApplication _app;

    /// <param name="gateway">Who answers.</param>
    /// <param name="listen">Where to listen; the unspecified IPv6 address takes IPv4 too, port 0 is any free port.</param>
    /// <param name="limits">What callers may use up.</param>
    /// <param name="time">The clock of the timeouts.</param>
    /// <param name="loggers">Where the listener logs to.</param>
    /// <param name="certificate">With it, only TLS is spoken.</param>
    /// <param name="proxies">Who calls for others, and says for whom.</param>
    public PeerListener(
        IPeerGateway gateway, IReadOnlyCollection<IPEndPoint> listen, PeerLimits limits, TimeProvider time, ILoggerFactory loggers, X509Certificate2? certificate = null,
        IReadOnlyCollection<IPAddress>? proxies = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, listen, limits, certificate, new ProxyHeader(proxies ?? [], limits.HeadersTimeout, time)));
        _app = builder.Build();
        _endpoint = new PeerEndpoint(gateway, limits, time, loggers.CreateLogger<PeerEndpoint>());
        _app.Run(_endpoint.HandleAsync);
    }

    /// <summary>Where the listener is bound, with the real ports; empty before it has started.</summary>
    public ImmutableArray<IPEndPoint> Bound { get; private set; } = [];

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">An address is in use or not of this machine.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Bound = [.. addresses.Select(address => ToEndPoint(new Uri(address)))];
    }

    /// <summary>Stops to listen and lets the requests in flight finish.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>What this node must not dial, as things are now: addresses of a machine come and go.</summary>
    /// <param name="others">What else it is bound to.</param>
    public IReadOnlyCollection<IPEndPoint> OwnEndpoints(IEnumerable<IPEndPoint> others) => EgressRules.OwnEndpoints(Bound.Concat(others), LocalAddresses());

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _endpoint.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, IReadOnlyCollection<IPEndPoint> listen, PeerLimits limits, X509Certificate2? certificate, ProxyHeader proxy)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.MaxRequestLineSize = limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.MaxRequestBodySize = limits.Wire.HistoryBytes;
        kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
        kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.RateGracePeriod);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.RateGracePeriod);

        var quota = new ConnectionQuota(limits.ConnectionsPerAddress);
        foreach (var address in listen)
        {
            kestrel.Listen(address, options =>
            {
                options.Protocols = HttpProtocols.Http1;
                options.Use(next => connection => proxy.ReadAsync(connection, next));
                options.Use(next => connection => quota.LimitAsync(connection, next));
                if (certificate is not null)
                {
                    options.UseHttps(https => (https.ServerCertificate, https.HandshakeTimeout) = (certificate, limits.HeadersTimeout));
                }
            });
        }
    }

    private static IPEndPoint ToEndPoint(Uri bound) => new(IPAddress.Parse(bound.Host), bound.Port);

    private static IPAddress[] LocalAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ];

    /// <summary>Signals are the business of the process's own host; the default lifetime would catch them a second time.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
