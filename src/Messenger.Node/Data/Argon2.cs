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

    /// <summary>Derives a key of so many bytes.</summary>
    public static byte[] Derive(string passphrase, ReadOnlySpan<byte> salt, Argon2Cost cost, int size)
    {
        var argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { MemorySize = cost.MemoryKiB, NumberOfPasses = cost.Passes, DegreeOfParallelism = 1 });
        return argon.DeriveBytes(Encoding.UTF8.GetBytes(passphrase), salt, size);
    }
}
