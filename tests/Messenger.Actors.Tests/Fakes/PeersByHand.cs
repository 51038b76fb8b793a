using System.Collections.Concurrent;
using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;

namespace Messenger.Actors.Tests.Fakes;

/// <summary>A request that waits for the test to answer it.</summary>
internal sealed class CallUnderWay(Address address, PeerCall call)
{
    private readonly TaskCompletionSource<PeerReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Address Address => address;

    public PeerCall Call => call;

    public Task<PeerReply> Reply => _reply.Task;

    public void Answer(PeerReply reply) => _reply.SetResult(reply);

    public void Answer(int status) => Answer(new PeerReply.Status(status));

    public void Answer(params ImmutableArray<int> statuses) => Answer(new PeerReply.Statuses(statuses));
}

/// <summary>A network whose every answer the test gives, one by one or, for some addresses, by a rule.</summary>
internal sealed class PeersByHand : IPeerTransport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly BlockingCollection<CallUnderWay> _calls = [];
    private int _underWay;

    public ConcurrentDictionary<Address, Func<PeerCall, PeerReply>> Rules { get; } = new();

    /// <summary>Calls that were answered by a rule.</summary>
    public ConcurrentQueue<(Address Address, PeerCall Call)> Ruled { get; } = new();

    /// <summary>Calls that nobody has looked at yet.</summary>
    public int Waiting => _calls.Count;

    /// <summary>Calls that the test has yet to answer.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public static PeerReply Silence { get; } = new PeerReply.NoAnswer("nobody there");

    /// <summary>Says yes to everything.</summary>
    public static PeerReply Yes(PeerCall call) => call switch
    {
        PeerCall.Ping => new PeerReply.Pong(),
        PeerCall.History h => new PeerReply.Statuses([.. h.Messages.Select(_ => 1)]),
        _ => new PeerReply.Status(1),
    };

    public Task<PeerReply> CallAsync(Address address, DialTrust trust, PeerCall call, CancellationToken cancellation)
    {
        if (Rules.TryGetValue(address, out var rule))
        {
            Ruled.Enqueue((address, call));
            return Task.FromResult(rule(call));
        }

        return WaitForTest(new CallUnderWay(address, call), cancellation);
    }

    private async Task<PeerReply> WaitForTest(CallUnderWay call, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _underWay);
        _calls.Add(call, cancellation);
        try
        {
            return await call.Reply.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>The next request, whatever it is.</summary>
    public CallUnderWay NextOfAnyKind() => _calls.TryTake(out var call, Patience) ? call : throw new TimeoutException("Nothing was sent.");

    /// <summary>The next request, which must be of this kind.</summary>
    public CallUnderWay Next<TCall>()
        where TCall : PeerCall
    {
        var next = _calls.TryTake(out var call, Patience) ? call : throw new TimeoutException($"No {typeof(TCall).Name} was sent.");
        Assert.IsType<TCall>(next.Call);
        return next;
    }

    /// <summary>The next request, which must deliver these texts: one as <c>send</c>, more as <c>history</c>.</summary>
    public CallUnderWay Next(params IEnumerable<string> texts)
    {
        var expected = texts.ToArray();
        var next = expected.Length == 1 ? Next<PeerCall.Send>() : Next<PeerCall.History>();
        Assert.Equal(expected, TextsOf(next.Call));
        return next;
    }

    public static IEnumerable<string> TextsOf(PeerCall call) => call switch
    {
        PeerCall.Send send => [send.Message.Text],
        PeerCall.Resend resend => [resend.Message.Text],
        PeerCall.History history => history.Messages.Select(m => m.Text),
        _ => [],
    };
}
