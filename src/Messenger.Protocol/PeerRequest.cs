using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol;

/// <summary>One request of the peer protocol, read or to be written (seed page; design page "protocol", The five actions).</summary>
public abstract record PeerRequest;

/// <summary><c>handshake</c>: hands over the key that the receiver is to use toward the sender.</summary>
/// <param name="Key">The key handed over, never empty.</param>
/// <param name="From">The sender's address as written; null in the seed's bare form.</param>
/// <param name="Nick">How the sender calls itself.</param>
/// <param name="Proof">The key in force until now, which lets the new one take effect at once.</param>
/// <param name="E2e">The sender's bundle as JSON, not checked yet: see <see cref="Envelopes.BundleText"/>.</param>
/// <param name="Invite">The code of an invite of the receiver's, which makes the sender a friend at once.</param>
public sealed record HandshakeRequest(
    string Key, string? From = null, string? Nick = null, string? Proof = null, string? E2e = null, string? Invite = null) : PeerRequest
{
    /// <summary>What the sender understands beyond the seed; null when it does not say.</summary>
    public Advertisement? Advertised { get; init; }
}

/// <summary><c>send</c>: a message for the receiver itself.</summary>
/// <param name="Message">The message.</param>
/// <param name="Key">The key that the receiver gave the sender.</param>
public sealed record SendRequest(WireMessage Message, string? Key) : PeerRequest;

/// <summary><c>ping</c>: is anybody there?</summary>
/// <param name="From">The sender's address as written; null in the seed's bare form.</param>
/// <param name="Key">The key that the receiver gave the sender; null in the seed's bare form.</param>
public sealed record PingRequest(string? From = null, string? Key = null) : PeerRequest
{
    /// <summary>How many envelopes a ping may name.</summary>
    public const int MaxAgain = 32;

    /// <summary>The sender's bundle as JSON, not checked yet: see <see cref="Envelopes.BundleText"/>.</summary>
    public string? E2e { get; init; }

    /// <summary>The counter of the receiver's bundle that the sender has; null when it says nothing about it.</summary>
    public long? Have { get; init; }

    /// <summary>What the sender understands beyond the seed; null when it does not say.</summary>
    public Advertisement? Advertised { get; init; }

    /// <summary>Envelopes of the receiver that the sender could not open and asks to have sealed again, at most <see cref="MaxAgain"/>.</summary>
    public ImmutableArray<EnvelopeHash> Again { get; init; } = [];
}

/// <summary><c>history</c>: the messages that piled up, answered one by one and in order.</summary>
/// <param name="From">The sender's address as written on the envelope.</param>
/// <param name="Key">The key on the envelope; an item's own key goes before it.</param>
/// <param name="Items">The items that were taken, in order.</param>
/// <param name="Omitted">How many items after those were not taken and have to be answered 0.</param>
public sealed record HistoryRequest(string? From, string? Key, ImmutableArray<HistoryItem> Items, int Omitted = 0) : PeerRequest;

/// <summary><c>resend</c>: a message that the receiver is asked to carry to somebody else.</summary>
/// <param name="Message">The message; <see cref="WireMessage.To"/> is the final recipient.</param>
/// <param name="Key">The key that the receiver (the relay) gave the sender.</param>
public sealed record ResendRequest(WireMessage Message, string? Key) : PeerRequest;

/// <summary><c>receipt</c>: the sender's user has read these messages of the receiver. Never answered by a receipt.</summary>
/// <param name="From">The sender's address as written.</param>
/// <param name="Key">The key that the receiver gave the sender.</param>
/// <param name="Ids">The ids of the messages as both sides derive them, 1 to <see cref="MaxIds"/>.</param>
public sealed record ReceiptRequest(string? From, string? Key, ImmutableArray<MessageId> Ids) : PeerRequest
{
    /// <summary>How many messages a receipt may name.</summary>
    public const int MaxIds = 100;
}

/// <summary><c>moved</c>: the sender answers elsewhere from now on.</summary>
/// <param name="From">The sender's address as written.</param>
/// <param name="Key">The key that the receiver gave the sender.</param>
/// <param name="Change">What it says, not checked yet.</param>
public sealed record MovedRequest(string? From, string? Key, AddressChange Change) : PeerRequest;

/// <summary>The fields of a message, untouched: relays pass them on and ids are derived from them.</summary>
/// <param name="From">The author's address as written, null when missing or empty.</param>
/// <param name="To">The recipient's address as written, null when missing or empty.</param>
/// <param name="Message">
/// The text, at most <see cref="WireLimits.TextBytes"/> of UTF-8, or the envelope, at most <see cref="Envelope.MaxMessageLength"/>; without NUL.
/// </param>
/// <param name="Timestamp">The text of the string, or of the number, exactly as received; empty when missing.</param>
/// <param name="Enctype">The encryption method; empty for plain text.</param>
public sealed record WireMessage(string? From, string? To, string Message, string Timestamp, string Enctype);

/// <summary>One position of a <c>history</c>.</summary>
public abstract record HistoryItem;

/// <summary>A readable item.</summary>
/// <param name="Message">The message.</param>
/// <param name="Key">The item's own key, if it carries one.</param>
public sealed record HistoryMessage(WireMessage Message, string? Key) : HistoryItem;

/// <summary>An item that is no message. It is answered 0 and spoils nothing else.</summary>
/// <param name="Reason">A sentence saying what is wrong.</param>
public sealed record MalformedItem(string Reason) : HistoryItem;
