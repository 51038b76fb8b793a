using System.Net;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>
/// Each field of each action, wrong in every way, in every form: it is answered as protocol.md says, and what is answered with 1 is
/// stored, no more and no less.
/// </summary>
public sealed class PeerFieldTests(AttackedNodeFixture fixture) : IClassFixture<AttackedNodeFixture>
{
    private const int LongText = (64 * 1024) + 1;
    private const int LongEnvelope = (768 * 1024) + 1;
    private const int LongField = 513;

    private static readonly Flaw[] InJson = Enum.GetValues<Flaw>();

    // All values are text in these: a number, a list or nothing at all is written as one, and there is no null.
    private static readonly Flaw[] InForms =
        [Flaw.Missing, Flaw.Empty, Flaw.Number, Flaw.Array, Flaw.Oversized, Flaw.Duplicate, Flaw.Nul, Flaw.LoneSurrogate, Flaw.NotUtf8];

    private readonly List<string> deviations = [];
    private readonly AttackedNode attacked = fixture.Attacked;
    private int acknowledged;

    [Theory]
    [InlineData((int)RequestForm.Json)]
    [InlineData((int)RequestForm.FormEncoded)]
    [InlineData((int)RequestForm.Query)]
    public async Task A_field_that_is_wrong_is_refused_clearly_and_nothing_else_is(int form)
    {
        var calls = new PeerCalls(attacked, (RequestForm)form);
        var before = await StoredAsync();
        foreach (var action in PeerCalls.Actions)
        {
            // A friend's good calls are not limited in time, but refused ones are, per address.
            using var client = SeedWire.ClientFrom(action == "handshake" ? IPAddress.Parse(attacked.Attacker.Address.Split(':')[0]) : Loopback.NextHost());
            foreach (var field in calls.Call(action).Fields.Select(f => f.Name))
            {
                foreach (var flaw in field == "messages" || (RequestForm)form == RequestForm.Json ? InJson : InForms)
                {
                    var expected = (RequestForm)form == RequestForm.Json ? Expected(action, field, flaw) : ExpectedInForm((RequestForm)form, action, field, flaw);
                    await TryAsync(client, (RequestForm)form, calls.Call(action).With(field, flaw, TooLong(field)), $"{action}: {field} {flaw}", expected);
                }
            }
        }

        using var friend = SeedWire.ClientFrom(Loopback.NextHost());
        foreach (var field in calls.Item().Fields.Select(f => f.Name))
        {
            foreach (var flaw in InJson)
            {
                var items = $"[{calls.Item().ToJson()},{calls.Item().With(field, flaw, TooLong(field)).ToJson()}]";
                await TryAsync(friend, (RequestForm)form, calls.Call("history").With("messages", items), $"item: {field} {flaw}", ExpectedOfItem((RequestForm)form, field, flaw));
            }
        }

        Assert.True(deviations.Count == 0, string.Join(Environment.NewLine, deviations) + Environment.NewLine + attacked.Node.Evidence());
        await attacked.StillServesAsync();
        await Eventually.Reads(StoredAsync, stored => stored == before + acknowledged, $"{acknowledged} messages more than {before} are stored");
    }

    private static int TooLong(string field) => field switch
    {
        "message" => LongText,
        "messages" => LongEnvelope,
        _ => LongField,
    };

    private static string Expected(string action, string field, Flaw flaw) => (action, field, flaw) switch
    {
        (_, _, Flaw.Duplicate) => "400",
        (_, _, Flaw.Oversized) => "413",
        ("history", "messages", Flaw.Array) => "200 []",
        (_, "timestamp", Flaw.Number) => Good(action),
        (_, "messages", _) => "400",
        (_, _, not (Flaw.Missing or Flaw.Null or Flaw.Empty or Flaw.Text)) => "400",
        _ => WithoutOrAs(action, field, flaw),
    };

    // A text of any kind is a text; whether it is one that means something is asked later.
    private static string ExpectedInForm(RequestForm form, string action, string field, Flaw flaw) => (action, field, flaw) switch
    {
        (_, "message" or "messages", Flaw.Oversized) when form == RequestForm.Query => "414",
        (_, not "messages", Flaw.Number or Flaw.Array) => WithoutOrAs(action, field, Flaw.Text),
        _ => Expected(action, field, flaw),
    };

    // The field is not there, is empty, or holds some text that is not what is meant.
    private static string WithoutOrAs(string action, string field, Flaw flaw) => (action, field) switch
    {
        (_, "action") => "400",
        ("handshake", "key") when flaw != Flaw.Text => "400",
        (not "handshake", "message") when flaw is Flaw.Missing or Flaw.Null => "400",
        ("send", "key") => "200 0",
        ("send", "from") when flaw == Flaw.Text => "200 0",
        ("ping", "key") when flaw == Flaw.Text => "200 0",
        ("resend", "key") => "200 5",
        ("resend", "from") when flaw == Flaw.Text => "200 5",
        ("resend", "to") => "200 2",
        _ => Good(action),
    };

    private static string Good(string action) => action switch
    {
        "ping" => "200 \"pong\"",
        "history" => "200 [1,1]",
        _ => "200 1",
    };

    // One bad item costs itself alone, unless the whole is no JSON or not even a form.
    private static string ExpectedOfItem(RequestForm form, string field, Flaw flaw) => (field, flaw) switch
    {
        ("message", Flaw.Oversized) when form == RequestForm.Query => "414",
        (_, Flaw.Deep) => "400",
        (_, Flaw.NotUtf8 or Flaw.RawNul) when form != RequestForm.Json => "400",
        ("timestamp", Flaw.Number) => "200 [1,1]",
        ("message", Flaw.Missing or Flaw.Null) => "200 [1,0]",
        ("action" or "from", Flaw.Text) => "200 [1,0]",
        ("key", Flaw.Text) => "200 [1,0]",
        (_, Flaw.Missing or Flaw.Null or Flaw.Empty or Flaw.Text) => "200 [1,1]",
        _ => "200 [1,0]",
    };

    private async Task<int> StoredAsync() => (await attacked.Node.Api.TextsAsync(attacked.AttackerId, "in")).Count;

    private async Task TryAsync(HttpClient client, RequestForm form, FlawedObject call, string what, string expected)
    {
        var answer = await AskAsync(client, form, call);
        if (answer != expected)
        {
            deviations.Add($"{form} {what}: expected {expected}, answered {answer}");
        }

        if (answer.StartsWith("200", StringComparison.Ordinal) && !what.StartsWith("resend", StringComparison.Ordinal) && !what.StartsWith("handshake", StringComparison.Ordinal))
        {
            acknowledged += answer[4..].Count(c => c == '1');
        }
    }

    private async Task<string> AskAsync(HttpClient client, RequestForm form, FlawedObject call)
    {
        try
        {
            using var request = PeerForm.Request(form, new Uri($"http://{attacked.Node.Address}/"), call);
            using var response = await client.SendAsync(request);
            return await PeerForm.DescribeAsync(response);
        }
        catch (HttpRequestException problem)
        {
            return $"nothing: {problem.Message} {problem.InnerException?.Message}";
        }
    }
}
