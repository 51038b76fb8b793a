using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Domain.Search;

namespace Messenger.Actors.Ports;

/// <summary>
/// The read model: messages, per-contact summaries and the live feed, derived from the journal and disposable
/// (architecture.md, HistoryActor). Written by the history actor alone; read by everybody.
/// </summary>
public interface IMessageHistory
{
    /// <summary>Random per life of the read model: feed ids of another epoch are unknown.</summary>
    string Epoch { get; }

    /// <summary>Sequence number of the last event applied, per persistence id.</summary>
    Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation);

    /// <summary>
    /// Applies journal events in one transaction. A slice whose first event is not the next of its persistence id is skipped
    /// (guarded by the stored offset).
    /// </summary>
    Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation);

    /// <summary>Makes messages that were applied found more quickly: a search that comes before has to do this itself.</summary>
    /// <param name="limit">At most so many messages.</param>
    /// <param name="cancellation">Abandons it.</param>
    /// <returns>Whether some are left.</returns>
    Task<bool> IndexAsync(int limit, CancellationToken cancellation);

    /// <summary>A page of a conversation, newest first; empty when the cursor is not a message of it. The cursor of an erased message still works.</summary>
    Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation);

    /// <summary>One message; <see langword="null"/> when there is none of that number.</summary>
    Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation);

    /// <summary>Messages of any conversations in one look; those that do not exist are left out.</summary>
    Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation);

    /// <summary>
    /// Messages that <see cref="SearchQuery.Matches"/>, newest first in the order of their places over all conversations, without erased ones.
    /// </summary>
    Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation);

    /// <summary>Which of these derived ids were ever received from the contact, also when erased.</summary>
    Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation);

    /// <summary>Which messages to the contact were in these envelopes, each once, with the number of the event that holds its last one.</summary>
    Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation);

    /// <summary>Which messages to the contact have one of these derived ids, in whatever form they left; also erased ones that were sealed.</summary>
    Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation);

    /// <summary>The queued message of that uuid, also when erased: its number and text hash.</summary>
    Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation);

    /// <summary>
    /// Numbers of messages that stand before a time in their conversation, oldest first, and that nothing is to become of: neither erased,
    /// nor waiting to be sent, nor unread.
    /// </summary>
    Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Outbox count, unread count and last message of every contact that has any.</summary>
    Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation);

    /// <summary>Contacts with something queued: those the roster must wake.</summary>
    Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation);

    /// <summary>Feed entries after <paramref name="since"/>, oldest first; <see langword="null"/> when that number was pruned or never existed.</summary>
    Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation);

    /// <summary>Number of the newest feed entry; 0 when there is none.</summary>
    Task<long> LastFeedNumberAsync(CancellationToken cancellation);

    /// <summary>Takes texts erased from the journal out of every file of the read model and of the write-ahead logs.</summary>
    Task ScrubAsync(CancellationToken cancellation);
}

/// <summary>The last envelope of a message.</summary>
/// <param name="Message">Number of the message.</param>
/// <param name="Stored">Number of the event that holds the envelope.</param>
public sealed record SentEnvelope(long Message, long Stored);

/// <summary>Consecutive journal rows of one persistence id.</summary>
/// <param name="PersistenceId">Whose.</param>
/// <param name="First">Sequence number of the first row.</param>
/// <param name="Events">A <see cref="ContactCommit"/> or <see cref="RosterEvent"/> each, consecutive.</param>
public sealed record JournalSlice(string PersistenceId, long First, IReadOnlyList<object> Events);

/// <summary>What a transaction of the read model did.</summary>
/// <param name="Feed">The feed entries that came of it, in order.</param>
/// <param name="Offsets">Sequence number of the last event applied now, of every persistence id that had a slice.</param>
/// <param name="Unindexed">How many messages are now to be indexed (<see cref="IMessageHistory.IndexAsync"/>).</param>
public sealed record AppliedEvents(ImmutableArray<FeedEntry> Feed, ImmutableDictionary<string, long> Offsets, int Unindexed);

/// <summary>State of a message as the client API names it, lower case.</summary>
public enum MessageState
{
    /// <summary>Ours, waiting here.</summary>
    Queued,

    /// <summary>Ours, waiting here and at one or more relays.</summary>
    Relayed,

    /// <summary>Ours, stored by the recipient's node.</summary>
    Delivered,

    /// <summary>Read, by the recipient (out) or by the owner (in).</summary>
    Read,

    /// <summary>Ours, not to be tried again.</summary>
    Refused,

    /// <summary>Theirs, not read yet.</summary>
    Received,
}

