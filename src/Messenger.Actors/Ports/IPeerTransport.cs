using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Actors.Ports;

/// <summary>Carries one request to another node (protocol.md, Transport). One call is one HTTP exchange with one address.</summary>
public interface IPeerTransport
{
    /// <summary>Sends <paramref name="call"/> and reads the answer. Whatever the peer does is a <see cref="PeerReply"/>, never an exception.</summary>
    /// <param name="address">Where to dial.</param>
    /// <param name="trust">Which addresses may be dialed.</param>
    /// <param name="call">What to say.</param>
    /// <param name="cancellation">Ends the call when the node stops.</param>
    Task<PeerReply> CallAsync(Address address, DialTrust trust, PeerCall call, CancellationToken cancellation);
}

/// <summary>The wire fields of one message as they leave this node.</summary>
/// <param name="From">The author's address.</param>
/// <param name="To">The recipient's address.</param>
/// <param name="Text">The text.</param>
/// <param name="Timestamp">The author's timestamp, untouched.</param>
/// <param name="Enctype">Encryption of the text; empty is plaintext.</param>
public sealed record OutgoingMessage(string From, string To, string Text, string Timestamp, string Enctype);

/// <summary>A request to another node.</summary>
/// <param name="From">Our address.</param>
/// <param name="Key">The key the contact gave us (for a handshake: the key we issue to it); empty when we have none.</param>
public abstract record PeerCall(string From, string Key)
{
    /// <summary>Asks to be a friend, or answers such a request.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The key that the contact must use toward us.</param>
    /// <param name="Nick">Our nick.</param>
    /// <param name="Proof">The key the contact gave us, which shows whose answer this is; <see langword="null"/> when we have none.</param>
    public sealed record Handshake(string From, string Key, string Nick, string? Proof) : PeerCall(From, Key)
    {
        /// <summary>Our bundle as JSON.</summary>
        public string? Bundle { get; init; }

        /// <summary>The code of the contact's invite.</summary>
        public string? Invite { get; init; }

        /// <summary>What we understand beyond the seed.</summary>
        public Advertisement? Advertised { get; init; }
    }

    /// <summary>Asks whether the contact is online.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The contact's key.</param>
    public sealed record Ping(string From, string Key) : PeerCall(From, Key)
    {
        /// <summary>Our bundle as JSON; only to a contact that has shown one, as the two below.</summary>
        public string? Bundle { get; init; }

        /// <summary>The counter of the contact's bundle that we have.</summary>
        public long? Have { get; init; }

        /// <summary>What we understand beyond the seed.</summary>
        public Advertisement? Advertised { get; init; }

        /// <summary>Envelopes of the contact that could not be opened and are to be sealed again.</summary>
        public ImmutableArray<EnvelopeHash> Again { get; init; } = [];
    }

    /// <summary>Delivers one message.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The contact's key.</param>
    /// <param name="Message">The message.</param>
    public sealed record Send(string From, string Key, OutgoingMessage Message) : PeerCall(From, Key);

    /// <summary>Delivers several messages, oldest first.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The contact's key.</param>
    /// <param name="Messages">2 to 500 messages.</param>
    public sealed record History(string From, string Key, ImmutableArray<OutgoingMessage> Messages) : PeerCall(From, Key);

    /// <summary>Tells which messages of the contact the owner has read; only to a contact that takes receipts.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The contact's key.</param>
    /// <param name="Ids">1 to 100 derived ids.</param>
    public sealed record Receipt(string From, string Key, ImmutableArray<MessageId> Ids) : PeerCall(From, Key);

    /// <summary>Tells where we answer from now on; only to a contact that takes it.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The contact's key.</param>
    /// <param name="Change">The change, signed.</param>
    public sealed record Move(string From, string Key, AddressChange Change) : PeerCall(From, Key);

    /// <summary>Asks the contact to carry a message to someone else.</summary>
    /// <param name="From">Our address.</param>
    /// <param name="Key">The relay's key.</param>
    /// <param name="Message">The message; its <c>To</c> is the final recipient.</param>
    public sealed record Resend(string From, string Key, OutgoingMessage Message) : PeerCall(From, Key);
}

/// <summary>What came of a <see cref="PeerCall"/>.</summary>
public abstract record PeerReply
{
    private PeerReply()
    {
    }

    /// <summary>HTTP 200 with one <c>status</c>.</summary>
    /// <param name="Value">1 is yes; anything else is not.</param>
    public sealed record Status(int Value) : PeerReply
    {
        /// <summary>To a handshake: the contact's bundle as JSON, not checked yet.</summary>
        public string? Bundle { get; init; }

        /// <summary>To a handshake: what the contact's node understands beyond the seed; null when it does not say.</summary>
        public Advertisement? Advertised { get; init; }
    }

    /// <summary>HTTP 200 with one <c>status</c> per message of a history, as many as were sent.</summary>
    /// <param name="Values">In the order sent.</param>
    public sealed record Statuses(ImmutableArray<int> Values) : PeerReply;

    /// <summary>HTTP 200 with <c>action: pong</c>.</summary>
    public sealed record Pong : PeerReply
    {
        /// <summary>The contact's bundle as JSON, not checked yet.</summary>
        public string? Bundle { get; init; }

        /// <summary>What the contact's node understands beyond the seed; null when it does not say.</summary>
        public Advertisement? Advertised { get; init; }
    }

    /// <summary>Another HTTP status than 200.</summary>
    /// <param name="HttpStatus">300 to 599.</param>
    /// <param name="RetryAfter">How long the peer asked us to wait, at most an hour.</param>
    public sealed record Rejected(int HttpStatus, TimeSpan? RetryAfter) : PeerReply;

    /// <summary>HTTP 200 whose body is not what the request asks for, e.g. an array of another length.</summary>
    /// <param name="Reason">What is wrong, for the owner.</param>
    public sealed record WrongShape(string Reason) : PeerReply;

    /// <summary>Nothing usable came: refused, timed out, cut off, or the address may not be dialed.</summary>
    /// <param name="Reason">What happened, for the owner.</param>
    public sealed record NoAnswer(string Reason) : PeerReply;
}
