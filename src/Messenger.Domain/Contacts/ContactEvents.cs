using System.Collections.Immutable;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>
/// What happened between us and one contact, in the order of the contact's journal. The <see cref="EventNumber"/> of a
/// <see cref="MessageQueued"/> or <see cref="MessageReceived"/> is the message's number and its cursor in the client API.
/// </summary>
/// <param name="At">When it was decided, UTC.</param>
public abstract record ContactEvent(DateTimeOffset At);

/// <summary>The user wrote a message; from here on its wire fields never change.</summary>
/// <param name="At">When it was accepted, UTC.</param>
/// <param name="Uuid">The client's id of the message.</param>
/// <param name="Timestamp">The wire timestamp: Unix seconds with six decimals, strictly increasing per contact.</param>
/// <param name="Enctype">Encryption on the wire; empty is plaintext.</param>
/// <param name="Text">The text as the owner wrote it; <see langword="null"/> once erased.</param>
/// <param name="TextHash">SHA-256 of the text, base64url: tells a repeated PUT from a conflicting one after erasing.</param>
/// <param name="Seal">The sealed form; <see langword="null"/> for plaintext, and while the message waits for keys of the contact.</param>
public sealed record MessageQueued(
    DateTimeOffset At, string Uuid, string Timestamp, string Enctype, string? Text, string TextHash, OutgoingSeal? Seal = null) : ContactEvent(At)
{
    /// <summary>When the user wrote it, UTC, if that was elsewhere and it was imported here.</summary>
    public DateTimeOffset? WrittenAt { get; init; }
}

/// <summary>The recipient's node answered 1 for these messages.</summary>
/// <param name="At">When the answer came, UTC.</param>
/// <param name="Messages">Numbers of the messages, ascending.</param>
public sealed record MessagesDelivered(DateTimeOffset At, ImmutableArray<long> Messages) : ContactEvent(At);

/// <summary>The recipient's node did not take the message; it stays queued. Recorded when the reason changes, not at each try.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Reason">Why, for the user.</param>
public sealed record MessageDeferred(DateTimeOffset At, long Message, string Reason) : ContactEvent(At);

/// <summary>The message will not be tried again: the recipient's node refused it alone with a 4xx.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Reason">Why, for the user.</param>
public sealed record MessageRefused(DateTimeOffset At, long Message, string Reason) : ContactEvent(At);

/// <summary>A relay stored a copy and will try; this is not a delivery.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Relay">The contact that carries it.</param>
public sealed record MessageRelayed(DateTimeOffset At, long Message, ContactId Relay) : ContactEvent(At);

/// <summary>A relay declined this message; it is not asked for it again the same day.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Relay">The contact that declined.</param>
/// <param name="Status">Its answer (protocol.md, resend): 0, 2, 3, 4, 5 or another.</param>
public sealed record RelayDeclined(DateTimeOffset At, long Message, ContactId Relay, int Status) : ContactEvent(At);

/// <summary>A message of this contact was stored here.</summary>
/// <param name="At">When it arrived, UTC.</param>
/// <param name="Id">The derived id (protocol.md, Message id).</param>
/// <param name="Timestamp">The timestamp text as received.</param>
/// <param name="Enctype">Encryption on the wire; empty is plaintext.</param>
/// <param name="Text">The text, opened where that was possible, else as received; <see langword="null"/> once erased.</param>
/// <param name="ClaimedAt">The author's time, UTC, when <paramref name="Timestamp"/> could be read.</param>
/// <param name="AuthorKey">Microseconds since the Unix epoch by which the author's messages are ordered: the claimed time, else the arrival.</param>
/// <param name="Via">The relay that brought it, if it did not come from the author's own node.</param>
/// <param name="Proven">Whether the author is proven: came with the author's own key, or signed by the author's identity.</param>
/// <param name="Seal">What the opened envelope says.</param>
/// <param name="Unreadable">Why <paramref name="Text"/> cannot be shown.</param>
/// <param name="Warning">What the owner should know.</param>
public sealed record MessageReceived(
    DateTimeOffset At, MessageId Id, string Timestamp, string Enctype, string? Text, DateTimeOffset? ClaimedAt, long AuthorKey, ContactId? Via, bool Proven,
    IncomingSeal? Seal = null, UnreadableReason? Unreadable = null, MessageWarning? Warning = null)
    : ContactEvent(At)
{
    /// <summary>When it arrived, UTC, if that was elsewhere and it was imported here.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }
}

/// <summary>The user has read everything up to here.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Cursor">Number of the last message read.</param>
public sealed record ReadMarked(DateTimeOffset At, long Cursor) : ContactEvent(At)
{
    /// <summary>Whether the author is to be told; <see langword="null"/> for no.</summary>
    public bool? Tells { get; init; }
}

/// <summary>The user erased messages: an intent that is carried out after this commit and again at each recovery until <see cref="EraseCompleted"/>.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Messages">Numbers of the messages; empty when <paramref name="UpTo"/> is given.</param>
/// <param name="UpTo">Every message up to this number (the whole conversation); 0 when single messages are meant.</param>
public sealed record EraseRequested(DateTimeOffset At, ImmutableArray<long> Messages, long UpTo) : ContactEvent(At);

/// <summary>The texts meant by the <see cref="EraseRequested"/> of this number are gone from the journal and the read model.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Request">Number of the <see cref="EraseRequested"/>.</param>
public sealed record EraseCompleted(DateTimeOffset At, long Request) : ContactEvent(At);
