using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

/// <summary>
/// A conversation that random commands were said to: the live state, the journal it made, and a read model of all ids and uuids
/// ever seen, which the rules may ask for what has left their window.
/// </summary>
internal sealed class Conversation
{
    private static readonly ContactId[] Relays = [new("r1"), new("r2"), new("r3")];
    private readonly HashSet<MessageId> _received = [];
    private readonly Dictionary<string, (long Number, string TextHash)> _queued = [];
    private readonly List<ContactCommit> _rows = [];

    public ContactState State { get; private set; } = ContactState.Empty.Begin(1);

    /// <summary>One row for each command that made something happen.</summary>
    public IReadOnlyList<ContactCommit> Rows => _rows;

    public IReadOnlyList<ContactEvent> Journal => [.. _rows.SelectMany(r => r.Events)];

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Half the clocks' steps go back.</summary>
    public static Gen<Conversation> Any { get; } = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3000], Gen.Int[0, 400], Gen.Int[-5000, 5000], Gen.Bool)
        .List[1, 30]
        .Select(steps => steps.Aggregate(new Conversation(), (c, s) => c.Step(s.Item1, s.Item2, s.Item3, s.Item4, s.Item5)));

    public static string Picture(ContactState state) => JsonSerializer.Serialize(ContactSnapshot.Of(state));

    /// <summary>The n-th message the contact may send: some have a time that cannot be read, and the order of times is not that of numbers.</summary>
    public static IncomingMessage Incoming(int n, ContactId? via = null)
    {
        var timestamp = n % 10 == 0 ? $"teatime {n}" : (1_700_000_000 + (n * 7919 % 3400)).ToString(CultureInfo.InvariantCulture);
        return new(MessageId.Derive(timestamp, "", $"m{n}"), timestamp, "", $"m{n}", via);
    }

    public IEnumerable<int> Store(params IEnumerable<IncomingMessage> items)
    {
        ImmutableArray<IncomingMessage> batch = [.. items];
        var older = ContactDecisions.Doubtful(State, batch).Where(_received.Contains).ToHashSet();
        var decision = ContactDecisions.Store(State, batch, older, Now);
        Record(decision.Events);
        return decision.Reply;
    }

    public (Queueing Outcome, long Message) Queue(string uuid, string text)
    {
        (long, string)? older = State.Queued.ForgottenNumber > 0 && _queued.TryGetValue(uuid, out var known) ? known : null;
        var decision = ContactDecisions.Queue(State, uuid, text, older, Now);
        Record(decision.Events);
        return decision.Reply;
    }

    public void Record(IEnumerable<ContactEvent> events)
    {
        ImmutableArray<ContactEvent> row = [.. events];
        foreach (var next in row)
        {
            State = State.Apply(next);
            if (next is MessageReceived received)
            {
                _received.Add(received.Id);
            }
            else if (next is MessageQueued queued)
            {
                _queued.Add(queued.Uuid, (State.Sequence, queued.TextHash));
            }
        }

        if (!row.IsEmpty)
        {
            _rows.Add(new(row));
            State = State.Begin(_rows.Count + 1);
        }
    }

    private Conversation Step(int kind, int pick, int count, int seconds, bool flag)
    {
        Now += TimeSpan.FromSeconds(seconds);
        var relay = Relays[pick % Relays.Length];
        var waiting = State.Outbox.Keys.Skip(State.Outbox.IsEmpty ? 0 : pick % State.Outbox.Count).FirstOrDefault();
        switch (kind)
        {
            case 0 or 1:
                Store(Enumerable.Range(pick, count).Select(n => Incoming(n, flag ? relay : null)));
                break;
            case 2:
                Enumerable.Range(pick, count).ToList().ForEach(n => Queue($"u{n}", $"text {n % 2}"));
                break;
            case 3 when waiting > 0:
                Record([new MessagesDelivered(Now, [.. State.Outbox.Keys.Where(n => n >= waiting).Take(count + 1)])]);
                break;
            case 4 when waiting > 0:
                Record(flag ? [new MessageRefused(Now, waiting, "HTTP 413")] : [new MessageDeferred(Now, waiting, "status 0")]);
                break;
            case 5:
                Record(ContactDecisions.RelayAnswered(State, waiting, relay, flag ? 1 : pick % 6, Now));
                break;
            case 6:
                Record(ContactDecisions.MarkRead(State, State.Sequence * pick / 3000, Now).Events);
                break;
            case 7 when _rows.Count > 0:
                var row = pick % _rows.Count;
                Record(ContactDecisions.Erase(State, EventNumber.First(row + 1) + (pick % _rows[row].Events.Length), Now).Events);
                break;
            case 8 when pick % 4 == 0:
                Record(ContactDecisions.EraseAll(State, Now).Events);
                break;
            case 9 when !State.Erasing.IsEmpty:
                Record([new EraseCompleted(Now, State.Erasing.Keys.First())]);
                break;
            default:
                break;
        }

        return this;
    }
}
