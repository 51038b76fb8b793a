using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Messenger.Actors.Ports;

namespace Messenger.Actors.Cluster;

/// <summary>
/// Shuts members out of the journal that the cluster has given up. Every member does it, and all of them before the first contact of the removed one is started
/// elsewhere: that waits as long as the cluster took to be sure (cluster.conf, stable-after).
/// </summary>
internal sealed class MemberFencer : ReceiveActor, IWithTimers
{
    /// <summary>The role by which the others know the life of a member.</summary>
    public const string RolePrefix = "life-";

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();

    public MemberFencer(IMemberFence fence)
    {
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            // Whoever leaves has handed everything over. And a member that ends itself sees all the others removed, as they were.
            if (removed.PreviousStatus != MemberStatus.Down)
            {
                return;
            }

            foreach (var role in removed.Member.Roles.Where(role => role.StartsWith(RolePrefix, StringComparison.Ordinal)))
            {
                Self.Tell(new ShutOut(role[RolePrefix.Length..]));
            }
        });
        Receive<ShutOut>(due => fence.ShutOutAsync(due.Life, _stopping.Token).PipeTo(Self, success: () => Done.Instance, failure: error => new Failed(due, error)));
        Receive<Failed>(failed =>
        {
            _log.Warning(failed.Error, "A member that is gone could not be shut out of the journal; it is tried again.");
            Timers.StartSingleTimer(failed.Due, failed.Due, TryAgainAfter);
        });
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop()
    {
        Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private sealed record ShutOut(string Life) : INoSerializationVerificationNeeded;

    private sealed record Failed(ShutOut Due, Exception Error) : INoSerializationVerificationNeeded;

    private sealed class Done : INoSerializationVerificationNeeded
    {
        public static readonly Done Instance = new();
    }
}
