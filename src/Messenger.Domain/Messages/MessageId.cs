using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Messenger.Domain.Messages;

/// <summary>
/// The identity of a message among those of one author. It never travels: every copy, direct or relayed, by any software, derives the
/// same one (design page "protocol", Message id).
/// </summary>
/// <param name="Value">43 characters of base64url without padding.</param>
public readonly record struct MessageId(string Value)
{
    /// <summary>Characters of a value.</summary>
    public const int Length = 43;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// SHA-256 over the UTF-8 of the three fields, each after its length in bytes as a big-endian 32-bit number.
    /// </summary>
    /// <param name="timestamp">The timestamp text exactly as received.</param>
    /// <param name="enctype">The encryption method as received, empty for plain text.</param>
    /// <param name="message">The message as received.</param>
    /// <param name="occurrence">
    /// How many equal items stand before this one inside one <c>history</c>, from 0. Anything but 0 is appended as a big-endian 32-bit
    /// number, so that equal messages of a peer with coarse timestamps stay apart.
    /// </param>
    /// <exception cref="ArgumentException">A field holds a lone surrogate: what comes from outside has to be refused before.</exception>
    public static MessageId Derive(string timestamp, string enctype, string message, int occurrence = 0)
    {
        ArgumentNullException.ThrowIfNull(timestamp);
        ArgumentNullException.ThrowIfNull(enctype);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfNegative(occurrence);

        var buffer = new byte[(4 * sizeof(uint))
            + StrictUtf8.GetByteCount(timestamp) + StrictUtf8.GetByteCount(enctype) + StrictUtf8.GetByteCount(message)];
        var length = 0;
        foreach (var field in (ReadOnlySpan<string>)[timestamp, enctype, message])
        {
            var written = StrictUtf8.GetBytes(field, buffer.AsSpan(length + sizeof(uint)));
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), (uint)written);
            length += sizeof(uint) + written;
        }

        if (occurrence > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), (uint)occurrence);
            length += sizeof(uint);
        }

        return new MessageId(Base64Url.EncodeToString(SHA256.HashData(buffer.AsSpan(0, length))));
    }

    /// <summary>The value.</summary>
    public override string ToString() => Value;
}
