using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Messenger.Protocol.Envelopes;

/// <summary>A bundle as it stands in the field <c>e2e</c> and in a payload.</summary>
internal sealed record BundleJson(
    [property: JsonPropertyName("v")] int V,
    [property: JsonPropertyName("n")] long N,
    [property: JsonPropertyName("ik")] string Ik,
    [property: JsonPropertyName("pk")] PrekeyJson[] Pk,
    [property: JsonPropertyName("fk")] PrekeyJson Fk,
    [property: JsonPropertyName("sig")] string Sig)
{
    public static BundleJson Of(Bundle bundle) => new(
        Bundle.Version,
        bundle.Counter,
        bundle.Identity.Text,
        [.. bundle.Prekeys.Select(PrekeyJson.Of)],
        PrekeyJson.Of(bundle.Fallback),
        bundle.Signature);

    public bool TryRead([NotNullWhen(true)] out Bundle? bundle, [NotNullWhen(false)] out string? error)
    {
        bundle = null;
        error = V != Bundle.Version ? $"The bundle has another version than {Bundle.Version}."
            : N is < 1 or > Counters.Max ? "The counter \"n\" of the bundle is out of range."
            : Pk.Length is 0 or > Bundle.MaxPrekeys ? $"The bundle has to have 1 to {Bundle.MaxPrekeys} prekeys."
            : null;
        if (error is not null)
        {
            return false;
        }

        if (!Identity.TryParse(Ik, out var identity))
        {
            error = "The \"ik\" of the bundle is no key.";
            return false;
        }

        var prekeys = ImmutableArray.CreateBuilder<Prekey>(Pk.Length);
        foreach (var json in Pk.Append(Fk))
        {
            if (json?.Read() is not { } prekey || prekeys.Any(known => known.Id == prekey.Id))
            {
                error = "The bundle holds a prekey twice or one that is no X25519 key, or that has an \"id\" or \"exp\" that is none of it.";
                return false;
            }

            prekeys.Add(prekey);
        }

        if (!Bundle.TryVerify(identity, N, [.. prekeys.SkipLast(1)], prekeys[^1], Sig, out bundle))
        {
            error = "The signature of the bundle is not right.";
            return false;
        }

        return true;
    }
}

/// <summary>A prekey in a bundle.</summary>
internal sealed record PrekeyJson(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("k")] string K,
    [property: JsonPropertyName("exp")] long Exp)
{
    public static PrekeyJson Of(Prekey prekey) => new(prekey.Id.Value, prekey.Text, prekey.Expires.ToUnixTimeMilliseconds());

    public Prekey? Read() =>
        Exp is >= 0 and <= EnvelopeJson.MaxTime
        && Prekey.TryParse(K, DateTimeOffset.FromUnixTimeMilliseconds(Exp), out var prekey)
        && prekey.Id.Value == Id
            ? prekey
            : null;
}

/// <summary>Bundles as JSON.</summary>
public static class BundleText
{
    /// <summary>The most bytes that are read.</summary>
    public const int MaxSize = 4096;

    /// <summary>The JSON object, UTF-8, well below <see cref="MaxSize"/>.</summary>
    /// <param name="bundle">A bundle.</param>
    public static byte[] Write(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return JsonSerializer.SerializeToUtf8Bytes(BundleJson.Of(bundle), EnvelopeJson.Default.BundleJson);
    }

    /// <summary>Reads a bundle and checks its signature. Whether it is to be taken, <see cref="Bundle.Judge"/> says.</summary>
    /// <param name="json">Anything at all.</param>
    /// <param name="bundle">The bundle, or null when this is none.</param>
    /// <param name="error">A sentence saying what is wrong with it; holds nothing of it.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out Bundle? bundle, [NotNullWhen(false)] out string? error)
    {
        bundle = null;
        error = "The bundle is too large, or no JSON object with all its fields, each of its type and once.";
        return json.Length <= MaxSize
            && EnvelopeJson.TryRead(json, EnvelopeJson.Default.BundleJson, out var read)
            && read.TryRead(out bundle, out error);
    }

    /// <summary>Reads a bundle that is part of a document.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, out Bundle?, out string?)"/>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Bundle? bundle, [NotNullWhen(false)] out string? error) =>
        TryRead(JsonMarshal.GetRawUtf8Value(json), out bundle, out error);
}
