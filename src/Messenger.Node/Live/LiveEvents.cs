using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Live;

/// <summary>
/// Streams what happens: first what was missed, from the durable feed, then what is committed from now on. Between the two nothing is lost
/// or doubled, because a stream listens before it looks back and skips the numbers it has seen.
/// </summary>
internal sealed class LiveEvents(Owner owner, LiveFeed feed, PresenceBoard presence, RetentionSetting retention, TimeProvider time)
{
    /// <summary>How often a silent stream shows that it is alive.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    private const int Batch = 200;
    private const int FleetingBacklog = 1_000;

    /// <summary>Events from after an id on, without end; null stands for a heartbeat.</summary>
    /// <param name="since">The id of the last event that the client saw; null to begin now.</param>
    /// <param name="stop">Ends the stream.</param>
    /// <exception cref="OperationCanceledException">The stream was ended.</exception>
    public async IAsyncEnumerable<LiveEvent?> ReadAsync(string? since, [EnumeratorCancellation] CancellationToken stop)
    {
        // What has no id: described when it is told, so that it tells what is so then.
        var fleeting = Channel.CreateBounded<Func<LiveEvent>>(new BoundedChannelOptions(FleetingBacklog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        using var heard = new Listening(
            presence, contact => fleeting.Writer.TryWrite(() => Describe(contact)), retention, days => fleeting.Writer.TryWrite(() => Describe(days)));
        using var audience = new Attendance(owner, feed);
        var subscription = feed.Subscribe();
        try
        {
            audience.Changed();
            var start = await StartAsync(since, stop);
            var position = start.Position;
            foreach (var first in start.Events)
            {
                yield return first;
            }

            while (true)
            {
                await foreach (var missed in CatchUpAsync(position, stop))
                {
                    position = missed.Number;
                    yield return missed.Event;
                }

                Task<bool>? more = null;
                Task<bool>? moreFleeting = null;
                while (true)
                {
                    foreach (var (number, happened) in await DescribeAsync(Drain(subscription.Entries, position), stop))
                    {
                        position = number;
                        yield return happened;
                    }

                    while (fleeting.Reader.TryRead(out var describe))
                    {
                        yield return describe();
                    }

                    more ??= subscription.Entries.WaitToReadAsync(stop).AsTask();
                    moreFleeting ??= fleeting.Reader.WaitToReadAsync(stop).AsTask();
                    using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    var tick = Task.Delay(Heartbeat, time, timer.Token);
                    var first = await Task.WhenAny(more, moreFleeting, tick);
                    await timer.CancelAsync();
                    stop.ThrowIfCancellationRequested();
                    if (first == tick)
                    {
                        yield return null;
                    }

                    if (more.IsCompleted && !await more)
                    {
                        break;
                    }

                    more = more.IsCompleted ? null : more;
                    moreFleeting = moreFleeting.IsCompleted ? null : moreFleeting;
                }

                // This stream fell behind and was let go: listen again, then look back.
                subscription.Dispose();
                subscription = feed.Subscribe();
            }
        }
        finally
        {
            subscription.Dispose();
        }
    }

    private async Task<(long Position, IReadOnlyList<LiveEvent> Events)> StartAsync(string? since, CancellationToken stop)
    {
        var history = owner.History;
        if (since is not null && EventId.Parse(since) is { } asked && asked.Epoch == history.Epoch && await history.FeedAsync(asked.Number, 1, stop) is not null)
        {
            return (asked.Number, [Hello(since)]);
        }

        var latest = new EventId(history.Epoch, await history.LastFeedNumberAsync(stop));
        var hello = Hello(latest.ToString());
        return since is null
            ? (latest.Number, [hello])
            : (latest.Number, [hello, Event(latest.ToString(), "reset", new ResetEvent(latest.ToString()), ApiJson.Plain.ResetEvent)]);
    }

    private static LiveEvent Hello(string latest) => Event(latest, "hello", new HelloEvent(NodeVersion.Current, latest), ApiJson.Plain.HelloEvent);

    private async IAsyncEnumerable<(long Number, LiveEvent Event)> CatchUpAsync(long position, [EnumeratorCancellation] CancellationToken stop)
    {
        while (await owner.History.FeedAsync(position, Batch, stop) is { } entries)
        {
            if (entries.IsEmpty)
            {
                yield break;
            }

            foreach (var described in await DescribeAsync(entries, stop))
            {
                yield return described;
            }

            position = entries[^1].Number;
        }

        var latest = new EventId(owner.History.Epoch, await owner.History.LastFeedNumberAsync(stop));
        yield return (latest.Number, Event(latest.ToString(), "reset", new ResetEvent(latest.ToString()), ApiJson.Plain.ResetEvent));
    }

    private static List<FeedEntry> Drain(ChannelReader<FeedEntry> entries, long position)
    {
        var batch = new List<FeedEntry>();
        while (batch.Count < Batch && entries.TryRead(out var entry))
        {
            if (entry.Number > position)
            {
                batch.Add(entry);
            }
        }

        return batch;
    }

    private async Task<IReadOnlyList<(long Number, LiveEvent Event)>> DescribeAsync(IReadOnlyList<FeedEntry> entries, CancellationToken stop)
    {
        if (entries.Count == 0)
        {
            return [];
        }

        // One look at all messages and one at all summaries serve the whole batch: an import is thousands of entries.
        var messages = await owner.History.MessagesAsync(
            [.. entries.Where(entry => entry.Kind is FeedKind.Message or FeedKind.MessageState).Select(entry => (entry.Contact, entry.Message))], stop);
        var summaries = entries.Any(entry => entry.Kind is FeedKind.Contact or FeedKind.Request or FeedKind.Read)
            ? await owner.History.SummariesAsync(stop)
            : new Dictionary<ContactId, ContactSummary>();
        return [.. entries.Select(entry => (entry.Number, Describe(entry, messages, summaries)))];
    }

    private LiveEvent Describe(
        FeedEntry entry, IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow> messages, IReadOnlyDictionary<ContactId, ContactSummary> summaries)
    {
        var id = new EventId(owner.History.Epoch, entry.Number).ToString();
        var contact = entry.Contact.Value;
        switch (entry.Kind)
        {
            case FeedKind.Message or FeedKind.MessageState:
                var message = messages.GetValueOrDefault((entry.Contact, entry.Message)) is { Text: not null } row ? MessageItem.Of(row) : null;
                return Event(
                    id, entry.Kind == FeedKind.Message ? "message" : "message.state", new MessageEvent(contact, MessageItem.IdOf(entry.Message), message), ApiJson.Plain.MessageEvent);
            case FeedKind.Read:
                var unread = summaries.GetValueOrDefault(entry.Contact)?.Unread ?? 0;
                return Event(id, "read", new ReadEvent(contact, MessageItem.IdOf(entry.Message), unread), ApiJson.Plain.ReadEvent);
            default:
                var item = owner.FindShown(entry.Contact) is { } profile ? owner.Describe(profile, summaries) : null;
                return Event(id, entry.Kind == FeedKind.Request ? "request" : "contact", new ContactEvent(contact, item), ApiJson.Plain.ContactEvent);
        }
    }

    private LiveEvent Describe(ContactId contact)
    {
        var now = presence.Of(contact);
        return Event(
            null, "presence", new PresenceEvent(contact.Value, now.IsOnline(time.GetUtcNow()), now.LastOnline, now.LastConnect), ApiJson.Plain.PresenceEvent);
    }

    private static LiveEvent Describe(int? keptDays) => Event(null, "retention", new RetentionItem(keptDays), ApiJson.Plain.RetentionItem);

    private static LiveEvent Event<T>(string? id, string type, T data, JsonTypeInfo<T> shape) => new(id, type, JsonSerializer.SerializeToElement(data, shape));

    /// <summary>Hears about presence and how long messages are kept, as long as it lives.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly Action _end;

        public Listening(PresenceBoard presence, Action<ContactId> moved, RetentionSetting retention, Action<int?> limited)
        {
            presence.Changed += moved;
            retention.Changed += limited;
            _end = () =>
            {
                presence.Changed -= moved;
                retention.Changed -= limited;
            };
        }

        public void Dispose() => _end();
    }

    /// <summary>Tells the roster whether anybody is looking, when a stream opens and after it has closed.</summary>
    private sealed class Attendance(Owner owner, LiveFeed feed) : IDisposable
    {
        public void Changed() => owner.Tell(new RosterProtocol.AudienceChanged(feed.Audience > 0));

        public void Dispose() => Changed();
    }
}
