using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Delivery;

/// <summary>One request to a contact; at most one is under way per contact.</summary>
public abstract record Exchange
{
    private Exchange()
    {
    }

    /// <summary>Our handshake.</summary>
    public sealed record Handshake : Exchange;

    /// <summary>Are you there?</summary>
    public sealed record Ping : Exchange;

    /// <summary>Messages for the contact: one goes as <c>send</c>, more go as <c>history</c>.</summary>
    /// <param name="Numbers">Journal numbers of our own messages, or rows of the relay store.</param>
    /// <param name="Carried">Whether they are carried for friends.</param>
    public sealed record Deliver(ImmutableArray<long> Numbers, bool Carried) : Exchange;

    /// <summary>Tells what the owner has read.</summary>
    /// <param name="Range">Which messages of the contact.</param>
    public sealed record Receipt(ReadRange Range) : Exchange;

    /// <summary>Tells where this node is dialed from now on.</summary>
    /// <param name="Address">Our address with its certificate.</param>
    /// <param name="Counter">The counter with which it is signed; 0 before.</param>
    public sealed record Move(string Address, long Counter = 0) : Exchange;

    /// <summary>Asks the contact to carry a message to another one.</summary>
    /// <param name="Request">Which message.</param>
    public sealed record Relay(RelayRequest Request) : Exchange;
}

/// <summary>A wish that this contact carries a message.</summary>
/// <param name="Recipient">For whom.</param>
/// <param name="Message">Its number in the recipient's journal.</param>
public sealed record RelayRequest(ContactId Recipient, long Message);

/// <summary>What came of an <see cref="Exchange"/>.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>One status.</summary>
    public sealed record Status(int Value) : Outcome;

    /// <summary>A status per message of a history.</summary>
    public sealed record Statuses(ImmutableArray<int> Values) : Outcome;

    /// <summary>A pong.</summary>
    public sealed record Pong : Outcome;

    /// <summary>An HTTP error.</summary>
    /// <param name="HttpStatus">300 to 599.</param>
    /// <param name="RetryAfter">How long the peer asked us to wait.</param>
    public sealed record Rejected(int HttpStatus, TimeSpan? RetryAfter) : Outcome;

    /// <summary>An answer that does not fit the request.</summary>
    public sealed record Misshapen(string Reason) : Outcome;

    /// <summary>No answer.</summary>
    public sealed record Silence(string Reason) : Outcome;
}
