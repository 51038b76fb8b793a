using NSec.Cryptography;
using Platform = System.Security.Cryptography.ChaCha20Poly1305;

namespace Messenger.Protocol.Envelopes;

/// <summary>ChaCha20-Poly1305 (RFC 8439) with a key that is used once. The ciphertext is 16 bytes longer than the plaintext.</summary>
internal static class ChaCha20Poly1305Cipher
{
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    public static void Encrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (Platform.IsSupported)
        {
            using var cipher = new Platform(key);
            cipher.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], aad);
        }
        else
        {
            EncryptBySodium(key, nonce, aad, plaintext, ciphertext);
        }
    }

    /// <returns>False when key, nonce, associated data and ciphertext do not belong together.</returns>
    public static bool Decrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (!Platform.IsSupported)
        {
            return DecryptBySodium(key, nonce, aad, ciphertext, plaintext);
        }

        using var cipher = new Platform(key);
        try
        {
            cipher.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, aad);
            return true;
        }
        catch (System.Security.Cryptography.AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    // The same by libsodium. It guards the key by pages of its own, which costs ten times the encryption of a short message; Windows 10
    // and systems whose OpenSSL was built without the cipher have nothing else.
    internal static void EncryptBySodium(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        using var imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(imported, nonce, aad, plaintext, ciphertext);
    }

    internal static bool DecryptBySodium(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        using var imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(imported, nonce, aad, ciphertext, plaintext);
    }
}
