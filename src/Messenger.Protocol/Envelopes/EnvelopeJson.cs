using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Messenger.Protocol.Envelopes;

/// <summary>The strict JSON of what is sealed and of bundles: no field twice, none missing, none of another type; unknown ones are ignored.</summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = WireLimits.Depth,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BundleJson))]
[JsonSerializable(typeof(PayloadJson))]
internal sealed partial class EnvelopeJson : JsonSerializerContext
{
    /// <summary>The last millisecond that a time of the platform holds.</summary>
    public const long MaxTime = 253_402_300_799_999;

    static EnvelopeJson() => Compact = new EnvelopeJson(new JsonSerializerOptions(Default.Options)
    {
        // Nobody reads this as markup, and escaped Cyrillic would be three times as long.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>For writing payloads.</summary>
    public static EnvelopeJson Compact { get; }

    public static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value)
        where T : class
    {
        try
        {
            value = JsonSerializer.Deserialize(json, type);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // Escapes that are no Unicode surface as InvalidOperationException.
            value = null;
        }

        return value is not null;
    }
}
