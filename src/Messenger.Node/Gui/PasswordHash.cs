using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Messenger.Node.Gui;

/// <summary>Hashes the owner's password with Argon2id (RFC 9106): 64 MiB, 3 passes, in the usual <c>$argon2id$…</c> text form.</summary>
internal static class PasswordHash
{
    /// <summary>The shortest password that may be set, in characters.</summary>
    public const int MinLength = 8;

    /// <summary>The longest password, in characters.</summary>
    public const int MaxLength = 1_000;

    private const int MemoryKiB = 64 * 1024;
    private const int Passes = 3;
    private const int SaltSize = 16;
    private const int HashSize = 32;

    /// <summary>Hashes a new password under a random salt; takes about 0.2 s and 64 MiB.</summary>
    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={MemoryKiB},t={Passes},p=1${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, MemoryKiB, Passes))}");
    }

    /// <summary>Whether a password is the one that was hashed.</summary>
    public static bool Verify(string password, string hash)
    {
        if (hash.Split('$') is not ["", "argon2id", "v=19", var costs, var salt, var expected]
            || costs.Split(',') is not [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"])
        {
            throw new FormatException("The stored password hash is damaged; set the password again.");
        }

        var actual = Derive(
            password, Convert.FromBase64String(salt), int.Parse(memory, CultureInfo.InvariantCulture), int.Parse(passes, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(actual, Convert.FromBase64String(expected));
    }

    private static byte[] Derive(string password, byte[] salt, int memoryKiB, int passes)
    {
        var argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { MemorySize = memoryKiB, NumberOfPasses = passes, DegreeOfParallelism = 1 });
        return argon.DeriveBytes(Encoding.UTF8.GetBytes(password), salt, HashSize);
    }
}
