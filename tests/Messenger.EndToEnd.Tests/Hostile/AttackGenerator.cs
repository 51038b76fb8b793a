using System.Globalization;
using System.Text;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>A request to begin with; a character is a byte.</summary>
/// <param name="Target">Of the request line.</param>
/// <param name="Type">Content type; null when there is no body.</param>
internal sealed record Sample(string Method, string Target, string? Type, string Body);

/// <summary>
/// Makes attacks out of good requests. Keys, addresses and ids stand in the samples as short marks and are put in last, so that damage
/// seldom hits them and most of it gets past the door; a damaged mark is never a good address.
/// </summary>
/// <param name="samples">Good requests.</param>
/// <param name="marks">What to put in where.</param>
/// <param name="host">For the header Host.</param>
/// <param name="headers">Of every request.</param>
internal sealed class AttackGenerator(IReadOnlyList<Sample> samples, IReadOnlyDictionary<string, string> marks, string host, IReadOnlyList<string> headers)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "post", "P OST", "P\0ST", "\u00ff", new('A', 3_000)];

    private static readonly string[] Targets =
        ["*", "", "/", "//", "/../..", "/%2e%2e/%2e%2e", "/%00", "/%", "/%ff", "http://other.example/", "/?", "/#x", "/\u00ff", "/a b", "/?action=ping", "/api/v1/contacts", "/" + new string('a', 9_000)];

    private static readonly string[] Versions = ["HTTP/1.0", "HTTP/1.1", "HTTP/1.1 ", "http/1.1", "", "HTTP/1.12"];

    private static readonly string[] Types =
        ["text/plain", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data", "application/json; charset=\"", "\u00ff", "a/b/c", "application/JSON;;", "image/png"];

    private static readonly string[] BadHeaders =
    [
        "Host: other.example", "Host: a b", "Host:", "Host: [::1", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 0x10", "Content-Length: 1, 1", "Content-Length: 5",
        "Content-Length: 40000000", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: \u000bchunked", "Transfer-Encoding: identity",
        "Expect: 100-continue", "Expect: nothing", "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "Connection: upgrade\r\nUpgrade: websocket", "Content-Encoding: gzip",
        "Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Authorization: Bearer", "Authorization: Bearer x", "Authorization: Basic !!!", "Cookie: messenger=x; ;=;", "Accept: \u00ff", "Accept: application/json;q=x",
        "Range: bytes=0-", "If-None-Match: *", "Last-Event-ID: \u00ff", "Last-Event-ID: 99999999999999999999", "X-Forwarded-For: 10.0.0.1", "no colon", " folded", ": no name", "Na me: x", "X: a\0b", "X: a\rb", "X: \u00ff\u00fe",
        "X: " + new string('x', 9_000), "X: " + new string('x', 40_000), string.Join("\r\n", Enumerable.Range(0, 300).Select(i => $"X-{i}: y")),
    ];

    private static readonly string[] BadChunks =
        ["zz\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "5\r\nabc\r\n", "7fffffff\r\n", "5;" + new string('x', 9_000) + "\r\n", "\r\n", "0\r\nX: y\r\n\r\n", "0\r\n" + new string('x', 9_000), "1\nx\n", "0x5\r\n"];

    private static readonly string[] Strangers =
    [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", "SSH-2.0-x\r\n", "EHLO x\r\n", "\0\0\0\0", "\r\n\r\n\r\n", "GET /\r\n", "*1\r\n$4\r\nPING\r\n",
        new('\n', 20_000), new('A', 70_000),
    ];

    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(5);

    private readonly Sample[] withBody = [.. samples.Where(sample => sample.Type is not null)];
    private readonly string[] bodies = [.. samples.Where(sample => sample.Type is not null).Select(sample => sample.Body)];
    private readonly string[] targets = [.. samples.Select(sample => sample.Target)];

    /// <summary>The attack of a seed.</summary>
    public Attack Make(int seed)
    {
        var mutator = new Mutator(new Random(seed));
        var sample = mutator.Pick(samples);
        return mutator.Number(0, 1_000) switch
        {
            < 550 => new("content", Bytes(Whole(MutatedContent(mutator, sample), seed), seed)),
            < 600 => new("content type", Bytes(Whole(sample with { Type = mutator.Pick(Types) }, seed), seed)),
            < 780 => Header(mutator, sample, seed),
            < 840 => new("raw bytes", Bytes(mutator.Mutate(Whole(sample, seed), bodies), seed)),
            < 890 => Chunked(mutator, mutator.Chance(50) ? sample : MutatedContent(mutator, sample), seed),
            < 930 => Pipelined(mutator, seed),
            < 945 => new("no HTTP", Bytes(mutator.Pick(Strangers), seed)),
            < 965 => new("dripping", [.. mutator.Cut(Whole(sample, seed), 20).Select(piece => Bytes(piece, seed))], Pause: Drip),
            < 980 => CutOff(mutator, sample, seed, Leaving.HalfClosed),
            < 995 => CutOff(mutator, sample, seed, Leaving.Reset),
            _ => Stalled(mutator.Pick(withBody), seed),
        };
    }

    private Sample MutatedContent(Mutator mutator, Sample sample) => sample.Type is null || mutator.Chance(10)
        ? sample with { Target = "/" + mutator.Mutate(sample.Target[1..], targets).Replace(' ', '+').Replace("\r\n", "", StringComparison.Ordinal) }
        : sample with { Body = mutator.Mutate(sample.Body, bodies) };

    private Attack Header(Mutator mutator, Sample sample, int seed)
    {
        var lines = Head(sample, sample.Body.Length + Growth(sample.Body, seed)).ToList();
        switch (mutator.Number(0, 8))
        {
            case 0:
                lines[0] = $"{mutator.Pick(Methods)} {sample.Target} HTTP/1.1";
                break;
            case 1:
                lines[0] = $"{sample.Method} {mutator.Pick(Targets)} HTTP/1.1";
                break;
            case 2:
                lines[0] = $"{sample.Method} {sample.Target} {mutator.Pick(Versions)}";
                break;
            case 3:
                lines.RemoveAt(mutator.Number(1, lines.Count));
                break;
            default:
                lines.Insert(mutator.Number(1, lines.Count + 1), mutator.Pick(BadHeaders));
                break;
        }

        return new("header", Bytes(string.Join(mutator.Chance(5) ? "\n" : "\r\n", lines) + "\r\n\r\n" + sample.Body, seed));
    }

    private Attack Chunked(Mutator mutator, Sample sample, int seed)
    {
        var body = Filled(sample.Body, seed);
        var chunks = mutator.Cut(body, 8).Select(chunk => string.Create(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{chunk}\r\n")).ToList();
        if (mutator.Chance(50))
        {
            chunks.Insert(mutator.Number(0, chunks.Count + 1), mutator.Pick(BadChunks));
        }

        var head = string.Join("\r\n", Head(sample, null).Append("Transfer-Encoding: chunked")) + "\r\n\r\n";
        return new("chunked", [Bytes(head, seed), .. chunks.Append("0\r\n\r\n").Select(chunk => Bytes(chunk, seed))]);
    }

    private Attack Pipelined(Mutator mutator, int seed)
    {
        var count = mutator.Number(2, 12);
        var requests = Enumerable.Range(0, count).Select(i =>
        {
            var whole = Whole(mutator.Chance(60) ? mutator.Pick(samples) : MutatedContent(mutator, mutator.Pick(samples)), seed);
            return i < count - 1 ? whole.Replace("Connection: close\r\n", "", StringComparison.Ordinal) : whole;
        });
        return new("pipelined", Bytes(string.Concat(requests), seed));
    }

    private Attack CutOff(Mutator mutator, Sample sample, int seed, Leaving leaving)
    {
        var whole = Whole(sample, seed);
        return new($"cut off, {leaving}", [Bytes(whole[..mutator.Number(1, whole.Length)], seed)], leaving);
    }

    // More is announced than comes. Not for what is asked without a body: a stream of events stays open by right.
    private Attack Stalled(Sample sample, int seed) =>
        new("stalled", [Bytes(string.Join("\r\n", Head(sample, 10_000)) + "\r\n\r\n" + sample.Body, seed)], Leaving.Never);

    private string Whole(Sample sample, int seed) =>
        string.Join("\r\n", Head(sample, sample.Body.Length + Growth(sample.Body, seed))) + "\r\n\r\n" + (sample.Type is null ? "" : sample.Body);

    private IEnumerable<string> Head(Sample sample, int? length)
    {
        string[] lines = [$"{sample.Method} {sample.Target} HTTP/1.1", $"Host: {host}", "Connection: close", .. headers];
        return sample.Type is null ? lines
            : length is null ? lines.Append($"Content-Type: {sample.Type}")
            : [.. lines, $"Content-Type: {sample.Type}", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}")];
    }

    private int Growth(string body, int seed) => Filled(body, seed).Length - body.Length;

    private string Filled(string bytes, int seed)
    {
        foreach (var (mark, text) in marks)
        {
            bytes = bytes.Replace(mark, text, StringComparison.Ordinal);
        }

        return bytes.Replace("@U@", string.Create(CultureInfo.InvariantCulture, $"{seed:d9}"), StringComparison.Ordinal);
    }

    private byte[] Bytes(string text, int seed) => Encoding.Latin1.GetBytes(Filled(text, seed));
}
