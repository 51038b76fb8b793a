using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Cluster;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Actors.Serialization;
using Messenger.Domain.Addressing;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
using Messenger.Node.Cluster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Peers;

namespace Messenger.Node;

/// <summary>The actors, what they stand on, and the listener for peers in front of them.</summary>
internal static class NodeActors
{
    /// <summary>Registers them; the peers' listener comes last, so that it stops before the actors do.</summary>
    public static IServiceCollection AddNodeActors(this IServiceCollection services, NodeOptions options, DataFolder folder, NodeStorage storage)
    {
        storage.AddTo(services);
        services
            .AddSingleton<RosterBoard>()
            .AddSingleton<PresenceBoard>()
            .AddSingleton<LiveFeed>()
            .AddSingleton<IKeyVault>(provider => provider.GetRequiredService<MasterKey>())
            .AddSingleton(storage.Life(options.Cluster is not null))
            .AddSingleton(provider => Keys(provider, options))
            .AddSingleton<IKeyring>(provider => provider.GetRequiredService<Keyring>())
            .AddSingleton(new NodeIdentity(options.Addresses[0], options.Nick))
            .AddSingleton(Delivery(options))
            .AddSingleton(new SealingPolicy(options.Sealing))
            .AddSingleton(new RosterPolicy(OwnAddresses(options)) { Strangers = options.Accept })
            .AddSingleton(new HostNames(Dns.GetHostAddressesAsync))
            .AddSingleton(RandomNumberGenerator.Create())
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<ContactServices>(provider) with { IsSharded = options.Cluster is not null })
            .AddSingleton<RosterServices>();
        services
            .AddSingleton(new PeerLimits())
            .AddSingleton<IPeerTransport>(provider => new PeerClient(
                provider.GetRequiredService<PeerLimits>(),
                () => provider.GetRequiredService<PeerListener>().OwnEndpoints(options.GuiBound),
                provider.GetRequiredService<TimeProvider>(),
                certificate: options.Addresses[0].CertificateHash))
            .AddSingleton<IDiskSpace>(provider => new DiskSpace(folder.Path, options.MinFreeDisk, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ShownKeys>()
            .AddSingleton<PeerObservations>()
            .AddSingleton(provider => Gateway(provider, options))
            .AddSingleton<IPeerGateway, PeerGateway>()
            .AddSingleton(provider => new PeerListener(
                provider.GetRequiredService<IPeerGateway>(),
                [options.PeerListen],
                provider.GetRequiredService<PeerLimits>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>(),
                options.PeerCertificate,
                options.PeerProxies));
        services.AddAkka(ClusterHosting.SystemName, (builder, provider) =>
        {
            builder
                .WithMessengerConfiguration()
                .ConfigureLoggers(loggers =>
                {
                    loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
                .WithJournalSerialization();
            storage.AddTo(builder);
            if (options.Cluster is { } cluster)
            {
                var key = provider.GetRequiredService<MasterKey>();
                builder.WithMembership(MemberAddress.Settings(cluster, key, storage.MemberLife)).WithExchange().WithHistory().WithShardedContacts().WithSharedRoster();
            }
            else
            {
                builder.WithHistory().WithContacts().WithRoster();
            }
        });
        if (options.Cluster is { } joined)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Membership>(provider, joined)).AddHostedService(provider => provider.GetRequiredService<Membership>());
            services.AddHostedService<SharedKeys>();
        }

        return services
            .AddSingleton(FirstContacts.Read(options.ContactsFile))
            .AddHostedService<KeyRotation>()
            .AddHostedService<RetentionSweep>()
            .AddHostedService<CatchingUp>()
            .AddHostedService<RosterRecovery>()
            .AddHostedService<FirstContacts>()
            .AddHostedService(provider => provider.GetRequiredService<PeerListener>());
    }

    private static Keyring Keys(IServiceProvider provider, NodeOptions options)
    {
        try
        {
            return Keyring.Open(
                provider.GetRequiredService<IKeyStore>(), provider.GetRequiredService<IKeyVault>(), provider.GetRequiredService<IDatabaseLife>().Id,
                provider.GetRequiredService<TimeProvider>().GetUtcNow(), options.Cluster is not null);
        }
        catch (CryptographicException)
        {
            throw new CannotStartException(options.Cluster is null
                ? "the node's own keys were sealed with another master.key than the one in the data folder; put that one back from a copy"
                : "this member has another master.key than the cluster whose database this is; give it the same one, by a copy in its data folder or by --cluster-key");
        }
    }

    private static DeliverySettings Delivery(NodeOptions options) => new()
    {
        PingInterval = options.PingInterval,
        PingAlways = options.Ping == PingPolicy.Always,
        RetryMin = options.RetryMin,
        RelayAfter = options.RelayAfter,
        RelayPlaintext = options.RelayPlaintext,
        OwnServers = [.. options.OwnServers],
        Receipts = options.Receipts,
    };

    private static GatewayServices Gateway(IServiceProvider provider, NodeOptions options) => new(
        OwnAddresses(options),
        options.Relay,
        options.Cluster is null ? new GatewayLimits() : new GatewayLimits { CommandCharacters = 400_000 },
        provider.GetRequiredService<RosterBoard>(),
        provider.GetRequiredService<IKeyVault>(),
        provider.GetRequiredService<HostNames>(),
        provider.GetRequiredService<IRelayStore>(),
        provider.GetRequiredService<ShownKeys>(),
        provider.GetRequiredService<IDiskSpace>(),
        provider.GetRequiredService<PeerObservations>(),
        provider.GetRequiredService<IReadOnlyActorRegistry>(),
        provider.GetRequiredService<TimeProvider>());

    private static ImmutableHashSet<Address> OwnAddresses(NodeOptions options)
    {
        var wildcard = options.PeerListen.Address.Equals(IPAddress.Any) || options.PeerListen.Address.Equals(IPAddress.IPv6Any);
        return wildcard ? [.. options.Addresses] : [.. options.Addresses, Address.Parse((options.PeerTls ? "https://" : "") + options.PeerListen)];
    }
}
