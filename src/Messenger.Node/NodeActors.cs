using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Actors.Serialization;
using Messenger.Domain.Addressing;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
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
            .AddSingleton<IDatabaseLife>(DatabaseLife.Read(folder))
            .AddSingleton(Keys)
            .AddSingleton<IKeyring>(provider => provider.GetRequiredService<Keyring>())
            .AddSingleton(new NodeIdentity(options.Addresses[0], options.Nick))
            .AddSingleton(Delivery(options))
            .AddSingleton(new SealingPolicy(options.Sealing))
            .AddSingleton(new RosterPolicy(OwnAddresses(options)) { Strangers = options.Accept })
            .AddSingleton(new HostNames(Dns.GetHostAddressesAsync))
            .AddSingleton(RandomNumberGenerator.Create())
            .AddSingleton<ContactServices>()
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
                options.PeerCertificate));
        services.AddAkka("messenger", builder =>
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
            builder.WithHistory().WithContacts().WithRoster();
        });
        return services
            .AddSingleton(FirstContacts.Read(options.ContactsFile))
            .AddHostedService<KeyRotation>()
            .AddHostedService<RetentionSweep>()
            .AddHostedService<RosterRecovery>()
            .AddHostedService<FirstContacts>()
            .AddHostedService(provider => provider.GetRequiredService<PeerListener>());
    }

    private static Keyring Keys(IServiceProvider provider)
    {
        try
        {
            return Keyring.Open(
                provider.GetRequiredService<IKeyStore>(), provider.GetRequiredService<IKeyVault>(), provider.GetRequiredService<IDatabaseLife>().Id,
                provider.GetRequiredService<TimeProvider>().GetUtcNow());
        }
        catch (CryptographicException)
        {
            throw new CannotStartException("the node's own keys were sealed with another master.key than the one in the data folder; put that one back from a copy");
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
        new GatewayLimits(),
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
