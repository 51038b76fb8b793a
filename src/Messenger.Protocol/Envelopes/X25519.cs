using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// X25519 (RFC 7748) on bytes that its caller wipes, by the libsodium that NSec brings. Keys that last stay with NSec; for those of one message
/// the guarded pages in which it puts every key and every shared secret cost as much as the curve (security.md asks for ≤ 150 µs in all).
/// </summary>
internal static partial class X25519
{
    public const int KeySize = 32;

    /// <summary>Makes a private key.</summary>
    public static void Create(Span<byte> secret) => RandomNumberGenerator.Fill(secret[..KeySize]);

    /// <summary>The public key of a private one.</summary>
    public static void PublicOf(ReadOnlySpan<byte> secret, Span<byte> publicKey) =>
        _ = Multiply(Exact(publicKey), Exact(secret));

    /// <summary>The shared secret of a private key and another's public key.</summary>
    /// <returns>False when it is zero, which only a public key of small order makes.</returns>
    public static bool TryAgree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> publicKey, Span<byte> shared) =>
        Multiply(Exact(shared), Exact(secret), Exact(publicKey)) == 0;

    private static Span<byte> Exact(Span<byte> key) =>
        key.Length == KeySize ? key : throw new ArgumentException($"An X25519 key has {KeySize} bytes, not {key.Length}.", nameof(key));

    private static ReadOnlySpan<byte> Exact(ReadOnlySpan<byte> key) =>
        key.Length == KeySize ? key : throw new ArgumentException($"An X25519 key has {KeySize} bytes, not {key.Length}.", nameof(key));

    [LibraryImport("libsodium", EntryPoint = "crypto_scalarmult_curve25519_base")]
    [UnmanagedCallConv(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Multiply(Span<byte> result, ReadOnlySpan<byte> scalar);

    [LibraryImport("libsodium", EntryPoint = "crypto_scalarmult_curve25519")]
    [UnmanagedCallConv(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Multiply(Span<byte> result, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point);
}
