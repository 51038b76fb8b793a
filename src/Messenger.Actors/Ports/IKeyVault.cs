namespace Messenger.Actors.Ports;

/// <summary>Keeps keys unreadable at rest (security.md, Peer listener).</summary>
public interface IKeyVault
{
    /// <summary>Seals a key for the journal.</summary>
    string Seal(string key);

    /// <summary>Opens what <see cref="Seal(string)"/> made.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed under another master key, or altered.</exception>
    string Open(string sealedKey);

    /// <summary>Seals the bytes of a private key, which stay the caller's to wipe.</summary>
    string Seal(ReadOnlySpan<byte> key);

    /// <summary>Opens what <see cref="Seal(ReadOnlySpan{byte})"/> made; the caller wipes it after use.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed under another master key, or altered.</exception>
    byte[] OpenBytes(string sealedKey);

    /// <summary>A keyed hash by which an issued key is found without comparing keys.</summary>
    string LookupHash(string key);
}
