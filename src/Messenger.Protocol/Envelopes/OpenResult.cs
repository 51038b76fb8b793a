namespace Messenger.Protocol.Envelopes;

/// <summary>A sealed message.</summary>
/// <param name="Message">The wire's <c>message</c>: standard base64 with padding.</param>
/// <param name="Hash">The hash by which the next message of the chain names this one.</param>
public sealed record SealedMessage(string Message, EnvelopeHash Hash);

/// <summary>What opening an envelope comes to.</summary>
public abstract record OpenResult;

/// <summary>The author wrote exactly this, for us. It may still be a repetition: what counts is (author, <see cref="Payload.Id"/>).</summary>
/// <param name="Author">Who wrote it, proven.</param>
/// <param name="Hash">The hash of the envelope.</param>
/// <param name="Payload">What was written.</param>
public sealed record OpenedEnvelope(Identity Author, EnvelopeHash Hash, Payload Payload) : OpenResult;

/// <summary>
/// The author made this envelope for us, but it cannot be read. It is to be stored, answered 1 and shown as a placeholder; the author has
/// to be asked to seal it again.
/// </summary>
/// <param name="Author">Who made it, proven.</param>
/// <param name="Hash">The hash of the envelope; the one sealed again names it in <see cref="Payload.Of"/>.</param>
/// <param name="Prekey">The key that it was sealed to.</param>
/// <param name="Fault">Why it cannot be read.</param>
/// <param name="Detail">The same in a sentence that holds nothing of the envelope.</param>
public sealed record UnreadableEnvelope(Identity Author, EnvelopeHash Hash, PrekeyId Prekey, UnreadableFault Fault, string Detail) : OpenResult;

/// <summary>Nobody of whom it could be has made this. It is answered 0 and counted against the caller.</summary>
/// <param name="Fault">Why it is refused.</param>
/// <param name="Detail">The same in a sentence that holds nothing of the envelope.</param>
public sealed record RefusedEnvelope(RefusedFault Fault, string Detail) : OpenResult;

/// <summary>Why the envelope of a proven author cannot be read.</summary>
public enum UnreadableFault
{
    /// <summary>The private part of the prekey has been erased, was lost, or cannot be used before the keys are unlocked.</summary>
    UnknownPrekey,

    /// <summary>The author's software sealed it wrongly.</summary>
    Undecryptable,

    /// <summary>It opens, but what is in it is no payload.</summary>
    BadPayload,
}

/// <summary>Why an envelope is nobody's.</summary>
public enum RefusedFault
{
    /// <summary>It is longer than any envelope.</summary>
    TooLarge,

    /// <summary>Its text or its length is that of no envelope.</summary>
    BadEncoding,

    /// <summary>It is of another version than 1.</summary>
    UnknownVersion,

    /// <summary>It was altered, made by somebody else, or made for somebody else.</summary>
    BadSignature,
}
