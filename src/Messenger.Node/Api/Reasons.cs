using System.Text.Json.Serialization;

namespace Messenger.Node.Api;

/// <summary>Why something waits, failed or was turned away; more may be added.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReasonCode>))]
internal enum ReasonCode
{
    /// <summary>Nobody listens at the address.</summary>
    [JsonStringEnumMemberName("connection_refused")]
    ConnectionRefused,

    /// <summary>The host name has no address.</summary>
    [JsonStringEnumMemberName("host_unknown")]
    HostUnknown,

    /// <summary>The connection did not come about in time.</summary>
    [JsonStringEnumMemberName("connection_timed_out")]
    ConnectionTimedOut,

    /// <summary>The network knows no way to the address.</summary>
    [JsonStringEnumMemberName("no_route")]
    NoRoute,

    /// <summary>The connection broke.</summary>
    [JsonStringEnumMemberName("connection_broken")]
    ConnectionBroken,

    /// <summary>The contact's node took the request and answered nothing in time.</summary>
    [JsonStringEnumMemberName("no_answer")]
    NoAnswer,

    /// <summary>The call was given up, because the node was stopping.</summary>
    [JsonStringEnumMemberName("given_up")]
    GivenUp,

    /// <summary>The address is one that may not be dialed.</summary>
    [JsonStringEnumMemberName("not_dialable")]
    NotDialable,

    /// <summary>A gateway before the contact's node answered with an HTTP error.</summary>
    [JsonStringEnumMemberName("gateway_error")]
    GatewayError,

    /// <summary>The answer is none that the protocol knows.</summary>
    [JsonStringEnumMemberName("strange_answer")]
    StrangeAnswer,

    /// <summary>The contact's node does not take our key.</summary>
    [JsonStringEnumMemberName("key_refused")]
    KeyRefused,

    /// <summary>The contact's node answered a ping with an HTTP error.</summary>
    [JsonStringEnumMemberName("ping_error")]
    PingError,

    /// <summary>The contact's node does not know the action history; messages go one by one.</summary>
    [JsonStringEnumMemberName("history_not_understood")]
    HistoryNotUnderstood,

    /// <summary>The contact's node asked us to slow down.</summary>
    [JsonStringEnumMemberName("asked_to_wait")]
    AskedToWait,

    /// <summary>The contact's node did not take our handshake.</summary>
    [JsonStringEnumMemberName("handshake_refused")]
    HandshakeRefused,

    /// <summary>The recipient's node answered the message with an HTTP error.</summary>
    [JsonStringEnumMemberName("recipient_error")]
    RecipientError,

    /// <summary>The recipient's node answered that it did not store the message.</summary>
    [JsonStringEnumMemberName("not_taken")]
    NotTaken,

    /// <summary>This node could not read the messages from its own disk.</summary>
    [JsonStringEnumMemberName("unreadable_here")]
    UnreadableHere,

    /// <summary>The message has to be sealed and waits for keys of the contact.</summary>
    [JsonStringEnumMemberName("waits_for_keys")]
    WaitsForKeys,

    /// <summary>The contact could not open the message and asked for it again.</summary>
    [JsonStringEnumMemberName("asked_again")]
    AskedAgain,

    /// <summary>The node at the address shows another certificate than the one that is known, or none that is trusted.</summary>
    [JsonStringEnumMemberName("not_trusted")]
    NotTrusted,

    /// <summary>A caller brought a sealed message that its author has not made, or not for this node.</summary>
    [JsonStringEnumMemberName("forged")]
    Forged,

    /// <summary>The contact's node did not take our new address.</summary>
    [JsonStringEnumMemberName("move_refused")]
    MoveRefused,

    /// <summary>A caller told a new address of its own that was not taken.</summary>
    [JsonStringEnumMemberName("bad_move")]
    BadMove,

    /// <summary>A caller told about messages that were never written to it.</summary>
    [JsonStringEnumMemberName("unknown_messages")]
    UnknownMessages,

    /// <summary>A caller showed no key that a contact has.</summary>
    [JsonStringEnumMemberName("unknown_key")]
    UnknownKey,

    /// <summary>A caller that was accepted for relaying only wrote to the owner.</summary>
    [JsonStringEnumMemberName("relay_only")]
    RelayOnly,

    /// <summary>A message that was sent, not to be relayed, is for another contact.</summary>
    [JsonStringEnumMemberName("for_another")]
    ForAnother,

    /// <summary>A message does not tell its author.</summary>
    [JsonStringEnumMemberName("no_author")]
    NoAuthor,

