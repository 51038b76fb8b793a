using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Messenger.Node.Data;

/// <summary>What trying one passphrase costs, the owner as well as a thief.</summary>
/// <param name="MemoryKiB">Memory in KiB.</param>
/// <param name="Passes">Passes over it.</param>
internal readonly record struct Argon2Cost(int MemoryKiB, int Passes)
{
    /// <summary>64 MiB and 3 passes: about 0.2 s.</summary>
    public static readonly Argon2Cost Default = new(64 * 1024, 3);

    /// <summary>Whether a file that asks for this may be believed: at most 1 GiB and 16 passes.</summary>
    public bool IsBearable => MemoryKiB is >= 8 * 1024 and <= 1024 * 1024 && Passes is >= 1 and <= 16;
}

/// <summary>Argon2id (RFC 9106) with one lane: makes keys of what people remember.</summary>
internal static class Argon2
{
    /// <summary>Bytes of salt.</summary>
    public const int SaltSize = 16;

    /// <summary>Bytes of what a file says about its key: memory and passes as big-endian 32-bit numbers, then the salt.</summary>
    public const int HeaderSize = (2 * sizeof(int)) + SaltSize;

    /// <summary>Derives a key of so many bytes.</summary>
    public static byte[] Derive(string passphrase, ReadOnlySpan<byte> salt, Argon2Cost cost, int size)
    {
        var argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { MemorySize = cost.MemoryKiB, NumberOfPasses = cost.Passes, DegreeOfParallelism = 1 });
        return argon.DeriveBytes(Encoding.UTF8.GetBytes(passphrase), salt, size);
    }

    /// <summary>Writes the header of a new key: the default costs and a random salt.</summary>
    public static void WriteHeader(Span<byte> header)
    {
        BinaryPrimitives.WriteInt32BigEndian(header, Argon2Cost.Default.MemoryKiB);
        BinaryPrimitives.WriteInt32BigEndian(header[sizeof(int)..], Argon2Cost.Default.Passes);
        RandomNumberGenerator.Fill(header[(2 * sizeof(int))..HeaderSize]);
    }

    /// <summary>What a header asks for.</summary>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static Argon2Cost Check(ReadOnlySpan<byte> header)
    {
        var cost = new Argon2Cost(BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[sizeof(int)..]));
        return cost.IsBearable ? cost : throw new InvalidDataException("the file is damaged at its beginning");
    }

    /// <summary>The key of ChaCha20-Poly1305 that a header and a passphrase make.</summary>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static Key DeriveKey(string passphrase, ReadOnlySpan<byte> header)
    {
        var cost = Check(header);
        var algorithm = AeadAlgorithm.ChaCha20Poly1305;
        var bytes = Derive(passphrase, header[(2 * sizeof(int))..HeaderSize], cost, algorithm.KeySize);
        try
        {
            return Key.Import(algorithm, bytes, KeyBlobFormat.RawSymmetricKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
