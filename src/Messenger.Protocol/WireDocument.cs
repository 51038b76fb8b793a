using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Messenger.Protocol;

/// <summary>Strict parsing of a piece of hostile JSON.</summary>
internal static class WireDocument
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = WireLimits.Depth,
    };

    /// <summary>The document, to be disposed before <paramref name="json"/> is reused; null when it is no JSON object.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // Property names that are no Unicode surface as InvalidOperationException, from the search for duplicates.
            return null;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        return null;
    }

    /// <summary>
    /// A property that is an object, as its JSON text; null when it is missing, something else or larger than that: a field that another
    /// program may use otherwise must not spoil what it stands in.
    /// </summary>
    public static string? Object(JsonElement source, string name, int maxBytes)
    {
        if (!source.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var json = JsonMarshal.GetRawUtf8Value(value);
        return json.Length <= maxBytes && Utf8.IsValid(json) ? Encoding.UTF8.GetString(json) : null;
    }

    /// <summary>The text of a JSON string; null when its bytes or escapes are no Unicode text.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
