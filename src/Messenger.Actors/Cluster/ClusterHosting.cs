using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Pattern;
using Akka.Remote.Transport.DotNetty;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;

namespace Messenger.Actors.Cluster;

/// <summary>How a member reaches the others, and how they reach it.</summary>
/// <param name="ListenHost">The address that is bound.</param>
/// <param name="ListenPort">The port that is bound.</param>
/// <param name="Host">Under which the other members dial it.</param>
/// <param name="Port">Under which they dial it.</param>
/// <param name="Certificate">Shown to every member, and expected of each.</param>
/// <param name="Life">This life of this process, for <see cref="IMemberFence"/>: letters and digits.</param>
public sealed record MemberSettings(string ListenHost, int ListenPort, string Host, int Port, X509Certificate2 Certificate, string Life);

/// <summary>
/// Wiring of a node that is several processes. The same contacts, friend list and history as on one machine; what differs is where they
/// live: contacts in shards over all members, the friend list on one member and a picture of it on each, the history of each contact with it.
/// </summary>
public static class ClusterHosting
{
    internal const string RosterFollowerName = "roster";
    internal const string FeedName = "feed";
    internal const string PresenceName = "presence";

    /// <summary>Name of the actor system of every member.</summary>
    public const string SystemName = "messenger";

    private static readonly TimeSpan FirstRestart = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRestart = TimeSpan.FromSeconds(10);

    /// <summary>Makes the actor system one that can join others; it joins when it is told whom.</summary>
    public static AkkaConfigurationBuilder WithMembership(this AkkaConfigurationBuilder builder, MemberSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var own = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.cluster.roles = ["{{MemberFencer.RolePrefix}}{{settings.Life}}"]
            akka.remote.dot-netty.tcp {
              hostname = "{{settings.ListenHost}}"
              port = {{settings.ListenPort}}
              public-hostname = "{{settings.Host}}"
              public-port = {{settings.Port}}
            }
            """));
        builder.AddSetup(new DotNettySslSetup(
            settings.Certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            validateCertificateHostname: false,
            (shown, _, _, _, _) => IsSameKey(shown, settings.Certificate)));
        return builder
            .WithCustomSerializer("messenger-member", MemberSerializer.BoundTypes, system => new MemberSerializer(system))
            .WithStrictSerialization()
            .AddHocon(own, HoconAddMode.Prepend)
            .AddHocon(ConfigurationFactory.ParseString(ActorSystemConfiguration.Read("cluster.conf")), HoconAddMode.Prepend);
    }

    /// <summary>Spreads the contacts over the members. Needs <see cref="ContactServices"/> in the container.</summary>
    public static AkkaConfigurationBuilder WithShardedContacts(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
    {
        var services = resolver.GetService<ContactServices>();
        var region = ClusterSharding.Get(system).Start(
            ContactSharding.TypeName,
            id => ContactHosting.PropsOf(new(id), services, registry),
            ClusterShardingSettings.Create(system),
            new ContactExtractor(),
            ClusterSharding.Get(system).DefaultShardAllocationStrategy(ClusterShardingSettings.Create(system)),
            ContactRegion.StopContact.Instance);
        registry.Register<ContactRegionKey>(region);
    });

    /// <summary>
    /// Keeps the friend list on one member and follows it here, after the contact region and the history actor were registered. Needs
    /// <see cref="RosterServices"/>, <see cref="IJournalReader"/> and <see cref="IRosterLease"/>.
    /// </summary>
    public static AkkaConfigurationBuilder WithSharedRoster(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
    {
        var services = resolver.GetService<RosterServices>();
        var (lease, journal) = (resolver.GetService<IRosterLease>(), resolver.GetService<IJournalReader>());
        var (region, history) = (registry.Get<ContactRegionKey>(), registry.Get<HistoryKey>());
        var members = new ClusterMembers(system);
        system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new RosterKeeper(services, region, history, lease, members)), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system)),
            "roster-keeper");
        var keeper = system.ActorOf(
            ClusterSingletonProxy.Props("/user/roster-keeper", ClusterSingletonProxySettings.Create(system)), "roster-keeper-proxy");
        registry.Register<RosterKey>(system.ActorOf(
            BackoffSupervisor.Props(Backoff.OnStop(
                Props.Create(() => new RosterFollower(services, region, keeper, journal, members)), "follower", FirstRestart, LastRestart, 0.2, maxNrOfRetries: -1)),
            RosterFollowerName));
    });

    /// <summary>
    /// Shows what the other members commit and see, and shuts out those that are gone. Needs <see cref="LiveFeed"/>, <see cref="IMessageHistory"/>,
    /// <see cref="PresenceBoard"/> and <see cref="IMemberFence"/>.
    /// </summary>
    public static AkkaConfigurationBuilder WithExchange(this AkkaConfigurationBuilder builder) => builder.WithActors((system, _, resolver) =>
    {
        var (feed, history) = (resolver.GetService<LiveFeed>(), resolver.GetService<IMessageHistory>());
        var (presence, time) = (resolver.GetService<PresenceBoard>(), resolver.GetService<TimeProvider>());
        var (fence, members) = (resolver.GetService<IMemberFence>(), new ClusterMembers(system));
        system.ActorOf(Props.Create(() => new MemberFencer(fence)), "fencer");
        system.ActorOf(Props.Create(() => new FeedExchange(history, feed, members)), FeedName);
        system.ActorOf(Props.Create(() => new PresenceExchange(presence, time, members)), PresenceName);
    });

    // The members derive the key from what they share: whoever can show it is one. The rest of a certificate says nothing.
    private static bool IsSameKey(X509Certificate2? shown, X509Certificate2 own) =>
        shown is not null && shown.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(own.PublicKey.ExportSubjectPublicKeyInfo());
}

/// <summary>How contacts are spread.</summary>
internal static class ContactSharding
{
    public const string TypeName = "contact";

    /// <summary>For ever: a member with another number would put contacts elsewhere.</summary>
    public const int Shards = 256;

    /// <summary>What a contact that has nothing due says to its shard.</summary>
    public static readonly Passivate Leave = new(ContactRegion.StopContact.Instance);
}

/// <summary>Knows a contact's place.</summary>
internal sealed class ContactExtractor() : HashCodeMessageExtractor(ContactSharding.Shards)
{
    public override string? EntityId(object message) => (message as ContactProtocol.IWithContactId)?.Contact.Value;
}
