using System.Net;
using System.Text;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>Each field of each call of the client API, wrong in every way: problem details with a stable code, never a failure.</summary>
public sealed class ClientApiFieldTests(AttackedNodeFixture fixture) : IClassFixture<AttackedNodeFixture>
{
    private readonly List<string> deviations = [];
    private readonly AttackedNode attacked = fixture.Attacked;

    [Fact]
    public async Task A_field_that_is_wrong_is_refused_with_a_code()
    {
        foreach (var call in ApiCall.All(attacked))
        {
            foreach (var field in call.Fields)
            {
                foreach (var flaw in Enum.GetValues<Flaw>())
                {
                    var body = call.Body.With(field.Name, flaw, field.TooLong).ToJson();
                    await TryAsync(call.Method, call.Path, body, $"{field.Name} {flaw}", Expected(call, field, flaw));
                }
            }
        }

        await NothingDeviatesAsync();
    }

    [Fact]
    public async Task A_body_that_is_no_object_or_no_json_is_refused_with_a_code()
    {
        foreach (var call in ApiCall.All(attacked))
        {
            foreach (var body in (string[])["", " ", "null", "1", "true", "\"{}\"", "[]", "[{}]", "{", "{}x", "{\"\\ud800\":1}", "\0", "\u00ff\u00fe{\0}\0", new string('[', 100_000)])
            {
                await TryAsync(call.Method, call.Path, body, $"the body {body[..Math.Min(20, body.Length)]}", "400 bad_json");
            }

            await TryAsync(call.Method, call.Path, new string(' ', (256 * 1024) + 1), "256 KiB and a byte", "413 too_large");
            foreach (var type in (string?[])[null, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "x"])
            {
                await TryAsync(call.Method, call.Path, call.Body.ToJson(), $"the type {type}", "415 not_json", type);
            }
        }

        await NothingDeviatesAsync();
    }

    [Fact]
    public async Task A_row_of_an_imported_list_that_is_wrong_costs_itself_alone()
    {
        var row = new FlawedObject([("nick", "\"m\""), ("last_online", "\"\""), ("last_connect", "\"\""), ("can_resend", "1"), ("key", "\"k\""), ("issued_key", "\"i\""), ("addresses", "[]")]);
        foreach (var field in row.Fields.Select(f => f.Name))
        {
            foreach (var flaw in Enum.GetValues<Flaw>())
            {
                var list = new FlawedObject([(attacked.Attacker.Address, row.With(field, flaw, 2_000).ToJson())]);
                await TryAsync(HttpMethod.Post, "import/contacts", list.ToJson(), $"{field} {flaw}", flaw is Flaw.Deep or Flaw.Duplicate or Flaw.RawNul ? "400 bad_json" : "200");
            }
        }

        foreach (var flaw in Enum.GetValues<Flaw>().Except([Flaw.Missing, Flaw.Duplicate]))
        {
            var value = FlawedObject.Value(flaw, 2_000);
            await TryAsync(HttpMethod.Post, "import/contacts", $"{{\"{attacked.Attacker.Address}\":{value}}}", $"a row {flaw}", flaw is Flaw.Deep or Flaw.RawNul ? "400 bad_json" : "200");
        }

        foreach (var name in (string[])["", " ", "..", "a b", "\\u0000", new string('x', 5_000)])
        {
            await TryAsync(HttpMethod.Post, "import/contacts", $"{{\"{name}\":{row.ToJson()}}}", $"the address {name}", "200");
        }

        foreach (var name in (string[])["\\ud800", "\u00ff", "\0"])
        {
            await TryAsync(HttpMethod.Post, "import/contacts", $"{{\"{name}\":{row.ToJson()}}}", $"the address {name}", "400 bad_json");
        }

        await NothingDeviatesAsync();
    }

    [Fact]
    public async Task A_query_or_path_that_is_wrong_is_refused_with_a_code()
    {
        var contact = $"contacts/{attacked.AttackerId}";
        string[] odd = ["%00", "%FF", "%ED%A0%80", "x", "-1", "0", "1.5", "1e3", "99999999999999999999", "%D9%A1", "[]", "%27%20OR%201=1", new('9', 2_000)];
        foreach (var value in odd)
        {
            // The web server itself takes no NUL in a path, and has no words for it.
            Task InPath(HttpMethod method, string path, string expected, string? body = null) =>
                TryAsync(method, path, body, "", value == "%00" ? "400 without problem details: " : expected);

            foreach (var cursor in (string[])["before", "after", "around"])
            {
                await TryAsync(HttpMethod.Get, $"{contact}/messages?{cursor}={value}", null, "", "400 bad_cursor");
            }

            await TryAsync(HttpMethod.Get, $"{contact}/messages?limit={value}", null, "", value is "-1" or "0" ? "400 bad_limit" : "400 bad_request");
            await TryAsync(HttpMethod.Get, $"events?timeout={value}", null, "", value == "0" ? "200" : "400 bad_request");
            await TryAsync(HttpMethod.Get, $"events?timeout=0&since={value}", null, "", value.Length > 100 ? "400 bad_request" : "200");

            await InPath(HttpMethod.Get, $"contacts/{value}", "404 no_such_contact");
            await InPath(HttpMethod.Delete, $"contacts/{value}", "404 no_such_contact");
            foreach (var action in (string[])["accept", "deny", "block", "ping"])
            {
                await InPath(HttpMethod.Post, $"contacts/{value}/{action}", "404 no_such_contact");
            }

            await InPath(HttpMethod.Get, $"contacts/{value}/messages", "404 no_such_contact");
            await InPath(HttpMethod.Put, $"{contact}/messages/{value}", "400 bad_uuid", "{\"text\":\"t\"}");
            await InPath(HttpMethod.Delete, $"{contact}/messages/{value}", "404 no_such_message");
            await InPath(HttpMethod.Delete, $"sessions/{value}", "404 no_such_session");
            await InPath(HttpMethod.Delete, $"tokens/{value}", "404 no_such_token");
            await InPath(HttpMethod.Delete, $"invites/{value}", "404 no_such_invite");
        }

        await TryAsync(HttpMethod.Get, $"{contact}/messages?before=1&after=1", null, "", "400 bad_cursor");
        await TryAsync(HttpMethod.Get, $"{contact}/messages?limit=1&limit=2", null, "", "400 bad_request");
        await TryAsync(HttpMethod.Get, $"{contact}/messages?limit=", null, "", "400 bad_request");
        await TryAsync(HttpMethod.Get, "search?q=text&limit=", null, "", "400 bad_request");
        await TryAsync(HttpMethod.Get, "events?timeout=", null, "", "400 bad_request");
        await NothingDeviatesAsync();
    }

