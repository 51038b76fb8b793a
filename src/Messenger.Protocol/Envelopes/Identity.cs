using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace Messenger.Protocol.Envelopes;

/// <summary>Who somebody is: the public part of an Ed25519 key (RFC 8032). Two identities are equal when their texts are.</summary>
public sealed record Identity
{
    /// <summary>The bytes of a key.</summary>
    public const int Size = 32;

    private readonly PublicKey _key;

    internal Identity(PublicKey key)
    {
        _key = key;
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Text = Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key as 43 characters of base64url without padding.</summary>
    public string Text { get; }

    /// <summary>Reads an identity.</summary>
    /// <param name="text">Anything at all.</param>
    /// <param name="identity">The identity, or null when the text is none. Whether anybody has the private part only a signature shows.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Identity? identity)
    {
        Span<byte> bytes = stackalloc byte[Size];
        identity = StrictBase64.TryDecodeUrl(text, bytes)
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var key)
            ? new Identity(key!)
            : null;
        return identity is not null;
    }

    /// <summary>Copies the 32 bytes of the key.</summary>
    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> target) => _ = _key.TryExport(KeyBlobFormat.RawPublicKey, target, out _);

    /// <inheritdoc/>
    public bool Equals(Identity? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal bool HasSigned(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == IdentityKey.SignatureSize && SignatureAlgorithm.Ed25519.Verify(_key, data, signature);

    internal bool HasSigned(ReadOnlySpan<byte> data, string? signature)
    {
        Span<byte> bytes = stackalloc byte[IdentityKey.SignatureSize];
        return StrictBase64.TryDecodeUrl(signature, bytes) && HasSigned(data, bytes);
    }
}

/// <summary>The private part of an identity. Kept imported, outside the managed heap, until it is disposed.</summary>
public sealed class IdentityKey : IDisposable
{
    internal const int SignatureSize = 64;

    private readonly Key _key;

    private IdentityKey(Key key)
    {
        _key = key;
        Identity = new Identity(key.PublicKey);
    }

    /// <summary>The public part.</summary>
    public Identity Identity { get; }

    /// <summary>A new identity, from the system's randomness.</summary>
    public static IdentityKey Create() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>The identity of a stored or agreed seed.</summary>
    /// <param name="seed">The 32 bytes that RFC 8032 calls the private key.</param>
    /// <exception cref="FormatException">The seed has another length.</exception>
    public static IdentityKey Import(ReadOnlySpan<byte> seed) =>
        new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, Exportable));

    /// <summary>The seed, 32 bytes, to be sealed before it is stored and wiped afterwards.</summary>
    public byte[] Export() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => _key.Dispose();

    internal void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => SignatureAlgorithm.Ed25519.Sign(_key, data, signature);

    internal string Sign(ReadOnlySpan<byte> data)
    {
        Span<byte> signature = stackalloc byte[SignatureSize];
        Sign(data, signature);
        return Base64Url.EncodeToString(signature);
    }

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
