using System.Security.Cryptography;
using NSec.Cryptography;

namespace Messenger.Node.Data;

/// <summary>
/// The form of master.key under a passphrase: a line that says what it is, the header of <see cref="Argon2"/>, and the 32 bytes sealed by
/// ChaCha20-Poly1305. Every file has a salt and so a key of its own, which is why the nonce can be zero.
/// </summary>
internal static class SealedKeyFile
{
    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Magic => "messenger key v1\n"u8;

    private static ReadOnlySpan<byte> Nonce => new byte[12];

    private static int HeaderSize => Magic.Length + Argon2.HeaderSize;

    /// <summary>Whether a file is sealed by a passphrase.</summary>
    public static bool IsOne(ReadOnlySpan<byte> content) => content.StartsWith(Magic);

    /// <summary>Seals the key.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> secret, string passphrase)
    {
        var file = new byte[Magic.Length + Argon2.HeaderSize + secret.Length + TagSize];
        Magic.CopyTo(file);
        Argon2.WriteHeader(file.AsSpan(Magic.Length));
        var header = file.AsSpan(0, Magic.Length + Argon2.HeaderSize);
        using var key = Argon2.DeriveKey(passphrase, header[Magic.Length..]);
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, Nonce, header, secret, file.AsSpan(header.Length));
        return file;
    }

    /// <summary>Looks at everything about a file that can be judged without its passphrase.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        var size = HeaderSize + MasterKey.SecretSize + TagSize;
        if (!IsOne(file) || file.Length != size)
        {
            throw new InvalidDataException($"the file is damaged: {size} bytes are expected, it has {file.Length}");
        }

        Argon2.Check(file[Magic.Length..HeaderSize]);
    }

    /// <summary>Opens what <see cref="Seal"/> made; null when the passphrase is another one, or what it seals was changed.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static byte[]? Open(ReadOnlySpan<byte> file, string passphrase)
    {
        Check(file);
        using var key = Argon2.DeriveKey(passphrase, file[Magic.Length..HeaderSize]);
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(key, Nonce, file[..HeaderSize], file[HeaderSize..]);
    }

    /// <summary>Replaces a key file and overwrites what stood in it: the old form must not be found on the disk.</summary>
    public static void Replace(string file, ReadOnlySpan<byte> content)
    {
        using var old = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        DataFolder.WriteOwnerOnly(file, content);
        old.Write(RandomNumberGenerator.GetBytes((int)old.Length));
        old.Flush(flushToDisk: true);
    }
}
