using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Roster;
using Messenger.Node.Tests.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests;

public sealed class RosterRecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("test");
    private readonly FakeTimeProvider _time = new();
    private readonly LogInMemory _log = new();
    private readonly LoggerFactory _loggers = new();
    private readonly Channel<IActorRef> _questions = Channel.CreateUnbounded<IActorRef>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RosterRecovery _recovery;

    public RosterRecoveryTests()
    {
        _loggers.AddProvider(_log);
        var list = _system.ActorOf(Props.Create(() => new FriendList(_questions.Writer)));
        _recovery = new RosterRecovery(new Known(list), _time, new Logger<RosterRecovery>(_loggers));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        _stopping.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task The_node_starts_when_the_friend_list_is_read()
    {
        var started = _recovery.StartAsync(_stopping.Token);
        var asker = await QuestionAsync();
        Assert.False(started.IsCompleted);

        asker.Tell(new RosterProtocol.PresenceWritten());

        await started.WaitAsync(Patience);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_question_that_was_lost_is_asked_again()
    {
        var started = _recovery.StartAsync(_stopping.Token);
        await QuestionAsync();

        (await QuestionAsync()).Tell(new RosterProtocol.PresenceWritten());

        await started.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_late_answer_to_an_earlier_question_is_one()
    {
        var started = _recovery.StartAsync(_stopping.Token);
        var first = await QuestionAsync();
        await QuestionAsync();

        first.Tell(new RosterProtocol.PresenceWritten());

        await started.WaitAsync(Patience);
    }

    [Fact]
    public async Task Whoever_waits_is_told_for_what()
    {
        var started = _recovery.StartAsync(_stopping.Token);
        while (_log.Lines.IsEmpty)
        {
            await QuestionAsync();
        }

        Assert.Contains("Waiting for the friend list", Assert.Single(_log.Lines), StringComparison.Ordinal);
        (await QuestionAsync()).Tell(new RosterProtocol.PresenceWritten());
        await started.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_node_that_is_stopped_waits_no_longer()
    {
        var started = _recovery.StartAsync(_stopping.Token);
        await QuestionAsync();

        await _stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => started.WaitAsync(Patience));
    }

    // Time passes until somebody asks.
    private async Task<IActorRef> QuestionAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        IActorRef? asker;
        while (!_questions.Reader.TryRead(out asker))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "Nobody asks for the friend list.");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return asker;
    }

    private sealed class FriendList : ReceiveActor
    {
        public FriendList(ChannelWriter<IActorRef> questions) => Receive<RosterProtocol.WritePresence>(_ => questions.TryWrite(Sender));
    }

    private sealed class Known(IActorRef list) : IRequiredActor<RosterKey>
    {
        public IActorRef ActorRef => list;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(list);
    }
}