    [Fact]
    public async Task A_chunk_as_long_as_no_number_is_refused_like_any_other_bad_request()
    {
        var gui = attacked.Node.Gui;
        var head = $"POST /api/v1/import/messages HTTP/1.1\r\nHost: {gui.Authority}\r\nAuthorization: {attacked.Node.Api.Client.DefaultRequestHeaders.Authorization}\r\n"
            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
        var answer = await RawHttp.RunAsync(
            new IPEndPoint(IPAddress.Loopback, gui.Port), IPAddress.Loopback, new Attack("chunked", Encoding.ASCII.GetBytes($"{head}1\r\n\n\r\n{new string('f', 12)}\r\n")));
        Assert.Equal([400], answer.Statuses);
        await NothingDeviatesAsync();
    }

    [Fact]
    public async Task A_search_for_anything_at_all_is_a_search_or_refused_with_a_code()
    {
        string[] queries =
        [
            "", "%20", "%00", "a%00b", "%FF", "%ED%A0%80", "%22", "%22a", "a%22b*", "*", "a**", "-a", "a-b", "%2Ba", "a:b", "text:a", "(", ")", "a+OR+b", "NOT", "AND+AND", "NEAR(a+b)", "NEAR(", "^a", "{a}:b", "'", "';--", "%25", "_", "%5C",
            "%F0%9F%98%80", "%CC%81", "%E2%80%AE", new('a', 5_000), string.Join('+', Enumerable.Repeat("a", 2_000)), string.Concat(Enumerable.Repeat("%22a%22", 500)), string.Concat(Enumerable.Repeat("(", 2_000)),
        ];
        foreach (var query in queries)
        {
            using var request = ApiWire.Request(HttpMethod.Get, $"search?q={query}", null);
            using var response = await attacked.Node.Api.Client.SendAsync(request);
            var answer = await ApiWire.DescribeAsync(response);
            if (answer is not ("200" or "400 bad_query"))
            {
                deviations.Add($"{query[..Math.Min(40, query.Length)]}: {answer}");
            }
        }

        await TryAsync(HttpMethod.Get, "search?q=a&limit=0", null, "", "400 bad_limit");
        await TryAsync(HttpMethod.Get, "search?q=a&limit=x", null, "", "400 bad_request");
        await TryAsync(HttpMethod.Get, "search?q=a&before=x", null, "", "400 bad_cursor");
        await TryAsync(HttpMethod.Get, "search?q=a&contact=x", null, "", "404 no_such_contact");
        await NothingDeviatesAsync();
    }

    private static string Expected(ApiCall call, ApiField field, Flaw flaw) => (field.Kind, flaw) switch
    {
        // Of the two ways to sign in there is none then.
        (FieldKind.OptionalText, Flaw.Missing or Flaw.Null) when call.Path == "session" => "400 bad_request",
        (FieldKind.Text, Flaw.Missing or Flaw.Null) when field.Name == "address" => $"400 {field.BadValue}",
        (FieldKind.OptionalText or FieldKind.OptionalBool or FieldKind.OptionalTexts, Flaw.Missing or Flaw.Null) => call.Good,
        (FieldKind.Bool or FieldKind.OptionalBool, Flaw.Bool) => call.Good,
        (FieldKind.OptionalTexts, Flaw.Array) => $"400 {field.BadValue}",
        (FieldKind.Text, Flaw.Oversized) when field.Name == "text" => "413 too_large",
        (FieldKind.OptionalText, Flaw.Empty or Flaw.Text or Flaw.Oversized or Flaw.Nul) when call.Path == "session" => call.Good,
        (FieldKind.Text, Flaw.Text) when field.Name is "text" or "name" => call.Good,
        (FieldKind.Text, Flaw.Text or Flaw.Empty or Flaw.Oversized or Flaw.Nul) => $"400 {field.BadValue}",
        (FieldKind.OptionalText, Flaw.Oversized or Flaw.Nul) => $"400 {field.BadValue}",
        (FieldKind.OptionalText, Flaw.Text or Flaw.Empty) => call.Good,
        _ => "400 bad_json",
    };

    private async Task TryAsync(HttpMethod method, string path, string? body, string what, string expected, string? type = "application/json")
    {
        using var request = ApiWire.Request(method, path, body, type);
        using var response = await attacked.Node.Api.Client.SendAsync(request);
        var answer = await ApiWire.DescribeAsync(response);
        if (answer != expected)
        {
            deviations.Add($"{method} {path[..Math.Min(100, path.Length)]} {what}: expected {expected}, answered {answer}");
        }
    }

    private async Task NothingDeviatesAsync()
    {
        Assert.True(deviations.Count == 0, string.Join(Environment.NewLine, deviations));
        await attacked.StillServesAsync();
    }
}
