using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// A message that only its recipient can read and only its author can have made (design page "security", End-to-end envelope): HPKE in
/// base mode (RFC 9180) to a rotating prekey, then signed. All of it stands in the wire's <c>message</c>; the fields around it are hints.
/// </summary>
public static class Envelope
{
    /// <summary>The <c>enctype</c> of these envelopes.</summary>
    public const string Enctype = "x25519-chacha20poly1305-ed25519-v1";

    /// <summary>The longest <c>message</c>, in characters: room for a body of 64 KiB in which JSON has to escape every character.</summary>
    public const int MaxMessageLength = (EnvelopeFrame.Overhead + MaxPaddedSize + 2) / 3 * 4;

    internal const int MinPaddedSize = 256;
    internal const int MaxPaddedSize = 512 * 1024;

    private const int LengthSize = sizeof(uint);

    /// <summary>Seals a message. Done once when it is queued: every copy of it is the same text.</summary>
    /// <param name="author">Who writes.</param>
    /// <param name="recipient">Who reads.</param>
    /// <param name="prekey">A prekey of the recipient's, from a bundle that it signed.</param>
    /// <param name="payload">What is written.</param>
    /// <exception cref="ArgumentException">A field of the payload is out of its range; the message names it.</exception>
    public static SealedMessage Seal(IdentityKey author, Identity recipient, Prekey prekey, Payload payload)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(prekey);
        ArgumentNullException.ThrowIfNull(payload);
        Span<byte> ephemeral = stackalloc byte[X25519.KeySize];
        X25519.Create(ephemeral);
        var made = Seal(author, recipient, prekey, ephemeral, payload.Write());
        CryptographicOperations.ZeroMemory(ephemeral);
        return made;
    }

    /// <summary>Opens a message.</summary>
    /// <param name="message">The wire's <c>message</c>; anything at all.</param>
    /// <param name="authors">Who may have written it: the identity of the contact named by <c>from</c>, else those of the caller.</param>
    /// <param name="recipient">Our own identity.</param>
    /// <param name="prekeys">Finds a prekey of ours; null when there is none, or none any more.</param>
    /// <returns>
    /// <see cref="OpenedEnvelope"/>, <see cref="UnreadableEnvelope"/> when the author is proven all the same, or
    /// <see cref="RefusedEnvelope"/>.
    /// </returns>
    public static OpenResult Open(
        string message, IReadOnlyList<Identity> authors, Identity recipient, Func<PrekeyId, PrekeySecret?> prekeys)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(authors);
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(prekeys);
        if (Decode(message, out var frame) is { } refused)
        {
            return refused;
        }

        foreach (var author in authors)
        {
            frame.Bind(author, recipient);
            if (author.HasSigned(frame.Signed, frame.Signature))
            {
                return OpenSigned(frame, author, prekeys);
            }
        }

        return new RefusedEnvelope(RefusedFault.BadSignature, "None of the possible authors has signed this envelope for this recipient.");
    }

    /// <summary>The hash of an envelope that has not been opened.</summary>
    /// <param name="message">The wire's <c>message</c>; anything at all.</param>
    /// <returns>Null when the text is that of no envelope.</returns>
    public static EnvelopeHash? HashOf(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Decode(message, out var frame) is null ? EnvelopeHash.Of(frame.Sent) : null;
    }

    internal static SealedMessage Seal(IdentityKey author, Identity recipient, Prekey prekey, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> payload)
    {
        var padded = Pad(payload);
        var frame = new EnvelopeFrame(padded.Length);
        frame.Version = EnvelopeFrame.CurrentVersion;
        prekey.Id.CopyTo(frame.PrekeyId);
        frame.Bind(author.Identity, recipient);
        Span<byte> key = stackalloc byte[Hpke.PublicKeySize];
        prekey.CopyTo(key);
        Hpke.Seal(ephemeral, key, frame.Info, [], padded, frame.Enc, frame.Ciphertext);
        author.Sign(frame.Signed, frame.Signature);
        return new SealedMessage(Convert.ToBase64String(frame.Sent), EnvelopeHash.Of(frame.Sent));
    }

    internal static byte[] Pad(ReadOnlySpan<byte> payload)
    {
        var size = Math.Max(MinPaddedSize, (int)BitOperations.RoundUpToPowerOf2((uint)(LengthSize + payload.Length)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxPaddedSize, nameof(payload));
        var padded = new byte[size];
        BinaryPrimitives.WriteUInt32BigEndian(padded, (uint)payload.Length);
        payload.CopyTo(padded.AsSpan(LengthSize));
        return padded;
    }

    /// <returns>False when the payload would be longer than what there is, or the padding is not all zeros.</returns>
    internal static bool TryUnpad(ReadOnlySpan<byte> padded, out ReadOnlySpan<byte> payload)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(padded);
        if (length > padded.Length - LengthSize)
        {
            payload = default;
            return false;
        }

        payload = padded.Slice(LengthSize, (int)length);
        return !padded[(LengthSize + (int)length)..].ContainsAnyExcept((byte)0);
    }

    // Size, base64, version.
    private static RefusedEnvelope? Decode(string message, out EnvelopeFrame frame)
    {
        frame = default;
        if (message.Length > MaxMessageLength)
        {
            return new RefusedEnvelope(RefusedFault.TooLarge, $"The envelope is longer than {MaxMessageLength} characters.");
        }

        var paddedSize = StrictBase64.DecodedLength(message) - EnvelopeFrame.Overhead;
        if (paddedSize < MinPaddedSize || !BitOperations.IsPow2(paddedSize))
        {
            return new RefusedEnvelope(RefusedFault.BadEncoding, "The length of the envelope is that of none.");
        }

        frame = new EnvelopeFrame(paddedSize);
        return !StrictBase64.TryDecode(message, frame.Sent)
            ? new RefusedEnvelope(RefusedFault.BadEncoding, "The envelope is no base64 in its one spelling.")
            : frame.Version != EnvelopeFrame.CurrentVersion
                ? new RefusedEnvelope(RefusedFault.UnknownVersion, $"The envelope's version is not {EnvelopeFrame.CurrentVersion}.")
                : null;
    }

    private static OpenResult OpenSigned(EnvelopeFrame frame, Identity author, Func<PrekeyId, PrekeySecret?> prekeys)
    {
        var id = PrekeyId.Read(frame.PrekeyId);
        var hash = EnvelopeHash.Of(frame.Sent);
        if (prekeys(id) is not { } prekey)
        {
            return Unreadable(UnreadableFault.UnknownPrekey, "The key that this envelope was sealed to does not exist here, or no longer.");
        }

        var padded = new byte[frame.Ciphertext.Length - Hpke.TagSize];
        if (!Hpke.IsCanonical(frame.Enc) || !Hpke.Open(prekey.Key, frame.Enc, frame.Info, [], frame.Ciphertext, padded))
        {
            return Unreadable(UnreadableFault.Undecryptable, "The envelope does not open with the key that it names.");
        }

        if (!TryUnpad(padded, out var bytes))
        {
            return Unreadable(UnreadableFault.BadPayload, "The padding is not what it has to be.");
        }

        return Payload.TryRead(bytes, author, out var payload, out var error)
            ? new OpenedEnvelope(author, hash, payload)
            : Unreadable(UnreadableFault.BadPayload, error);

        UnreadableEnvelope Unreadable(UnreadableFault fault, string detail) => new(author, hash, id, fault, detail);
    }
}
