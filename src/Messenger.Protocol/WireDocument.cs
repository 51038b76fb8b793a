using System.Text.Json;

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
