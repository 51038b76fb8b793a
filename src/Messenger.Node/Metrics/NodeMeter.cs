using System.Diagnostics.Metrics;
using System.Text.Json;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Node.Api;

namespace Messenger.Node.Metrics;

/// <summary>
/// The instruments of one node in the meter "Messenger". Tags are words of a fixed set: never a contact, an address, a key or a text.
/// </summary>
internal sealed class NodeMeter : ITrafficMeter, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Messenger";

    private static readonly InstrumentAdvice<double> Brief = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
    private static readonly InstrumentAdvice<double> Long = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 21600, 86400, 604800] };

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _read;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _deferred;
    private readonly Counter<long> _relayAsks;
    private readonly Counter<long> _carried;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _unread;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _ownerRequests;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _delivery;
    private readonly Histogram<double> _call;
    private readonly Histogram<double> _request;
    private readonly QueueBoard _queue;

    /// <param name="queue">Where contacts say what waits for them.</param>
    public NodeMeter(QueueBoard queue)
    {
        _queue = queue;
        _accepted = Meter.CreateCounter<long>("messenger.messages.accepted", null, "Messages that are on the disk, by where they came from: the owner, the author's node (peer), a friend who carried them (relay), or an import.");
        _delivered = Meter.CreateCounter<long>("messenger.messages.delivered", null, "Messages of the owner that the recipient's node has.");
        _read = Meter.CreateCounter<long>("messenger.messages.read", null, "Messages of the owner that the recipient has read, as far as their nodes tell.");
        _refused = Meter.CreateCounter<long>("messenger.messages.refused", null, "Messages of the owner that the recipient's node refused for good.");
        _deferred = Meter.CreateCounter<long>("messenger.messages.deferred", null, "Reasons for which messages of the owner went on waiting; each is counted when it changes.");
        _relayAsks = Meter.CreateCounter<long>("messenger.relay.asks", null, "Messages of the owner that friends were asked to carry, by what they answered.");
        _carried = Meter.CreateCounter<long>("messenger.carried", null, "Messages of friends for friends: taken, held already (known), turned away (full), and handed on.");
        _calls = Meter.CreateCounter<long>("messenger.calls", null, "Requests to other nodes.");
        _requests = Meter.CreateCounter<long>("messenger.peer.requests", null, "Requests of other nodes that could be read.");
        _unread = Meter.CreateCounter<long>("messenger.peer.unread", null, "Requests to the peer listener that could not be read, or were not meant for it.");
        _refusals = Meter.CreateCounter<long>("messenger.peer.refusals", null, "What other nodes asked for and did not get.");
        _ownerRequests = Meter.CreateCounter<long>("messenger.owner.requests", null, "Requests to the owner's listener; a stream counts when it ends.");
        _commit = Meter.CreateHistogram("messenger.commit.duration", "s", "How long the journal takes to write a commit of a contact.", advice: Brief);
        _delivery = Meter.CreateHistogram("messenger.delivery.duration", "s", "From queued to delivered.", advice: Long);
        _call = Meter.CreateHistogram("messenger.call.duration", "s", "How long other nodes take to answer.", advice: Brief);
        _request = Meter.CreateHistogram("messenger.peer.request.duration", "s", "How long other nodes wait for an answer.", advice: Brief);
    }

    /// <summary>The meter of this node alone: several nodes may live in one process.</summary>
    public Meter Meter { get; } = new(Name);

    /// <summary>Lets what is asked for most begin at 0, so that its first increase shows.</summary>
    public void Begin()
    {
        foreach (var source in (string[])["owner", "peer", "relay"])
        {
            _accepted.Add(0, Of("source", source));
        }

        _delivered.Add(0);
        _read.Add(0);
        foreach (var step in (string[])["taken", "handed_on"])
        {
            _carried.Add(0, Of("step", step));
        }

        foreach (var outcome in (string[])["answered", "no_answer"])
        {
            _calls.Add(0, Of("action", "ping"), Of("outcome", outcome));
        }
    }

    /// <inheritdoc/>
    public void Committed(IReadOnlyList<ContactEvent> events, IReadOnlyList<TimeSpan> waits, TimeSpan took)
    {
        var (owner, peer, relay, import, read) = (0, 0, 0, 0, 0);
        foreach (var happened in events)
        {
            switch (happened)
            {
                case MessageQueued { WrittenAt: not null } or MessageReceived { ArrivedAt: not null }:
                    import++;
                    break;
                case MessageQueued:
                    owner++;
                    break;
                case MessageReceived { Via: null }:
                    peer++;
                    break;
                case MessageReceived:
                    relay++;
                    break;
                case MessagesRead told:
                    read += told.Messages.Length;
                    break;
                case MessageRefused refused:
                    _refused.Add(1, Reason(refused.Reason));
                    break;
                case MessageDeferred deferred:
                    _deferred.Add(1, Reason(deferred.Reason));
                    break;
                default:
                    break;
            }
        }

        Accept("owner", owner);
        Accept("peer", peer);
        Accept("relay", relay);
        Accept("import", import);
        Add(_read, read);
        Add(_delivered, waits.Count);
        foreach (var wait in waits)
        {
            _delivery.Record(wait.TotalSeconds);
        }

        _commit.Record(took.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Queued(ContactId contact, int messages, DateTimeOffset? oldest) => _queue.Set(contact, messages, oldest);

    /// <summary>A request to another node has come to an end.</summary>
    public void Called(string action, string outcome, TimeSpan took)
    {
        _calls.Add(1, Of("action", action), Of("outcome", outcome));
        _call.Record(took.TotalSeconds, Of("action", action));
    }

    /// <summary>A friend was asked to carry a message.</summary>
    public void AskedRelay(string answer) => _relayAsks.Add(1, Of("answer", answer));

    /// <summary>Something became of messages that are carried for friends.</summary>
    public void Carried(string step, int messages) => _carried.Add(messages, Of("step", step));

    /// <summary>A request of another node was answered.</summary>
    public void Answered(string action, string outcome, TimeSpan took)
    {
        _requests.Add(1, Of("action", action), Of("outcome", outcome));
        _request.Record(took.TotalSeconds, Of("action", action));
    }

    /// <summary>A request of another node, or of whoever else found its port, could not be read.</summary>
    public void Unread(string reason) => _unread.Add(1, Of("reason", reason));

    /// <summary>Something of another node was refused.</summary>
    public void Refused(string action, string reason) => _refusals.Add(1, Of("action", action), Reason(reason));

    /// <summary>A request to the owner's listener was answered.</summary>
    public void OwnerAnswered(string method, string route, string status) =>
        _ownerRequests.Add(1, Of("method", method), Of("route", route), Of("status", status));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private void Accept(string source, int messages)
    {
        if (messages > 0)
        {
            _accepted.Add(messages, Of("source", source));
        }
    }

    private static void Add(Counter<long> counter, int messages)
    {
        if (messages > 0)
        {
            counter.Add(messages);
        }
    }

    // The texts speak of addresses and statuses; the codes are few.
    private static KeyValuePair<string, object?> Reason(string text) =>
        Of("reason", Reasons.CodeOf(text) is { } code ? JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()) : "other");

    private static KeyValuePair<string, object?> Of(string tag, string value) => new(tag, value);
}
