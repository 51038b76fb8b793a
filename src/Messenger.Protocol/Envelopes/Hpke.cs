using System.Security.Cryptography;
using NSec.Cryptography;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// HPKE (RFC 9180) in base mode, one message per key: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003.
/// </summary>
internal static class Hpke
{
    public const int PublicKeySize = 32;
    public const int TagSize = ChaCha20Poly1305Cipher.TagSize;

    /// <summary>The longest <c>info</c>, in bytes.</summary>
    public const int MaxInfoSize = 256;

    private const int HashSize = SHA256.HashSizeInBytes;

    // "HPKE-v1", a suite id, the longest label and the longest input.
    private const int LabeledSize = 2 + 7 + 10 + 13 + MaxInfoSize;

    private static readonly byte[] PskIdHash = ExtractPskIdHash();

    private static ReadOnlySpan<byte> KemSuite => "KEM\x00\x20"u8;

    private static ReadOnlySpan<byte> Suite => "HPKE\x00\x20\x00\x01\x00\x03"u8;

    /// <summary>Seals to a public key that is canonical and of large order.</summary>
    /// <param name="ephemeral">A fresh private X25519 key, never used again.</param>
    /// <param name="recipient">The public X25519 key sealed to.</param>
    /// <param name="info">The context, at most <see cref="MaxInfoSize"/> bytes.</param>
    /// <param name="aad">The associated data.</param>
    /// <param name="plaintext">What is sealed.</param>
    /// <param name="enc">Takes the ephemeral public key, 32 bytes.</param>
    /// <param name="ciphertext">Takes the ciphertext, 16 bytes longer than the plaintext.</param>
    /// <exception cref="ArgumentException">The recipient's key is of small order.</exception>
    public static void Seal(
        ReadOnlySpan<byte> ephemeral,
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> plaintext,
        Span<byte> enc,
        Span<byte> ciphertext)
    {
        Span<byte> key = stackalloc byte[ChaCha20Poly1305Cipher.KeySize];
        Span<byte> nonce = stackalloc byte[ChaCha20Poly1305Cipher.NonceSize];
        X25519.PublicOf(ephemeral, enc);
        if (!TryAgree(ephemeral, recipient, enc, recipient, info, key, nonce))
        {
            throw new ArgumentException("The key to seal to is of small order.", nameof(recipient));
        }

        ChaCha20Poly1305Cipher.Encrypt(key, nonce, aad, plaintext, ciphertext);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Opens what was sealed to a key of ours.</summary>
    /// <param name="recipient">The X25519 key sealed to, which may be exported.</param>
    /// <param name="enc">The ephemeral public key.</param>
    /// <param name="info">The context, at most <see cref="MaxInfoSize"/> bytes.</param>
    /// <param name="aad">The associated data.</param>
    /// <param name="ciphertext">At least 16 bytes.</param>
    /// <param name="plaintext">Takes the plaintext, 16 bytes shorter than the ciphertext.</param>
    /// <returns>False when it does not open.</returns>
    public static bool Open(
        Key recipient,
        ReadOnlySpan<byte> enc,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> plaintext)
    {
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        Span<byte> recipientBytes = stackalloc byte[PublicKeySize];
        Span<byte> key = stackalloc byte[ChaCha20Poly1305Cipher.KeySize];
        Span<byte> nonce = stackalloc byte[ChaCha20Poly1305Cipher.NonceSize];
        _ = recipient.TryExport(KeyBlobFormat.RawPrivateKey, secret, out _);
        _ = recipient.PublicKey.TryExport(KeyBlobFormat.RawPublicKey, recipientBytes, out _);
        var opened = TryAgree(secret, enc, enc, recipientBytes, info, key, nonce)
            && ChaCha20Poly1305Cipher.Decrypt(key, nonce, aad, ciphertext, plaintext);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(key);
        return opened;
    }

    /// <summary>
    /// Whether 32 bytes are the one spelling of an X25519 public key: a number below 2^255 - 19. RFC 7748 reads others as well, but no
    /// honest implementation writes them, and they would give one key several ids.
    /// </summary>
    public static bool IsCanonical(ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == PublicKeySize
        && publicKey[^1] <= 0x7F
        && (publicKey[^1] < 0x7F || publicKey[1..^1].ContainsAnyExcept((byte)0xFF) || publicKey[0] < 0xED);

    // Encap or Decap and the key schedule. False when the shared secret is zero, which only a key of small order makes.
    private static bool TryAgree(
        ReadOnlySpan<byte> own, ReadOnlySpan<byte> other, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info,
        Span<byte> key, Span<byte> nonce)
    {
        Span<byte> secret = stackalloc byte[HashSize];
        if (!X25519.TryAgree(own, other, secret))
        {
            return false;
        }

        Span<byte> prk = stackalloc byte[HashSize];
        Span<byte> context = stackalloc byte[1 + HashSize + HashSize];
        enc.CopyTo(context);
        recipient.CopyTo(context[PublicKeySize..]);
        LabeledExtract(KemSuite, [], "eae_prk"u8, secret, prk);
        LabeledExpand(KemSuite, prk, "shared_secret"u8, context[..(2 * PublicKeySize)], secret);

        context[0] = 0;
        PskIdHash.CopyTo(context[1..]);
        LabeledExtract(Suite, [], "info_hash"u8, info, context[(1 + HashSize)..]);
        LabeledExtract(Suite, secret, "secret"u8, [], prk);
        LabeledExpand(Suite, prk, "key"u8, context, key);
        LabeledExpand(Suite, prk, "base_nonce"u8, context, nonce);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(prk);
        return true;
    }

    private static byte[] ExtractPskIdHash()
    {
        var hash = new byte[HashSize];
        LabeledExtract(Suite, [], "psk_id_hash"u8, [], hash);
        return hash;
    }

    private static void LabeledExtract(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> input, Span<byte> prk)
    {
        var labeled = new ByteWriter(stackalloc byte[LabeledSize]);
        labeled.Raw("HPKE-v1"u8);
        labeled.Raw(suite);
        labeled.Raw(label);
        labeled.Raw(input);
        HKDF.Extract(HashAlgorithmName.SHA256, labeled.Written, salt, prk);
    }

    private static void LabeledExpand(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> output)
    {
        var labeled = new ByteWriter(stackalloc byte[LabeledSize]);
        labeled.Raw([0, (byte)output.Length]);
        labeled.Raw("HPKE-v1"u8);
        labeled.Raw(suite);
        labeled.Raw(label);
        labeled.Raw(context);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, labeled.Written);
    }
}
