using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Delivery.TwoNodes;

/// <summary>The pure rules of one contact with a journal that commits a little later and may be cut off before.</summary>
internal sealed class SimulatedNode(Clockwork clock, Wire wire, Random random)
{
    private static readonly DeliverySettings Settings = new();
    private static readonly LinkView View = new(Dialable: true, HasKey: true, HandshakeDue: false, Addresses: 2);

    private readonly List<ContactEvent> _journal = [];
    private readonly HashSet<MessageId> _stored = [];
    private readonly List<Action> _replies = [];
    private ContactState _state = ContactState.Empty;
    private ContactState _onDisk = ContactState.Empty;
    private Link _link = Link.New;
    private int _life;
    private int _look;
    private bool _flushing;
    private bool _up = true;

    public SimulatedNode Peer { get; set; } = null!;

    /// <summary>How far this node's clock is off.</summary>
    public TimeSpan ClockError { get; set; }

    public bool IsQuiet => _up && !_flushing && _link.InFlight is null && _state.Outbox.IsEmpty;

    /// <summary>What was acknowledged to the writer, in order.</summary>
    public List<string> Written { get; } = [];

    /// <summary>What is shown of the other's messages, in the author's order.</summary>
    public IEnumerable<string> Shown => _journal.OfType<MessageReceived>().Select((e, i) => (e, i)).OrderBy(x => (x.e.AuthorKey, x.i)).Select(x => x.e.Text!);

    private DateTimeOffset Now => clock.Now + ClockError;

    public void Write(string text)
    {
        if (_up)
        {
            Record(ContactDecisions.Queue(_state, text, text, null, Now).Events);
            _replies.Add(() => Written.Add(text));
        }
    }

    public void Crash(TimeSpan downFor)
    {
        _life++;
        _up = _flushing = false;
        _state = _onDisk;
        _journal.RemoveRange((int)_state.Sequence, _journal.Count - (int)_state.Sequence);
        _replies.Clear();
        _link = Link.New with { PingDue = true };
        InThisLife(downFor, () =>
        {
            _up = true;
            Pump();
        });
    }

    public void Handle(ImmutableArray<IncomingMessage> messages, Action<Outcome> reply)
    {
        if (!_up)
        {
            return;
        }

        _link = _link.Heard(Now);
        if (messages.IsEmpty)
        {
            reply(new Outcome.Pong());
            Pump();
            return;
        }

        var refused = messages.Where(_ => wire.Happens(wire.Faults.Refusal)).ToHashSet();
        var older = ContactDecisions.Doubtful(_state, messages).Where(_stored.Contains).ToHashSet();
        var decision = ContactDecisions.Store(_state, [.. messages.Where(m => !refused.Contains(m))], older, Now);
        var taken = new Queue<int>(decision.Reply);
        ImmutableArray<int> statuses = [.. messages.Select(m => refused.Contains(m) ? 0 : taken.Dequeue())];
        _replies.Add(() => reply(statuses.Length == 1 ? new Outcome.Status(statuses[0]) : new Outcome.Statuses(statuses)));
        Record(decision.Events);
    }

    private void Record(IEnumerable<ContactEvent> events)
    {
        foreach (var next in events)
        {
            _state = _state.Apply(next);
            _journal.Add(next);
        }

        if (!_flushing)
        {
            _flushing = true;
            InThisLife(TimeSpan.FromMilliseconds(random.Next(1, 30)), Commit);
        }
    }

    private void Commit()
    {
        _flushing = false;
        foreach (var next in _journal.Skip((int)_onDisk.Sequence))
        {
            if (next is MessageReceived received)
            {
                Assert.True(_stored.Add(received.Id), "A message was stored twice.");
            }
            else if (next is MessagesDelivered delivered)
            {
                Assert.All(delivered.Messages, n => Assert.Contains(Wired((MessageQueued)_journal[(int)n - 1]).Id, Peer._stored));
            }
        }

        _onDisk = _state;
        _replies.ForEach(r => r());
        _replies.Clear();
        Pump();
    }

    private void Pump()
    {
        _link = _link.Seen(Now);
        var step = DeliverySchedule.Next(_state, _onDisk.Sequence, _link, View, Settings, Now);
        if (step.Start is { } exchange)
        {
            _link = _link with { InFlight = exchange };
            var numbers = exchange is Exchange.Deliver deliver ? deliver.Numbers : [];
            var life = _life;
            wire.Call(Peer, [.. numbers.Select(n => Wired((MessageQueued)_journal[(int)n - 1]))], outcome =>
            {
                if (life == _life)
                {
                    Settle(outcome);
                }
            });
        }
        else if (step.LookAgainAt is { } at)
        {
            Assert.True(at > Now, "It was told to look again at once.");
            var look = ++_look;
            InThisLife(at - Now, () =>
            {
                if (look == _look)
                {
                    Pump();
                }
            });
        }
    }

    private void Settle(Outcome outcome)
    {
        var settlement = Settling.Settle(_state, _link, outcome, View.Addresses, Settings, random.NextDouble(), Now);
        _link = settlement.Link;
        if (settlement.Events.Length > 0)
        {
            Record(settlement.Events);
        }

        Pump();
    }

    private void InThisLife(TimeSpan wait, Action action)
    {
        var life = _life;
        clock.After(wait, () =>
        {
            if (life == _life)
            {
                action();
            }
        });
    }

    private static IncomingMessage Wired(MessageQueued m) => new(MessageId.Derive(m.Timestamp, m.Enctype, m.Text!), m.Timestamp, m.Enctype, m.Text!, null);
}
