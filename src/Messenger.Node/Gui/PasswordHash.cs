using System.Globalization;
using System.Security.Cryptography;
using Messenger.Node.Data;

namespace Messenger.Node.Gui;

/// <summary>Hashes the owner's password with Argon2id (RFC 9106): 64 MiB, 3 passes, in the usual <c>$argon2id$…</c> text form.</summary>
internal static class PasswordHash
{
    /// <summary>The shortest password that may be set, in characters.</summary>
    public const int MinLength = 8;

    /// <summary>The longest password, in characters.</summary>
    public const int MaxLength = 1_000;

    private const int HashSize = 32;

    /// <summary>Hashes a new password under a random salt; takes about 0.2 s and 64 MiB.</summary>
    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(Argon2.SaltSize);
        var cost = Argon2Cost.Default;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={cost.MemoryKiB},t={cost.Passes},p=1${Convert.ToBase64String(salt)}${Convert.ToBase64String(Argon2.Derive(password, salt, cost, HashSize))}");
    }

    /// <summary>Whether a password is the one that was hashed.</summary>
    public static bool Verify(string password, string hash)
    {
        if (hash.Split('$') is not ["", "argon2id", "v=19", var costs, var salt, var expected]
            || costs.Split(',') is not [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"])
        {
            throw new FormatException("The stored password hash is damaged; set the password again.");
        }

        var cost = new Argon2Cost(int.Parse(memory, CultureInfo.InvariantCulture), int.Parse(passes, CultureInfo.InvariantCulture));
        var actual = Argon2.Derive(password, Convert.FromBase64String(salt), cost, HashSize);
        return CryptographicOperations.FixedTimeEquals(actual, Convert.FromBase64String(expected));
    }
}
