namespace Messenger.Protocol.Envelopes;

/// <summary>
/// The bytes of an envelope, with those that are signed before it: label | LP(info) | LP(env) | sig. What is signed is the beginning of one
/// array and what is sent the end, so that nothing is copied.
/// </summary>
/// <param name="paddedSize">The plaintext with its padding, in bytes.</param>
internal readonly struct EnvelopeFrame(int paddedSize)
{
    public const byte CurrentVersion = 1;

    /// <summary>How much longer than the padded plaintext the sent bytes are.</summary>
    public const int Overhead = 1 + Envelopes.PrekeyId.Size + Hpke.PublicKeySize + Hpke.TagSize + IdentityKey.SignatureSize;

    // The label "p2pm-e1 info\0", then four parts with their lengths.
    private const int InfoSize = 13 + (4 * 4) + 34 + (2 * Identity.Size) + Envelopes.PrekeyId.Size;
    private const int InfoStart = 12 + 4;
    private const int EnvelopeStart = InfoStart + InfoSize + 4;

    private readonly byte[] _bytes = new byte[EnvelopeStart + Overhead + paddedSize];

    public Span<byte> Info => _bytes.AsSpan(InfoStart, InfoSize);

    public byte Version
    {
        get => _bytes[EnvelopeStart];
        set => _bytes[EnvelopeStart] = value;
    }

    public Span<byte> PrekeyId => _bytes.AsSpan(EnvelopeStart + 1, Envelopes.PrekeyId.Size);

    public Span<byte> Enc => _bytes.AsSpan(EnvelopeStart + 1 + Envelopes.PrekeyId.Size, Hpke.PublicKeySize);

    public Span<byte> Ciphertext => _bytes.AsSpan((EnvelopeStart + 1 + Envelopes.PrekeyId.Size + Hpke.PublicKeySize)..^IdentityKey.SignatureSize);

    public Span<byte> Signature => _bytes.AsSpan(^IdentityKey.SignatureSize..);

    public Span<byte> Signed => _bytes.AsSpan(..^IdentityKey.SignatureSize);

    public Span<byte> Sent => _bytes.AsSpan(EnvelopeStart..);

    /// <summary>Writes everything before the envelope; the prekey's id has to stand in it already.</summary>
    public void Bind(Identity author, Identity recipient)
    {
        var writer = new ByteWriter(_bytes);
        writer.Raw("p2pm-e1 sig\0"u8);
        writer.UInt32(InfoSize);
        writer.Raw("p2pm-e1 info\0"u8);
        writer.Prefixed("x25519-chacha20poly1305-ed25519-v1"u8);
        writer.Prefixed(author);
        writer.Prefixed(recipient);
        writer.Prefixed(PrekeyId);
        writer.UInt32((uint)(Sent.Length - IdentityKey.SignatureSize));
    }
}