/// <summary>One message of a conversation.</summary>
/// <param name="Number">Number in the contact's journal: the cursor.</param>
/// <param name="Uuid">The client's id (out); empty for received ones.</param>
/// <param name="Outgoing">Whether the owner wrote it.</param>
/// <param name="Text">The text; <see langword="null"/> once erased.</param>
/// <param name="At">Shown time, UTC: min(claimed, arrival).</param>
/// <param name="ClaimedAt">The author's time, UTC, if readable.</param>
/// <param name="State">State.</param>
/// <param name="Reason">Why it still waits or was refused.</param>
/// <param name="Relays">Relays that hold a copy.</param>
/// <param name="Via">The relay that brought it.</param>
/// <param name="Proven">Whether the author is proven.</param>
/// <param name="Enctype">Encryption on the wire; empty is plaintext.</param>
/// <param name="Unreadable">Why the text cannot be shown; it is empty then.</param>
/// <param name="Warning">What the owner should know.</param>
/// <param name="Missing">How many messages of the author right before this one have not come.</param>
public sealed record MessageRow(
    long Number, string Uuid, bool Outgoing, string? Text, DateTimeOffset At, DateTimeOffset? ClaimedAt, MessageState State, string? Reason,
    ImmutableArray<ContactId> Relays, ContactId? Via, bool Proven, string Enctype,
    UnreadableReason? Unreadable = null, MessageWarning? Warning = null, long Missing = 0);

/// <summary>Which part of a conversation; at most one of the three cursors is given.</summary>
/// <param name="Before">Messages shown before this one.</param>
/// <param name="After">Messages shown after this one.</param>
/// <param name="Around">This one and its neighbours.</param>
/// <param name="Limit">1 to 1,000.</param>
public sealed record MessagePageRequest(long? Before, long? After, long? Around, int Limit);

/// <summary>Messages, newest first in the order shown, without erased ones.</summary>
/// <param name="Messages">The page.</param>
/// <param name="Before">Cursor for older ones; <see langword="null"/> when there are none.</param>
/// <param name="After">Cursor for newer ones; <see langword="null"/> when there are none.</param>
public sealed record MessagePage(ImmutableArray<MessageRow> Messages, long? Before, long? After);

/// <summary>What to look for, and where.</summary>
/// <param name="Query">What.</param>
/// <param name="Contact">In this conversation; <see langword="null"/> is all.</param>
/// <param name="Before">Cursor of an earlier page, any number.</param>
/// <param name="Limit">1 to 1,000.</param>
public sealed record SearchRequest(SearchQuery Query, ContactId? Contact, long? Before, int Limit);

/// <summary>A message that was found.</summary>
/// <param name="Contact">Whose conversation it is in.</param>
/// <param name="Message">The message.</param>
public sealed record SearchHit(ContactId Contact, MessageRow Message);

/// <summary>Messages that were found, newest first.</summary>
/// <param name="Hits">The page.</param>
/// <param name="Before">Cursor for older ones; <see langword="null"/> when there are none.</param>
public sealed record SearchPage(ImmutableArray<SearchHit> Hits, long? Before);

/// <summary>What the contact list shows of a conversation.</summary>
/// <param name="Outbox">Messages still queued or relayed.</param>
/// <param name="Unread">Messages received and not read.</param>
/// <param name="LastMessage">The last shown message, if any is left.</param>
/// <param name="Sealing">Where sealed messages stand.</param>
public sealed record ContactSummary(int Outbox, int Unread, MessageRow? LastMessage, SealingSummary? Sealing = null);

/// <summary>Where sealed messages with a contact stand.</summary>
/// <param name="Identity">The pinned identity, base64url; <see langword="null"/> when it has shown none.</param>
/// <param name="Offered">Another identity that it showed and that the owner has to decide about.</param>
/// <param name="Verified">Whether the owner compared the pinned identity.</param>
/// <param name="PlaintextAllowed">Whether the owner wants messages to go as plain text all the same.</param>
/// <param name="Missing">Messages of the contact that are known to be missing.</param>
/// <param name="ByLink">Whether it is verified by an invite link that named it.</param>
/// <param name="CopiesAt">When it last wrote what another copy of its node must have written, UTC; <see langword="null"/> for never.</param>
public sealed record SealingSummary(string? Identity, string? Offered, bool Verified, bool PlaintextAllowed, long Missing, bool ByLink = false, DateTimeOffset? CopiesAt = null);

/// <summary>Kinds of live events (interface.md, events).</summary>
public enum FeedKind
{
    /// <summary>A message was stored, here or for sending.</summary>
    Message,

    /// <summary>A message's state changed, or it was erased.</summary>
    MessageState,

    /// <summary>A contact changed.</summary>
    Contact,

    /// <summary>The read cursor moved.</summary>
    Read,

    /// <summary>Someone asks to be a friend.</summary>
    Request,
}

/// <summary>One entry of the durable live feed; the payload is read from the tables when it is sent.</summary>
/// <param name="Number">Ascending without reuse within one epoch.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Contact">To whom.</param>
/// <param name="Message">Number of the message, 0 when none is meant.</param>
public sealed record FeedEntry(long Number, FeedKind Kind, ContactId Contact, long Message);
