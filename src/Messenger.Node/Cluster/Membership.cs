using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Node.Configuration;
using Messenger.Node.Data;

namespace Messenger.Node.Cluster;

/// <summary>A member of the cluster.</summary>
/// <param name="Address">How the others reach it.</param>
/// <param name="Status">Lower case: joining, up, leaving, exiting, down.</param>
/// <param name="IsReachable">Whether it answers the others.</param>
/// <param name="IsSelf">Whether it is the one that was asked.</param>
/// <param name="Contacts">Contacts that it has in memory; null when it did not say in time.</param>
/// <param name="Shards">Parts of the contact list whose contacts live there, when they do; null when it did not say in time.</param>
internal sealed record Member(string Address, string Status, bool IsReachable, bool IsSelf, int? Contacts, int? Shards);

/// <summary>This process as a member: joins at the start and holds the listeners back until it is in.</summary>
internal sealed class Membership(ActorSystem system, ClusterOptions options, IRequiredActor<ContactRegionKey> contacts, ILogger<Membership> logger) : IHostedService
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CountWithin = TimeSpan.FromSeconds(2);
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(system);

    /// <summary>Whether this member ended because the others go on without it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether the cluster counts on this member.</summary>
    public bool IsUp => !_cluster.IsTerminated && _cluster.SelfMember.Status == MemberStatus.Up;

    /// <summary>How many members there are, and how many of them answer.</summary>
    public (int Known, int Reachable) Counts => (_cluster.State.Members.Count, _cluster.State.Members.Count - _cluster.State.Unreachable.Count);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.RegisterOnMemberUp(() => up.TrySetResult());
        var own = new HostPort(_cluster.SelfAddress.Host!, _cluster.SelfAddress.Port!.Value);
        for (var isFirst = true; !up.Task.IsCompleted; isFirst = false)
        {
            var seeds = MemberAddress.Seeds(options, own, MemberAddress.Resolve);
            var isLetIn = _cluster.SelfMember.Status is MemberStatus.Joining or MemberStatus.WeaklyUp;
            if (isLetIn)
            {
                logger.LogWarning(
                    "Let into the cluster, which waits until all its members know; not heard of: {Silent}.", string.Join(", ", _cluster.State.Unreachable.Select(member => member.Address)));
            }
            else if (!isFirst)
            {
                logger.LogWarning("Not in the cluster yet; asking {Seeds}.", string.Join(", ", seeds.Select(seed => $"{seed.Host}:{seed.Port}")));
            }

            if (seeds.Count > 0 && !isLetIn)
            {
                _cluster.JoinSeedNodes(seeds.Select(seed => new Address(_cluster.SelfAddress.Protocol, system.Name, seed.Host, seed.Port)).ToImmutableList());
            }

            var ended = system.WhenTerminated;
            if (await Task.WhenAny(up.Task, ended, Task.Delay(AskAgainAfter, cancellationToken)) == ended)
            {
                throw new CannotStartException("The cluster does not take this member in.");
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // The host ends the actors after this: whoever finds them ended already did not ask for it.
        IsEnded = _cluster.IsTerminated || system.WhenTerminated.IsCompleted;
        return Task.CompletedTask;
    }

    /// <summary>The members, by address.</summary>
    public async Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancel)
    {
        var held = await CountAsync(cancel);
        var state = _cluster.State;
        return [.. state.Members.OrderBy(member => member.Address.ToString(), StringComparer.Ordinal).Select(member =>
        {
            var stats = held?.GetValueOrDefault(member.Address)?.Stats;
            return new Member(
                $"{member.Address.Host}:{member.Address.Port}",
                member.Status.ToString().ToLowerInvariant(),
                !state.Unreachable.Contains(member),
                member.Address == _cluster.SelfAddress,
                stats?.Values.Sum(),
                stats?.Count);
        })];
    }

    private async Task<IReadOnlyDictionary<Address, ShardRegionStats>?> CountAsync(CancellationToken cancel)
    {
        try
        {
            var region = await contacts.GetAsync(cancel);
            return (await region.Ask<ClusterShardingStats>(new GetClusterShardingStats(CountWithin), CountWithin * 2, cancel)).Regions;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
