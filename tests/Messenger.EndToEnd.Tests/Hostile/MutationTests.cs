using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>
/// Generated attacks on both listeners: as many as <c>MESSENGER_TEST_MUTATIONS</c> says (1,500 when it says nothing; 20,000 for a full
/// run), half of them on each. They are the same in every run; <c>MESSENGER_TEST_SEED</c> chooses others.
/// </summary>
public sealed class MutationTests(AttackedNodeFixture fixture, ITestOutputHelper output) : IClassFixture<AttackedNodeFixture>
{
    private const int AtOnce = 24;
    private const int WarmUp = 200;
    private const long MostGrowth = 150L << 20;

    // The web server's own word for a version of HTTP that it does not speak (RFC 9110, 15.6.6); nothing of ours has run then.
    private const int VersionNotSupported = 505;

    private static readonly int Count = Setting("MESSENGER_TEST_MUTATIONS", 1_500) / 2;
    private static readonly int Seed = Setting("MESSENGER_TEST_SEED", 1);

    private readonly AttackedNode attacked = fixture.Attacked;

    [Fact]
    public Task Whatever_bytes_a_peer_sends_the_node_neither_fails_nor_stops_serving() =>
        WithstandsAsync(attacked.Node.Peers, new AttackGenerator(PeerSamples(), Marks(), attacked.Node.Address, []));

    [Fact]
    public Task Whatever_bytes_a_program_of_the_owner_sends_the_node_neither_fails_nor_stops_serving() => WithstandsAsync(
        new IPEndPoint(IPAddress.Loopback, attacked.Node.Gui.Port),
        new AttackGenerator(ApiSamples(), Marks(), attacked.Node.Gui.Authority, [$"Authorization: Bearer {attacked.Node.Api.Client.DefaultRequestHeaders.Authorization!.Parameter}"]));

