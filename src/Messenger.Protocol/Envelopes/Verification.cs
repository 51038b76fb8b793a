using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Messenger.Protocol.Envelopes;

/// <summary>What two people compare to be sure that nobody stands between them.</summary>
public static class Verification
{
    private const int Groups = 12;
    private const int GroupSize = 5;
    private const int FingerprintSize = 20;

    /// <summary>
    /// The safety number of two identities, equal on both sides: 12 groups of 5 digits, with spaces between. Group i is bytes 5i to 5i+4 of
    /// SHA-512("p2pm-sn\0" | the smaller key | the greater key), as a big-endian number modulo 100,000.
    /// </summary>
    /// <param name="one">One of them.</param>
    /// <param name="other">The other.</param>
    public static string SafetyNumber(Identity one, Identity other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        Span<byte> a = stackalloc byte[Identity.Size];
        Span<byte> b = stackalloc byte[Identity.Size];
        one.CopyTo(a);
        other.CopyTo(b);
        var ordered = a.SequenceCompareTo(b) <= 0;
        var input = new ByteWriter(stackalloc byte[8 + (2 * Identity.Size)]);
        input.Raw("p2pm-sn\0"u8);
        input.Raw(ordered ? a : b);
        input.Raw(ordered ? b : a);
        var hash = SHA512.HashData(input.Written);
        var text = new StringBuilder();
        for (var group = 0; group < Groups; group++)
        {
            var bytes = hash.AsSpan(group * GroupSize, GroupSize);
            var number = ((long)bytes[0] << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            text.Append(group == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{number % 100_000:D5}");
        }

        return text.ToString();
    }

    /// <summary>
    /// The fingerprint of one identity: the first 20 bytes of SHA-256("p2pm-fp\0" | key), as 10 groups of 4 upper-case hexadecimal digits
    /// with spaces between.
    /// </summary>
    /// <param name="identity">The identity.</param>
    public static string Fingerprint(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var input = new ByteWriter(stackalloc byte[8 + Identity.Size]);
        input.Raw("p2pm-fp\0"u8);
        input.Raw(identity);
        var digits = Convert.ToHexString(SHA256.HashData(input.Written).AsSpan(0, FingerprintSize));
        return string.Join(' ', digits.Chunk(4).Select(group => new string(group)));
    }
}
