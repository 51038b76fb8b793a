using System.Text;
using CsCheck;
using Messenger.Protocol;

namespace Messenger.Protocol.Tests;

public class PeerRequestPropertyTests
{
    private static readonly Gen<byte[]> Body = Requests.Any.Select(PeerRequestWriter.Write);

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "1e999", "-", "[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":",
        "\"messages\":[", "\"action\":\"history\",", "\"key\":\"x\",", "\0", "\uFEFF", "/*", "'", "&", "=", "%",
    ];

    [Fact]
    public void What_we_write_is_read_back() =>
        Requests.Any.Sample(request => Requests.Shown(Read(PeerRequestWriter.Write(request)).Request) == Requests.Shown(request));

    [Fact]
    public void How_the_bytes_arrive_makes_no_difference() =>
        Gen.Select(Body, Gen.Int[1, 7]).Sample((body, chunk) =>
            Requests.Shown(Read(body, chunk).Request) == Requests.Shown(Read(body).Request));

    [Fact]
    public void A_mutated_body_is_read_or_refused_but_never_throws()
    {
        var mutation = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], Gen.Int[0, Tokens.Length - 1], Gen.Byte);
        Gen.Select(Body, mutation.Array[1, 4], Gen.OneOf(Gen.Const((string?)null), Gen.Const((string?)Requests.Form))).Sample(
            (body, mutations, contentType) =>
            {
                var result = Read(mutations.Aggregate(body, Mutate), contentType: contentType);
                return result.IsRequest || result.Error.Status is 400 or 413;
            },
            iter: 20_000);
    }

    [Fact]
    public void Random_forms_and_queries_never_throw()
    {
        var text = Gen.Char["action=history&messages=[{}]%20%FF+\"\0\uD800"].Array[0, 60].Select(chars => new string(chars));
        text.Sample(query =>
        {
            var fromQuery = new PeerRequestReader(WireLimits.Default).ReadQuery("action=history&" + query);
            var fromBody = Read(Encoding.UTF8.GetBytes("action=history&" + query), contentType: Requests.Form);
            return fromQuery.IsRequest == fromBody.IsRequest && fromQuery.Error == fromBody.Error;
        });
    }

    private static byte[] Mutate(byte[] body, (int Kind, int Place, int Token, byte Value) mutation)
    {
        var at = body.Length == 0 ? 0 : mutation.Place % body.Length;
        return mutation.Kind switch
        {
            0 => [.. body[..at], .. Encoding.UTF8.GetBytes(Tokens[mutation.Token]), .. body[at..]],
            1 => body[..at],
            2 when body.Length > 0 => [.. body[..at], mutation.Value, .. body[(at + 1)..]],
            _ => [.. body[..at], .. body[(at / 2)..]],
        };
    }

    private static PeerReadResult Read(byte[] body, int chunk = int.MaxValue, string? contentType = null)
    {
        using var stream = new ChunkedStream(body, chunk);
        var reading = new PeerRequestReader(WireLimits.Default).ReadAsync(stream, contentType, CancellationToken.None);
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