    private async Task WithstandsAsync(IPEndPoint listener, AttackGenerator generator)
    {
        var failures = new ConcurrentQueue<string>();
        var tally = new ConcurrentDictionary<string, int>();
        var start = Seed * 1_000_000;
        await AttackAsync(start - WarmUp, WarmUp);
        var before = attacked.Node.WorkingSet;
        await AttackAsync(start, Count);
        var growth = attacked.Node.WorkingSet - before;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} attacks; working set {before >> 20} MiB, grown by {growth >> 20} MiB"));
        foreach (var (what, times) in tally.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times,7} {what}"));
        }

        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures.Take(20)) + Environment.NewLine + attacked.Node.Evidence());
        Assert.All((string[])["200", "400"], status => Assert.Contains(tally.Keys, what => what.EndsWith(status, StringComparison.Ordinal)));
        Assert.InRange(growth, long.MinValue, MostGrowth);
        await attacked.StillServesAsync();

        Task AttackAsync(int first, int count) => Parallel.ForEachAsync(
            Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
            {
                var attack = generator.Make(seed);
                var result = await RawHttp.RunAsync(listener, Source(seed), attack);
                tally.AddOrUpdate($"{attack.Kind}: {(result.Statuses.Count == 0 ? "no answer" : result.Statuses[^1])}", 1, (_, times) => times + 1);
                if (!result.Ended || result.Statuses.Any(status => status is >= 500 and not VersionNotSupported))
                {
                    failures.Enqueue($"seed {seed}: {string.Join(' ', result.Statuses)}{(result.Ended ? "" : " the connection stays open")} after {attack}");
                }
            });
    }

    // Far more addresses than connections at once: the limit per address is another test's.
    private static IPAddress Source(int seed) => new([127, 9, 0, (byte)((Math.Abs(seed) % 200) + 1)]);

    private Dictionary<string, string> Marks() => new()
    {
        ["@A@"] = attacked.Attacker.Address,
        ["@N@"] = attacked.Node.Address,
        ["@W@"] = attacked.Witness.Address,
        ["@K@"] = attacked.Key,
        ["@I@"] = attacked.Attacker.Contact(attacked.Node.Address).IssuedKey,
        ["@C@"] = attacked.AttackerId,
    };

    private static Sample[] PeerSamples()
    {
        const string message = """{"action":"send","from":"@A@","to":"@N@","message":"text @U@","timestamp":"17@U@.000001","enctype":"","key":"@K@"}""";
        string[] bodies =
        [
            """{"action":"handshake","from":"@A@","nick":"m","proof":"@K@","key":"@I@"}""",
            """{"action":"handshake","key":"@I@"}""",
            message,
            """{"action":"send","from":"@A@","to":"@N@","message":"привет \ud83d\ude00 \u0441 @U@","timestamp":17@U@,"enctype":"x","key":"@K@"}""",
            """{"action":"ping","from":"@A@","key":"@K@"}""",
            """{"action":"ping"}""",
            $$"""{"action":"history","from":"@A@","key":"@K@","messages":[{{message}},{"message":"2 @U@","timestamp":1},{{message}}]}""",
            message.Replace("\"send\"", "\"resend\"", StringComparison.Ordinal).Replace("\"@N@\"", "\"@W@\"", StringComparison.Ordinal),
        ];
        const string form = "action=send&from=@A@&to=@N@&message=text+%D0%BF+@U@&timestamp=17@U@&enctype=&key=@K@";
        string[] forms = [form, "action=ping&from=@A@&key=@K@", $"action=history&key=@K@&messages=[{message.Replace("\"", "%22", StringComparison.Ordinal)}]", form.Replace("=send", "=resend", StringComparison.Ordinal)];
        return
        [
            .. bodies.Select(body => new Sample("POST", "/", "application/json", Latin(body))),
            .. forms.Select(body => new Sample("POST", "/", "application/x-www-form-urlencoded", body)),
            .. forms.Select(query => new Sample("GET", "/?" + query.Replace(" ", "+", StringComparison.Ordinal), null, "")),
        ];
    }

    private Sample[] ApiSamples()
    {
        string[] reads =
        [
            "contacts", "contacts/@C@", "contacts/@C@/messages", "contacts/@C@/messages?limit=10&before=5", "contacts/@C@/messages?around=3", "node", "diagnostics", "session", "sessions", "tokens",
            "export/contacts", "export/messages", "search?q=text", "search?q=%22te+xt%22+-a+%D0%BF%D1%80*&limit=5&before=9&contact=@C@", "events?timeout=0", "events?timeout=0&since=1",
        ];
        string[] acts = ["contacts/@C@/accept", "contacts/@C@/deny", "contacts/@C@/ping", "session/link"];
        return
        [
            .. ApiCall.All(attacked).Select(call => new Sample(
                call.Method.Method, "/api/v1/" + call.Path.Replace(attacked.AttackerId, "@C@", StringComparison.Ordinal), "application/json",
                call.Body.ToJson().Replace(attacked.Attacker.Address, "@A@", StringComparison.Ordinal))),
            new("PUT", "/api/v1/contacts/@C@/messages/01890a5d-ac96-774b-bcce-b30@U@", "application/json", Latin("""{"text":"привет \ud83d\ude00 @U@"}""")),
            new("POST", "/api/v1/import/contacts", "application/json", """{"@A@":{"nick":"n","last_online":"17@U@","last_connect":1,"can_resend":1,"key":"k","issued_key":"i","addresses":["@A@"]}}"""),
            new("POST", "/api/v1/import/messages", "application/x-ndjson", Latin("""{"contact":"@A@","direction":"in","at":"2026-11-24T16:30:00Z","timestamp":"17@U@","text":"привет","state":"read","id":"0123456789012345678901234567890123456789012","via":"@A@","proven":true}""")),
            new("POST", "/api/v1/import/messages", "application/x-ndjson", """{"contact":"@A@","direction":"out","at":"2026-11-24T16:30:00Z","timestamp":"1764001800.250000","enctype":"","text":"t","state":"delivered","uuid":"01890a5d-ac96-774b-bcce-b30@U@"}"""),
            new("DELETE", "/api/v1/contacts/@C@/messages/1", null, ""),
            .. reads.Select(path => new Sample("GET", "/api/v1/" + path, null, "")),
            .. acts.Select(path => new Sample("POST", "/api/v1/" + path, null, "")),
            new("GET", "/health/ready", null, ""),
            new("GET", "/docs", null, ""),
        ];
    }

    // From a character for each letter to one for each byte.
    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
