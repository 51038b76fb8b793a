using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery;

/// <summary>What each kind of answer to each kind of request comes to: every pair.</summary>
public class SettlingTableTests
{
    private const string Outcomes =
        "1 0 2 [] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] pong misshapen silence 302 400 404 413 414 415 422 429 500 502 503 504 429+40 503+40";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliverySettings Settings = new();
    private static readonly RelayRequest Wish = new(new ContactId("r"), 7);

    private static readonly Dictionary<string, Exchange> Exchanges = new()
    {
        ["handshake"] = new Exchange.Handshake(),
        ["ping"] = new Exchange.Ping(),
        ["relay"] = new Exchange.Relay(Wish),
        ["send"] = new Exchange.Deliver([1], Carried: false),
        ["history"] = new Exchange.Deliver([1, 2, 3], Carried: false),
        ["carriedSend"] = new Exchange.Deliver([1], Carried: true),
        ["carriedHistory"] = new Exchange.Deliver([1, 2, 3], Carried: true),
    };

    private static readonly ContactState State = Enumerable.Range(1, 3)
        .Aggregate(ContactState.Empty, (s, n) => s.Apply(new MessageQueued(Now, $"u{n}", $"{n}", "", "t", "h")));

    /// <summary>
    /// For each request what its answers come to: messages delivered (+), refused (!), put off (-), to be tried again at once (try), and of
    /// those carried the ones that are done with; the seconds in which nothing is started (wait), because the contact asked for it (asked).
    /// </summary>
    public static TheoryData<string, string, string> Table()
    {
        const string slow = "reached wait5 asked";
        const string slower = "reached wait40 asked";
        const string lost = "lost wait5";
        var table = new TheoryData<string, string, string>();

        Rows("handshake", "reached handshakeDelivered", "1");
        Rows("handshake", "reached handshakeAfter300", "0 2");
        Rows("handshake", "reached handshakeAfter5", "[] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] pong misshapen 302 400 404 413 414 415 422 500");
        Rows("handshake", lost, "silence 502 503 504");

        Rows("ping", "reached", "1 pong");
        Rows("ping", "reached error", "0 2 302 400 404 413 414 415 422 500");
        Rows("ping", lost, "[] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] misshapen silence 502 503 504");

        Rows("relay", "reached relay1", "1");
        Rows("relay", "reached relay0", "0");
        Rows("relay", "reached relay2", "2");
        foreach (var status in new[] { "302", "400", "404", "413", "414", "415", "422", "500" })
        {
            Rows("relay", $"reached relay-{status}", status);
        }

        Rows("relay", lost, "[] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] pong misshapen silence 502 503 504");

        Rows("send", "reached +1", "1");
        Rows("send", "reached doubted -1", "0 2");
        Rows("send", "reached !1", "400 413 414 415 422");
        Rows("send", "reached error -1", "302 404 500");
        Rows("send", lost + " try1", "[] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] pong misshapen silence");
        Rows("send", lost, "502 503 504");

        Rows("history", "reached +1 +2 +3", "[1,1,1]");
        Rows("history", "reached +1 -2 -3", "[1,2,0]");
        Rows("history", "reached doubted -1 -2 -3", "[0,0,0]");
        Rows("history", "reached batch1", "413");
        Rows("history", "reached singles", "1 0 2 [] [1] [1,1] pong misshapen 302 400 404 414 415 422 500");
        Rows("history", lost + " batch1", "silence");
        Rows("history", lost, "502 503 504");

        Rows("carriedSend", "reached done1", "1 400 413 414 415 422");
        Rows("carriedSend", "reached doubted -1", "0 2");
        Rows("carriedSend", "reached error -1", "302 404 500");
        Rows("carriedSend", lost + " try1", "[] [1] [1,1] [1,1,1] [0,0,0] [1,2,0] pong misshapen silence");
        Rows("carriedSend", lost, "502 503 504");

        Rows("carriedHistory", "reached done1 done2 done3", "[1,1,1]");
        Rows("carriedHistory", "reached done1 -2 -3", "[1,2,0]");
        Rows("carriedHistory", "reached doubted -1 -2 -3", "[0,0,0]");
        Rows("carriedHistory", "reached batch1", "413");
        Rows("carriedHistory", "reached singles", "1 0 2 [] [1] [1,1] pong misshapen 302 400 404 414 415 422 500");
        Rows("carriedHistory", lost + " batch1", "silence");
        Rows("carriedHistory", lost, "502 503 504");

        foreach (var exchange in Exchanges.Keys)
        {
            Rows(exchange, slow, "429");
            Rows(exchange, slower, "429+40 503+40");
        }

        return table;

        void Rows(string exchange, string meaning, string outcomes)
        {
            foreach (var outcome in outcomes.Split(' '))
            {
                table.Add(exchange, outcome, meaning);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void An_answer_means_one_thing(string exchange, string outcome, string meaning) =>
        Assert.Equal(meaning, Describe(Settle(Exchanges[exchange], Answer(outcome))));

    [Fact]
    public void The_table_has_every_answer_to_every_request_once() =>
        Assert.Equal(
            Exchanges.Keys.SelectMany(e => Outcomes.Split(' ').Select(o => $"{e} {o}")).Order(),
            Table().Select(row => $"{row[0]} {row[1]}").Order());

    [Fact]
    public void Every_answer_ends_the_request_and_either_reaches_or_loses_the_contact() =>
        Assert.All(Table(), row =>
        {
            var exchange = Exchanges[(string)row[0]];
            var settled = Settle(exchange, Answer((string)row[1]));
            Assert.Null(settled.Link.InFlight);
            Assert.True(settled.Reached ^ settled.Lost);
            Assert.Equal(settled.Lost ? 1 : 0, settled.Link.Failures);
            Assert.Equal(settled.Reached ? Now : null, settled.Link.LastContact);
            Assert.Equal(exchange is Exchange.Relay, settled.Link.RelayRequests.IsEmpty);
        });

    internal static Outcome Answer(string name) => name switch
    {
        "pong" => new Outcome.Pong(),
        "misshapen" => new Outcome.Misshapen("?"),
        "silence" => new Outcome.Silence("timeout"),
        ['[', .. var values, ']'] => new Outcome.Statuses([.. values.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]),
        [_, _, _, '+', .. var wait] => new Outcome.Rejected(int.Parse(name[..3], null), TimeSpan.FromSeconds(int.Parse(wait, null))),
        { Length: 3 } => new Outcome.Rejected(int.Parse(name, null), null),
        _ => new Outcome.Status(int.Parse(name, null)),
    };

    private static Settlement Settle(Exchange exchange, Outcome outcome) =>
        Settling.Settle(State, Link.New with { InFlight = exchange, RelayRequests = [Wish] }, outcome, 1, Settings, 0.5, Now);

    private static string Describe(Settlement s)
    {
        var link = s.Link;
        var deferred = s.Lost
            ? link.Deferred.Concat(link.CarriedDeferred).Select(d => $"try{d.Key}")
            : link.Deferred.Concat(link.CarriedDeferred).OrderBy(d => d.Key).Select(d => $"-{d.Key}");
        IEnumerable<string?> words =
        [
            s.Reached ? "reached" : null,
            s.Lost ? "lost" : null,
            link.NotBefore is { } gate ? $"wait{(gate - Now).TotalSeconds}" : null,
            link.AskedToWait ? "asked" : null,
            s.HandshakeDelivered ? "handshakeDelivered" : link.HandshakeNotBefore is { } at ? $"handshakeAfter{(at - Now).TotalSeconds}" : null,
            link.KeyDoubted ? "doubted" : null,
            s.RelayStatus is { } status ? $"relay{status}" : null,
            s.Reached && link is { LastError: not null, SinglesUntil: null, HandshakeNotBefore: null, AskedToWait: false } ? "error" : null,
            .. s.Events.OfType<MessagesDelivered>().SelectMany(e => e.Messages).Select(n => $"+{n}"),
            .. s.Events.OfType<MessageRefused>().Select(e => $"!{e.Message}"),
            .. s.CarriedDone.Select(n => $"done{n}"),
            .. deferred,
            link.SinglesUntil is not null ? "singles" : null,
            link.BatchLimit is { } limit ? $"batch{limit}" : null,
        ];
        return string.Join(' ', words.OfType<string>());
    }
}
