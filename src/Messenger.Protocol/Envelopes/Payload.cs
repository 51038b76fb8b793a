using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Messenger.Protocol.Envelopes;

/// <summary>Which envelope: the SHA-256 of its decoded bytes with the signature.</summary>
/// <param name="Value">43 characters of base64url without padding.</param>
public readonly record struct EnvelopeHash(string Value)
{
    /// <summary>Reads a hash.</summary>
    /// <param name="text">Anything at all.</param>
    /// <returns>Null when the text is no hash.</returns>
    public static EnvelopeHash? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        return StrictBase64.TryDecodeUrl(text, bytes) ? new EnvelopeHash(text!) : null;
    }

    /// <summary>The value.</summary>
    public override string ToString() => Value;

    internal static EnvelopeHash Of(ReadOnlySpan<byte> envelope)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(envelope, hash);
        return new EnvelopeHash(Base64Url.EncodeToString(hash));
    }
}

/// <summary>What is inside an envelope. It goes before the fields outside, which anybody on the way can change.</summary>
public sealed record Payload
{
    /// <summary>The most UTF-8 of a body, in bytes.</summary>
    public const int MaxBodySize = 64 * 1024;

    /// <summary>How many further envelopes a message may name.</summary>
    public const int MaxAlso = 16;

    /// <summary>The id of the message among those of its author: the <c>uuid</c> of the client API, else a UUIDv7 (RFC 9562). Never the nil one.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the author wrote it; whole milliseconds from 1970.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The author's chain of messages to this recipient: see <see cref="OutgoingChain.Sid"/>.</summary>
    public required string Sid { get; init; }

    /// <summary>The place in the chain, from 1 to <see cref="Counters.Max"/>.</summary>
    public required long Seq { get; init; }

    /// <summary>The envelope before this one in the chain, as first sealed; null exactly for the first.</summary>
    public EnvelopeHash? Prev { get; init; }

    /// <summary>For a message sealed again: the envelope that held it first, whose place in the chain it takes. Else null.</summary>
    public EnvelopeHash? Of { get; init; }

    /// <summary>
    /// Further envelopes that held the message and may have come without being opened, the latest first, at most <see cref="MaxAlso"/>: what
    /// stands for them is this one.
    /// </summary>
    public ImmutableArray<EnvelopeHash> Also { get; init; } = [];

    /// <summary>The text, at most <see cref="MaxBodySize"/> bytes of UTF-8 without NUL; may be empty.</summary>
    public required string Body { get; init; }

    /// <summary>The author's newest prekeys.</summary>
    public Bundle? Bundle { get; init; }

    /// <summary>The JSON that is sealed, UTF-8.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; the message names it.</exception>
    internal byte[] Write()
    {
        if (Fault() is { } fault)
        {
            throw new ArgumentException(fault);
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new PayloadJson(
                Id.ToString("D"),
                Time.ToUnixTimeMilliseconds(),
                Sid,
                Seq,
                Body,
                Prev?.Value,
                Of?.Value,
                Bundle is null ? null : BundleJson.Of(Bundle),
                Also.IsEmpty ? null : [.. Also.Select(hash => hash.Value)]),
            EnvelopeJson.Compact.PayloadJson);
    }

    /// <summary>Reads what was sealed.</summary>
    /// <param name="json">Anything at all that the author has signed.</param>
    /// <param name="author">Whose bundle alone may be inside.</param>
    /// <param name="payload">The payload, or null.</param>
    /// <param name="error">A sentence saying what is wrong; holds nothing of the payload.</param>
    internal static bool TryRead(
        ReadOnlySpan<byte> json, Identity author, [NotNullWhen(true)] out Payload? payload, [NotNullWhen(false)] out string? error)
    {
        payload = null;
        error = "The payload is no JSON object with all its fields, each of its type and once.";
        Bundle? bundle = null;
        if (!EnvelopeJson.TryRead(json, EnvelopeJson.Default.PayloadJson, out var read)
            || (read.Bundle is not null && !read.Bundle.TryRead(out bundle, out error)))
        {
            return false;
        }

        var prev = EnvelopeHash.Parse(read.Prev);
        var of = EnvelopeHash.Parse(read.Of);
        EnvelopeHash?[] also = [.. (read.Also ?? []).Select(EnvelopeHash.Parse)];
        error = !Guid.TryParseExact(read.Id, "D", out var id) || id.ToString("D") != read.Id ? "The \"id\" is no UUID in lower case."
            : read.Ts is < 0 or > EnvelopeJson.MaxTime ? "The \"ts\" is out of range."
            : prev is null != read.Prev is null || of is null != read.Of is null ? "The \"prev\" or \"of\" is no hash."
            : also.Contains(null) ? "The \"also\" holds what is no hash."
            : bundle is not null && bundle.Identity != author ? "The bundle is somebody else's."
            : null;
        if (error is not null)
        {
            return false;
        }

        payload = new Payload
        {
            Id = id,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(read.Ts),
            Sid = read.Sid,
            Seq = read.Seq,
            Prev = prev,
            Of = of,
            Also = also.Length == 0 ? [] : [.. also.OfType<EnvelopeHash>()],
            Body = read.Body,
            Bundle = bundle,
        };
        error = payload.Fault();
        payload = error is null ? payload : null;
        return payload is not null;
    }

    private string? Fault() =>
        Id == Guid.Empty ? "The \"id\" is the nil UUID."
        : Time < DateTimeOffset.UnixEpoch ? "The \"ts\" is before 1970."
        : !OutgoingChain.IsSid(Sid) ? "The \"sid\" is not 22 characters of base64url."
        : Seq is < 1 or > Counters.Max ? "The \"seq\" is out of range."
        : Seq == 1 != Prev is null ? "The \"prev\" has to be missing from the first message of a chain, and from no other."
        : Also.Length > MaxAlso ? $"The \"also\" names more than {MaxAlso} envelopes."
        : Body.Contains('\0', StringComparison.Ordinal) ? "The \"body\" holds a NUL character."
        : !IsUnicode(Body) ? "The \"body\" is no Unicode text."
        : Encoding.UTF8.GetByteCount(Body) > MaxBodySize ? $"The \"body\" is longer than {MaxBodySize} bytes."
        : null;

    // A lone surrogate would silently become another text.
    private static bool IsUnicode(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0)
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return false;
            }

            rest = rest[(at + 2)..];
        }

        return true;
    }
}

/// <summary>A payload as JSON.</summary>
internal sealed record PayloadJson(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("ts")] long Ts,
    [property: JsonPropertyName("sid")] string Sid,
    [property: JsonPropertyName("seq")] long Seq,
    [property: JsonPropertyName("body")] string Body,
    [property: JsonPropertyName("prev")] string? Prev = null,
    [property: JsonPropertyName("of")] string? Of = null,
    [property: JsonPropertyName("bundle")] BundleJson? Bundle = null,
    [property: JsonPropertyName("also")] string[]? Also = null);
