using System.Text.Json;
using Messenger.Domain.Contacts;

namespace Messenger.Protocol;

/// <summary><c>caps</c>: an array of words, one for each extension; unknown ones are ignored.</summary>
internal static class CapNames
{
    private const string Field = "caps";
    private const int MaxRead = 64;
    private static readonly (string Name, PeerCaps Cap)[] All = [("e2e", PeerCaps.Sealing), ("receipt", PeerCaps.Receipts), ("moved", PeerCaps.Moves)];

    /// <summary>Writes the field, unless there is nothing to say.</summary>
    public static void Write(Utf8JsonWriter writer, PeerCaps? caps)
    {
        if (caps is null)
        {
            return;
        }

        writer.WriteStartArray(Field);
        foreach (var (name, _) in All.Where(known => caps.Value.HasFlag(known.Cap)))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads the field; null when it is missing or something else.</summary>
    public static PeerCaps? Read(JsonElement source) =>
        source.TryGetProperty(Field, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Take(MaxRead).Aggregate(PeerCaps.None, (caps, item) => caps | Of(item))
            : null;

    private static PeerCaps Of(JsonElement item) =>
        item.ValueKind == JsonValueKind.String && WireDocument.Text(item) is { } name ? All.FirstOrDefault(known => known.Name == name).Cap : PeerCaps.None;
}
