using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Messenger.Actors.Cluster;

namespace Messenger.Actors.Tests.Cluster;

/// <summary>A cluster whose other members are one probe each, whichever of their actors is spoken to.</summary>
internal sealed class MembersByHand(TestKitBase kit) : IMembers
{
    private volatile ImmutableDictionary<string, TestProbe> _probes = ImmutableDictionary<string, TestProbe>.Empty;

    public string Own => "here";

    public ImmutableArray<string> Others => [.. _probes.Keys];

    /// <summary>One more member.</summary>
    public TestProbe Add(string name)
    {
        var probe = kit.CreateTestProbe(name);
        _probes = _probes.Add(name, probe);
        return probe;
    }

    public void Tell(string member, string actor, object message, IActorRef sender) => _probes[member].Ref.Tell(message, sender);

    public void Follow(IUntypedActorContext follower)
    {
        // The tests say what becomes of members.
    }
}
