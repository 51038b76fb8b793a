using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Messenger.Protocol.Envelopes;

/// <summary>Which prekey an envelope was sealed to: the first 8 bytes of the SHA-256 of the public key.</summary>
/// <param name="Value">11 characters of base64url without padding.</param>
public readonly record struct PrekeyId(string Value)
{
    internal const int Size = 8;

    /// <summary>The value.</summary>
    public override string ToString() => Value;

    internal static PrekeyId Read(ReadOnlySpan<byte> bytes) => new(Base64Url.EncodeToString(bytes));

    internal static PrekeyId Of(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(publicKey, hash);
        return Read(hash[..Size]);
    }

    internal void CopyTo(Span<byte> target) => Base64Url.DecodeFromChars(Value, target[..Size]);
}

/// <summary>The public part of an X25519 key (RFC 7748) to which messages are sealed until a time.</summary>
public sealed record Prekey
{
    private Prekey(string text, PrekeyId id, DateTimeOffset expires)
    {
        Text = text;
        Id = id;
        Expires = expires;
    }

    /// <summary>The id.</summary>
    public PrekeyId Id { get; }

    /// <summary>The key as 43 characters of base64url without padding.</summary>
    public string Text { get; }

    /// <summary>From then on nothing is sealed to it. Whole milliseconds.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Reads a public key.</summary>
    /// <param name="text">Anything at all.</param>
    /// <param name="expires">From when on nothing is sealed to it; cut to milliseconds.</param>
    /// <param name="prekey">The prekey; null when the text is no X25519 key in its one spelling, or one of small order, to which nobody could seal.</param>
    public static bool TryParse(string? text, DateTimeOffset expires, [NotNullWhen(true)] out Prekey? prekey)
    {
        Span<byte> bytes = stackalloc byte[Hpke.PublicKeySize];
        prekey = null;
        if (StrictBase64.TryDecodeUrl(text, bytes)
            && Hpke.IsCanonical(bytes)
            && IsOfLargeOrder(bytes))
        {
            prekey = new Prekey(text!, PrekeyId.Of(bytes), Milliseconds(expires));
        }

        return prekey is not null;
    }

    /// <inheritdoc/>
    public bool Equals(Prekey? other) => other is not null && Text == other.Text && Expires == other.Expires;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Expires);

    internal void CopyTo(Span<byte> target) => Base64Url.DecodeFromChars(Text, target[..Hpke.PublicKeySize]);

    internal static Prekey Of(PublicKey key, DateTimeOffset expires)
    {
        Span<byte> bytes = stackalloc byte[Hpke.PublicKeySize];
        _ = key.TryExport(KeyBlobFormat.RawPublicKey, bytes, out _);
        return new Prekey(Base64Url.EncodeToString(bytes), PrekeyId.Of(bytes), Milliseconds(expires));
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    // Every X25519 private key is a multiple of the cofactor, so any of them takes exactly the points of small order to zero.
    private static bool IsOfLargeOrder(ReadOnlySpan<byte> key)
    {
        Span<byte> any = stackalloc byte[X25519.KeySize];
        Span<byte> agreed = stackalloc byte[X25519.KeySize];
        X25519.Create(any);
        return X25519.TryAgree(any, key, agreed);
    }
}

/// <summary>The private part of a prekey. Kept imported, outside the managed heap, until it is disposed.</summary>
public sealed class PrekeySecret : IDisposable
{
    private PrekeySecret(Key key)
    {
        Key = key;
        Id = Prekey.Of(key.PublicKey, default).Id;
    }

    /// <summary>The id of the prekey.</summary>
    public PrekeyId Id { get; }

    internal Key Key { get; }

    /// <summary>A new key, from the system's randomness.</summary>
    public static PrekeySecret Create() => new(NSec.Cryptography.Key.Create(KeyAgreementAlgorithm.X25519, Exportable));

    /// <summary>The key of stored or agreed bytes.</summary>
    /// <param name="bytes">The 32 bytes of an X25519 private key.</param>
    /// <exception cref="FormatException">There are more or fewer bytes.</exception>
    public static PrekeySecret Import(ReadOnlySpan<byte> bytes) =>
        new(NSec.Cryptography.Key.Import(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPrivateKey, Exportable));

    /// <summary>The private key, 32 bytes, to be sealed before it is stored and wiped afterwards.</summary>
    public byte[] Export() => Key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>The public part.</summary>
    /// <param name="expires">From when on nothing is to be sealed to it.</param>
    public Prekey ToPrekey(DateTimeOffset expires) => Prekey.Of(Key.PublicKey, expires);

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => Key.Dispose();

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
