using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>The members of the cluster, by address, as those see them that talk to the others.</summary>
internal interface IMembers
{
    /// <summary>This one.</summary>
    string Own { get; }

    /// <summary>Those that take part and answer, this one excluded.</summary>
    ImmutableArray<string> Others { get; }

    /// <summary>Says something to an actor of a member.</summary>
    void Tell(string member, string actor, object message, IActorRef sender);

    /// <summary>Tells an actor from now on of each <see cref="MemberCame"/>, <see cref="MemberSilent"/> and <see cref="MemberGone"/>.</summary>
    void Follow(IUntypedActorContext follower);
}

/// <summary>The members as Akka knows them.</summary>
internal sealed class ClusterMembers(ActorSystem system) : IMembers
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(system);

    public string Own => _cluster.SelfAddress.ToString();

    public ImmutableArray<string> Others
    {
        get
        {
            var state = _cluster.State;
            return
            [
                .. state.Members
                    .Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && member.Address != _cluster.SelfAddress && !state.Unreachable.Contains(member))
                    .Select(member => member.Address.ToString()),
            ];
        }
    }

    public void Tell(string member, string actor, object message, IActorRef sender) =>
        system.ActorSelection(new RootActorPath(Address.Parse(member)) / "user" / actor).Tell(message, sender);

    public void Follow(IUntypedActorContext follower) => follower.ActorOf(Props.Create(() => new MemberNews(follower.Self)), "member-news");

    private sealed class MemberNews : ReceiveActor
    {
        public MemberNews(IActorRef follower)
        {
            Receive<ClusterEvent.MemberUp>(up => follower.Tell(new MemberCame(up.Member.Address.ToString())));
            Receive<ClusterEvent.UnreachableMember>(silent => follower.Tell(new MemberSilent(silent.Member.Address.ToString())));
            Receive<ClusterEvent.MemberExited>(exited => follower.Tell(new MemberSilent(exited.Member.Address.ToString())));
            Receive<ClusterEvent.MemberRemoved>(removed => follower.Tell(new MemberGone(removed.Member.Address.ToString())));
        }

        protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberExited), typeof(ClusterEvent.MemberRemoved));

        protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
    }
}

/// <summary>What is said to all.</summary>
internal static class MembersExtensions
{
    /// <summary>Says the same to an actor of each of the others.</summary>
    public static void TellOthers(this IMembers members, string actor, object message, IActorRef sender)
    {
        foreach (var other in members.Others)
        {
            members.Tell(other, actor, message, sender);
        }
    }
}
