using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Messenger.Node.Gui;

/// <summary>Random secrets that sign somebody in. Only their hashes are kept; comparing hashes tells an attacker nothing by its timing.</summary>
internal static class Secret
{
    /// <summary>32 random bytes as base64url: 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A public name for what a secret stands for: 16 random bytes as base64url.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>What is kept of a secret. A fast hash will do, since the secret cannot be guessed.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
