using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Actors.Tests.Fakes;

/// <summary>A read model that is never behind, because it looks everything up in the journal itself.</summary>
internal sealed class JournalAsHistory(JournalControl journal) : IMessageHistory
{
    private int _lookups;

    public string Epoch => "epoch";

    /// <summary>How often an id or uuid was looked up.</summary>
    public int Lookups => _lookups;

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) =>
        Task.FromResult(journal.EventsOf(contact).SingleOrDefault(e => e.Number == number).Event switch
        {
            MessageQueued e => Row(number, e.Uuid, outgoing: true, e.Text, e.At),
            MessageReceived e => Row(number, "", outgoing: false, e.Text, e.At),
            _ => null,
        });

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        return Task.FromResult(journal.EventsOf(contact).SelectMany(e => IdsOf(e.Event)).Intersect(ids).ToImmutableHashSet());
    }

    public Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation)
    {
        var events = journal.EventsOf(contact);
        var read = events.Select(e => e.Event).OfType<MessagesRead>().SelectMany(e => e.Messages).ToHashSet();
        return Task.FromResult<ImmutableArray<NamedMessage>>(
        [
            .. events.Select(e => e.Event switch
            {
                MessageQueued { Seal: { } seal } => (e.Number, seal.Hash),
                MessageSealed { Seal: { } seal } late => (late.Message, seal.Hash),
                MessageQueued { Text: { } text } plain => (e.Number, MessageId.Derive(plain.Timestamp, "", text).Value),
                _ => (0, ""),
            }).Where(sent => ids.Contains(new MessageId(sent.Item2))).Select(sent => new NamedMessage(sent.Item1, read.Contains(sent.Item1))).Distinct(),
        ]);
    }

    public Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation)
    {
        var envelopes = journal.EventsOf(contact).Select(e => e.Event switch
        {
            MessageQueued { Seal: { } seal } => (Envelope: new SentEnvelope(e.Number, e.Number), seal.Hash),
            MessageSealed { Seal: { } seal } late => (Envelope: new SentEnvelope(late.Message, e.Number), seal.Hash),
            _ => default,
        }).Where(sent => sent.Envelope is not null).ToLookup(sent => sent.Envelope.Message);
        return Task.FromResult<ImmutableArray<SentEnvelope>>(
            [.. envelopes.Where(sent => sent.Any(s => hashes.Contains(s.Hash))).Select(sent => sent.MaxBy(s => s.Envelope.Stored).Envelope)]);
    }

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        var known = journal.EventsOf(contact).SingleOrDefault(e => e.Event is MessageQueued queued && queued.Uuid == uuid);
        return Task.FromResult<(long, string)?>(known.Event is MessageQueued found ? (known.Number, found.TextHash) : null);
    }

    public Task ScrubAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> IndexAsync(int limit, CancellationToken cancellation) => Task.FromResult(false);

    public Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) => throw new NotSupportedException();

    private static IEnumerable<MessageId> IdsOf(ContactEvent happened) => happened switch
    {
        MessageReceived e => e.Seal?.Ids().Append(e.Id) ?? [e.Id],
        MessageOpened e => e.Seal.Ids(),
        _ => [],
    };

    private static MessageRow Row(long number, string uuid, bool outgoing, string? text, DateTimeOffset at) =>
        new(number, uuid, outgoing, text, at, at, outgoing ? MessageState.Queued : MessageState.Received, null, [], null, true, "");
}
