using System.Text.Json;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Node.Api;

namespace Messenger.Node.Tests.Api;

public sealed class ReasonsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly Domain.Contacts.ContactState State = Enumerable.Range(1, 3)
        .Aggregate(Domain.Contacts.ContactState.Empty, (state, number) => state.Apply(new MessageQueued(Now, $"u{number}", $"{number}", "", "t", "h")));

    private static readonly Exchange[] Exchanges =
    [
        new Exchange.Handshake(),
        new Exchange.Ping(),
        new Exchange.Relay(new RelayRequest(new ContactId("r"), 7)),
        new Exchange.Receipt(new ReadRange(0, 3)),
        new Exchange.Move("192.0.2.1", 1),
        new Exchange.Deliver([1], Carried: false),
        new Exchange.Deliver([1, 2, 3], Carried: false),
    ];

    private static readonly Outcome[] Outcomes =
    [
        new Outcome.Status(0),
        new Outcome.Status(2),
        new Outcome.Statuses([0]),
        new Outcome.Statuses([0, 0, 0]),
        new Outcome.Pong(),
        new Outcome.Misshapen("The reply is not a JSON object."),
        new Outcome.Silence("The connection was refused."),
        .. new[] { 302, 400, 404, 413, 429, 500, 502, 503 }.Select(status => new Outcome.Rejected(status, null)),
    ];

    /// <summary>A text that a journal may hold has its code for ever.</summary>
    [Theory]
    [InlineData("The connection was refused.", "connection_refused")]
    [InlineData("The host name is not known.", "host_unknown")]
    [InlineData("The connection did not come about in time.", "connection_timed_out")]
    [InlineData("There is no way to the address.", "no_route")]
    [InlineData("The connection broke: Connection reset by peer", "connection_broken")]
    [InlineData("No answer came within 15 seconds.", "no_answer")]
    [InlineData("The call was given up.", "given_up")]
    [InlineData("The address may not be dialed: 127.0.0.1 is a loopback address.", "not_dialable")]
    [InlineData("A gateway before the contact answered HTTP 502.", "gateway_error")]
    [InlineData("The answer does not fit the request.", "strange_answer")]
    [InlineData("The answer does not belong to the request.", "strange_answer")]
    [InlineData("The answer has the HTTP status 999, which does not exist.", "strange_answer")]
    [InlineData("The reply has neither a status nor a pong.", "strange_answer")]
    [InlineData("The status of the reply is not a number.", "strange_answer")]
    [InlineData("A history of 3 messages was answered by 2 statuses.", "strange_answer")]
    [InlineData("A history was answered by something else than a list of statuses.", "strange_answer")]
    [InlineData("The contact refuses our key.", "key_refused")]
    [InlineData("The contact answered a ping with HTTP 500.", "ping_error")]
    [InlineData("The contact does not understand a history; messages go one by one.", "history_not_understood")]
    [InlineData("The contact asked us to slow down.", "asked_to_wait")]
    [InlineData("The contact did not take our handshake: status 0.", "handshake_refused")]
    [InlineData("The recipient's node answered HTTP 413.", "recipient_error")]
    [InlineData("The recipient's node answered 0.", "not_taken")]
    [InlineData("The messages could not be read: disk full", "unreadable_here")]
    [InlineData("Waits for keys of the contact.", "waits_for_keys")]
    [InlineData("The contact could not open it and asked for it again.", "asked_again")]
    [InlineData("The node at that address is not trusted: it shows another certificate.", "not_trusted")]
    [InlineData("It brought a sealed message that its author has not made, or not for us.", "forged")]
    [InlineData("The contact did not take our new address.", "move_refused")]
    [InlineData("Its new address is not taken: A later one was taken before.", "bad_move")]
    [InlineData("It names no message that was written to it.", "unknown_messages")]
    [InlineData("It shows no key that a friend has.", "unknown_key")]
    [InlineData("It was accepted for relaying only.", "relay_only")]
    [InlineData("It is for us, and was accepted for relaying only.", "relay_only")]
    [InlineData("It is for another contact; a send is not a resend.", "for_another")]
    [InlineData("Its author cannot be told: \"from\" is no address of another node.", "no_author")]
    [InlineData("Its author is no contact.", "unknown_author")]
    [InlineData("It may not relay here.", "may_not_relay")]
    [InlineData("Its author is another one than the caller; a resend goes one hop.", "second_hop")]
    [InlineData("It names no recipient.", "no_recipient")]
    [InlineData("Its recipient is no contact.", "unknown_recipient")]
    [InlineData("Relaying is off.", "relaying_off")]
    [InlineData("Something else.", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_text_has_one_code(string? text, string? code) =>
        Assert.Equal(code is null ? "null" : $"\"{code}\"", JsonSerializer.Serialize(Reasons.CodeOf(text)));

    [Fact]
    public void Whatever_an_answer_comes_to_has_a_code()
    {
        var texts =
            from exchange in Exchanges
            from outcome in Outcomes
            let settled = Settling.Settle(State, Link.New with { InFlight = exchange }, outcome, 1, new DeliverySettings(), 0.5, Now)
            from text in settled.Events.Select(ReasonOf).Append(settled.Link.LastError)
            where text is not null
            select text;

        Assert.All(texts.Distinct(), text => Assert.True(Reasons.CodeOf(text) is not null, text));
    }

    private static string? ReasonOf(ContactEvent recorded) => recorded switch
    {
        MessageDeferred deferred => deferred.Reason,
        MessageRefused refused => refused.Reason,
        _ => null,
    };
}