    /// <summary>The author of a message is no contact.</summary>
    [JsonStringEnumMemberName("unknown_author")]
    UnknownAuthor,

    /// <summary>The caller may not relay through this node.</summary>
    [JsonStringEnumMemberName("may_not_relay")]
    MayNotRelay,

    /// <summary>The caller asked to relay what another one wrote.</summary>
    [JsonStringEnumMemberName("second_hop")]
    SecondHop,

    /// <summary>A message to be relayed names no recipient.</summary>
    [JsonStringEnumMemberName("no_recipient")]
    NoRecipient,

    /// <summary>The recipient of a message to be relayed is no contact.</summary>
    [JsonStringEnumMemberName("unknown_recipient")]
    UnknownRecipient,

    /// <summary>This node relays for nobody.</summary>
    [JsonStringEnumMemberName("relaying_off")]
    RelayingOff,
}

/// <summary>Finds the code of a reason in its text, which is what journals keep.</summary>
internal static class Reasons
{
    // The first that fits: the more exact stand before the others.
    private static readonly (string Beginning, ReasonCode Code)[] Known =
    [
        ("The connection was refused.", ReasonCode.ConnectionRefused),
        ("The host name is not known.", ReasonCode.HostUnknown),
        ("The connection did not come about in time.", ReasonCode.ConnectionTimedOut),
        ("There is no way to the address.", ReasonCode.NoRoute),
        ("The connection broke", ReasonCode.ConnectionBroken),
        ("No answer came within ", ReasonCode.NoAnswer),
        ("The call was given up.", ReasonCode.GivenUp),
        ("The address may not be dialed: ", ReasonCode.NotDialable),
        ("A gateway before the contact answered HTTP ", ReasonCode.GatewayError),
        ("The answer does not fit the request.", ReasonCode.StrangeAnswer),
        ("The answer does not belong to the request.", ReasonCode.StrangeAnswer),
        ("The answer has the HTTP status ", ReasonCode.StrangeAnswer),
        ("The reply ", ReasonCode.StrangeAnswer),
        ("The status of the reply ", ReasonCode.StrangeAnswer),
        ("A history of ", ReasonCode.StrangeAnswer),
        ("A history was answered by ", ReasonCode.StrangeAnswer),
        ("The contact refuses our key.", ReasonCode.KeyRefused),
        ("The contact answered a ping with HTTP ", ReasonCode.PingError),
        ("The contact does not understand a history;", ReasonCode.HistoryNotUnderstood),
        ("The contact asked us to slow down.", ReasonCode.AskedToWait),
        ("The contact did not take our handshake: ", ReasonCode.HandshakeRefused),
        ("The recipient's node answered HTTP ", ReasonCode.RecipientError),
        ("The recipient's node answered ", ReasonCode.NotTaken),
        ("The messages could not be read: ", ReasonCode.UnreadableHere),
        ("Waits for keys of the contact.", ReasonCode.WaitsForKeys),
        ("The contact could not open it and asked for it again.", ReasonCode.AskedAgain),
        ("The node at that address is not trusted: ", ReasonCode.NotTrusted),
        ("It brought a sealed message that its author has not made, or not for us.", ReasonCode.Forged),
        ("The contact did not take our new address.", ReasonCode.MoveRefused),
        ("Its new address is not taken: ", ReasonCode.BadMove),
        ("It names no message that was written to it.", ReasonCode.UnknownMessages),
        ("It shows no key that a friend has.", ReasonCode.UnknownKey),
        ("It was accepted for relaying only.", ReasonCode.RelayOnly),
        ("It is for us, and was accepted for relaying only.", ReasonCode.RelayOnly),
        ("It is for another contact;", ReasonCode.ForAnother),
        ("Its author cannot be told:", ReasonCode.NoAuthor),
        ("Its author is no contact.", ReasonCode.UnknownAuthor),
        ("It may not relay here.", ReasonCode.MayNotRelay),
        ("Its author is another one than the caller;", ReasonCode.SecondHop),
        ("It names no recipient.", ReasonCode.NoRecipient),
        ("Its recipient is no contact.", ReasonCode.UnknownRecipient),
        ("Relaying is off.", ReasonCode.RelayingOff),
    ];

    /// <summary>The code of a text; null for none, and for one that is not known.</summary>
    public static ReasonCode? CodeOf(string? text)
    {
        foreach (var (beginning, code) in text is null ? [] : Known)
        {
            if (text!.StartsWith(beginning, StringComparison.Ordinal))
            {
                return code;
            }
        }

        return null;
    }
}
