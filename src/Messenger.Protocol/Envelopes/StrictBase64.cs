using System.Buffers;
using System.Buffers.Text;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// Base64 with exactly one spelling for given bytes: the platform's decoders skip white space and ignore stray low bits, which would give
/// one envelope many texts and so many message ids.
/// </summary>
internal static class StrictBase64
{
    private static readonly SearchValues<char> UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether the text has only characters of base64url, without padding.</summary>
    public static bool IsUrlText(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(UrlAlphabet);

    /// <summary>Decodes base64url without padding that has to fill the target exactly.</summary>
    public static bool TryDecodeUrl(ReadOnlySpan<char> text, Span<byte> target) =>
        text.Length == Base64Url.GetEncodedLength(target.Length)
        && IsUrlText(text)
        && Base64Url.DecodeFromChars(text, target, out _, out var written) == OperationStatus.Done
        && written == target.Length;

    /// <summary>How many bytes a text of padded base64 stands for; -1 when its length is that of none.</summary>
    public static int DecodedLength(ReadOnlySpan<char> text) =>
        text.Length == 0 || text.Length % 4 != 0 ? -1
        : (text.Length / 4 * 3) - (text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2);

    /// <summary>Decodes padded base64 into a target of <see cref="DecodedLength"/> bytes, one or more.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> target)
    {
        // White space makes fewer bytes than the length promises. Stray bits can only stand in the last four characters.
        Span<char> end = stackalloc char[4];
        return Convert.TryFromBase64Chars(text, target, out var written)
            && written == target.Length
            && Convert.TryToBase64Chars(target[((written - 1) / 3 * 3)..], end, out _)
            && text[^4..].SequenceEqual(end);
    }
}
