using System.Buffers;
using System.Text;

namespace Messenger.Protocol;

/// <summary>
/// Reads what a peer asks: JSON under any content type, the same fields form-encoded, or the query of a GET (design page "protocol",
/// Transport). Whatever the bytes are, the answer is a result; only the stream itself may throw.
/// </summary>
/// <param name="limits">What is read at most.</param>
public sealed class PeerRequestReader(WireLimits limits)
{
    private const int ChunkBytes = 16 * 1024;
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the body of a POST, to its end unless there is no point in it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="contentType">The content type as sent; only a form's is looked at, and even that is ignored before a <c>{</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<PeerReadResult> ReadAsync(Stream body, string? contentType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var first = await body.ReadAtLeastAsync(chunk, ByteOrderMark.Length + 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var start = chunk.AsMemory(0, first);
            start = start.Span.StartsWith(ByteOrderMark) ? start[ByteOrderMark.Length..] : start;
            var isForm = FormBody.IsForm(contentType) && !start.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8);
            return isForm
                ? await ReadFormAsync(start, body, chunk, cancellationToken).ConfigureAwait(false)
                : await ReadJsonAsync(start, body, chunk, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Reads the query of a GET.</summary>
    /// <param name="query">The query, with or without its question mark, percent-encoded.</param>
    public PeerReadResult ReadQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadForm(Encoding.UTF8.GetBytes(query.StartsWith('?') ? query[1..] : query));
    }

    private async Task<PeerReadResult> ReadJsonAsync(ReadOnlyMemory<byte> start, Stream body, byte[] chunk, CancellationToken cancellationToken)
    {
        var scanner = new BodyScanner(limits);
        long total = 0;
        for (var next = start; !next.IsEmpty; next = await NextAsync(body, chunk, cancellationToken).ConfigureAwait(false))
        {
            total += next.Length;
            var error = total > limits.HistoryBytes ? TooLarge(limits.HistoryBytes) : scanner.Feed(next.Span);
            if (error is not null)
            {
                return PeerReadResult.Of(error);
            }
        }

        return PeerActions.Read(scanner, total, limits);
    }

    private async Task<PeerReadResult> ReadFormAsync(ReadOnlyMemory<byte> start, Stream body, byte[] chunk, CancellationToken cancellationToken)
    {
        var form = new ArrayBufferWriter<byte>();
        for (var next = start; !next.IsEmpty; next = await NextAsync(body, chunk, cancellationToken).ConfigureAwait(false))
        {
            if (form.WrittenCount + next.Length > limits.HistoryTakenBytes)
            {
                return PeerReadResult.Of(TooLarge(limits.HistoryTakenBytes));
            }

            form.Write(next.Span);
        }

        return ReadForm(form.WrittenSpan);
    }

    private PeerReadResult ReadForm(ReadOnlySpan<byte> form)
    {
        var scanner = new BodyScanner(limits);
        var error = FormBody.ToJson(form, out var json) ?? scanner.Feed(json.Span);
        return error is null ? PeerActions.Read(scanner, form.Length, limits) : PeerReadResult.Of(error);
    }

    private static async Task<ReadOnlyMemory<byte>> NextAsync(Stream body, byte[] chunk, CancellationToken cancellationToken) =>
        chunk.AsMemory(0, await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false));

    private static PeerReadError TooLarge(int bytes) => PeerReadError.TooLarge($"The body is larger than {bytes} bytes.");
}
