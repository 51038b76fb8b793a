using Messenger.Domain.Messages;

namespace Messenger.Domain.Contacts;

/// <summary>A message of the owner in its sealed form (design page "security", End-to-end envelope). Every copy of it is this text.</summary>
/// <param name="Wire">The envelope as it stands on the wire; <see langword="null"/> once erased.</param>
/// <param name="Hash">Its hash, by which the contact may ask for it again.</param>
/// <param name="Sid">The chain that it belongs to.</param>
/// <param name="Seq">Its place in the chain, from 1.</param>
/// <param name="Prev">The envelope before it; <see langword="null"/> exactly for the first.</param>
/// <param name="Of">For a message sealed again: the envelope that held it first.</param>
/// <param name="Prekey">The contact's prekey that it was sealed to.</param>
/// <param name="Bundle">The counter of our bundle, if it is inside.</param>
/// <param name="Life">The life of our database in which the chain began; <see langword="null"/> for one that was never restored.</param>
public sealed record OutgoingSeal(
    string? Wire, string Hash, string Sid, long Seq, string? Prev, string? Of, string Prekey, long? Bundle, string? Life = null)
{
    /// <summary>Further envelopes that held it and may have left, the latest first; null for none.</summary>
    public IReadOnlyList<string>? Also { get; init; }
}

/// <summary>What an opened envelope says beside its text; the author has signed all of it.</summary>
/// <param name="Author">The author's identity.</param>
/// <param name="Hash">The hash of the envelope.</param>
/// <param name="Payload">The author's id of the message.</param>
/// <param name="Sid">The author's chain.</param>
/// <param name="Seq">The place in the chain, from 1.</param>
/// <param name="Prev">The envelope before it.</param>
/// <param name="Of">The envelope that held it first, if this is another one.</param>
/// <param name="Time">When it was written, milliseconds since 1970.</param>
/// <param name="Missing">How many messages of the author are known to be missing once this one is here.</param>
public sealed record IncomingSeal(
    string Author, string Hash, string Payload, string Sid, long Seq, string? Prev, string? Of, long Time, long Missing = 0)
{
    /// <summary>Further envelopes that held it, the latest first; null for none.</summary>
    public IReadOnlyList<string>? Also { get; init; }

    // A prime below 1,000 would do no better: authors of ours never let a millisecond span a multiple of this (see ContactDecisions.Queue).
    internal const int PerMillisecond = 1000;

    /// <summary>The message whatever envelope it comes in: no two of an author have the same.</summary>
    public MessageId PayloadId => MessageId.Derive(Payload, "payload", Author);

    /// <summary>Every id that the message goes by.</summary>
    public IEnumerable<MessageId> Ids() => [new(Hash), PayloadId, .. Earlier()];

    /// <summary>The envelopes that held it before, the first one first.</summary>
    public IEnumerable<MessageId> Earlier() => [.. Of is null ? (MessageId[])[] : [new(Of)], .. (Also ?? []).Select(hash => new MessageId(hash))];

    /// <summary>When it was written, microseconds since 1970.</summary>
    public long Microseconds => Time * PerMillisecond;

    /// <summary>As <see cref="MessageReceived.AuthorKey"/>: by time, within a millisecond by the place in the chain.</summary>
    public long AuthorKey => Microseconds + (Seq % PerMillisecond);
}

/// <summary>Why the text of a message cannot be shown. Numbers are written to disk and never reused.</summary>
public enum UnreadableReason
{
    /// <summary>It is encrypted by a method that is not known here.</summary>
    UnknownEnctype = 1,

    /// <summary>The author has not shown its identity yet; it is tried again when it does.</summary>
    UnknownAuthor = 2,

    /// <summary>The key that it was sealed to is gone; the author is asked to seal it again.</summary>
    UnknownPrekey = 3,

    /// <summary>The author's software sealed it wrongly; the author is asked to seal it again.</summary>
    Undecryptable = 4,
}

/// <summary>What the owner should know about a message that is shown. Numbers are written to disk and never reused.</summary>
public enum MessageWarning
{
    /// <summary>It came as plain text although the contact seals what it writes.</summary>
    Plaintext = 1,

    /// <summary>It contradicts the order of what came before: the author's node is in two states.</summary>
    Fork = 2,

    /// <summary>It was written to an older chain after a newer one had begun: two copies of the author's node are running.</summary>
    TwoLives = 3,
}

/// <summary>The contact showed a newer bundle of its identity, which is pinned from now on if it was not.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Bundle">The bundle as JSON.</param>
/// <param name="SealsQueued">Whether what is queued has never left and is sealed, too.</param>
public sealed record BundleTaken(DateTimeOffset At, string Bundle, bool? SealsQueued = null) : ContactEvent(At);

/// <summary>The contact showed another identity than the pinned one: everything to it is held until the owner decides.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Bundle">The bundle as JSON.</param>
public sealed record IdentityOffered(DateTimeOffset At, string Bundle) : ContactEvent(At);

/// <summary>The owner decided about the identity that was offered.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Taken">Whether it takes the place of the pinned one; if not, it is not offered again.</param>
public sealed record IdentityDecided(DateTimeOffset At, bool Taken) : ContactEvent(At);

/// <summary>The owner compared the identities, or takes that back.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Verified">Whether the pinned identity is the contact's.</param>
/// <param name="ByLink">True when nobody compared it: an invite link named it.</param>
public sealed record VerificationChanged(DateTimeOffset At, bool Verified, bool? ByLink = null) : ContactEvent(At);

/// <summary>The owner allows, or forbids again, that messages to a contact that could open sealed ones go as plain text.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Allowed">Whether they do.</param>
public sealed record PlaintextChanged(DateTimeOffset At, bool Allowed) : ContactEvent(At);

/// <summary>A message got another form than it was queued in: it waited for keys, or the contact asked to have it sealed again.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Timestamp">The wire timestamp, as in <see cref="MessageQueued"/>.</param>
/// <param name="Enctype">Encryption; empty is plaintext.</param>
/// <param name="Text">The text; <see langword="null"/> once erased, and where <paramref name="Seal"/> holds it.</param>
/// <param name="Seal">The sealed form; <see langword="null"/> for plaintext.</param>
public sealed record MessageSealed(DateTimeOffset At, long Message, string Timestamp, string Enctype, string? Text, OutgoingSeal? Seal) : ContactEvent(At);

/// <summary>A message that could not be read can be read now.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Message">Number of the message.</param>
/// <param name="Text">The text; <see langword="null"/> once erased.</param>
/// <param name="Seal">What it says of itself.</param>
/// <param name="Warning">What the owner should know.</param>
public sealed record MessageOpened(DateTimeOffset At, long Message, string? Text, IncomingSeal Seal, MessageWarning? Warning = null) : ContactEvent(At);
