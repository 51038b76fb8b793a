using System.Text.Json;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Protocol;

/// <summary>
/// <c>caps</c>: an array of words, one for each extension; <c>relays</c>: an array of addresses, beside it. What is unknown in them is
/// ignored.
/// </summary>
internal static class AdvertisementFields
{
    private const string Caps = "caps";
    private const string Relays = "relays";
    private const int MaxRead = 64;
    private const int MaxAddressLength = 300;
    private static readonly (string Name, PeerCaps Cap)[] Names = [("e2e", PeerCaps.Sealing), ("receipt", PeerCaps.Receipts), ("moved", PeerCaps.Moves)];

    /// <summary>Writes the fields, unless there is nothing to say.</summary>
    public static void Write(Utf8JsonWriter writer, Advertisement? advertised)
    {
        if (advertised is null)
        {
            return;
        }

        writer.WriteStartArray(Caps);
        foreach (var (name, _) in Names.Where(known => advertised.Caps.HasFlag(known.Cap)))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        if (advertised.Relays.Length > 0)
        {
            writer.WriteStartArray(Relays);
            foreach (var relay in advertised.Relays.Split(' '))
            {
                writer.WriteStringValue(relay);
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>Reads the fields; null when <c>caps</c> is missing or something else.</summary>
    public static Advertisement? Read(JsonElement source) =>
        source.TryGetProperty(Caps, out var caps) && caps.ValueKind == JsonValueKind.Array
            ? new(
                caps.EnumerateArray().Take(MaxRead).Aggregate(PeerCaps.None, (known, item) => known | Names.FirstOrDefault(name => name.Name == Text(item)).Cap),
                source.TryGetProperty(Relays, out var relays) && relays.ValueKind == JsonValueKind.Array
                    ? Advertisement.Of(relays.EnumerateArray().Take(Advertisement.MaxRelays).Select(Relay).OfType<Address>())
                    : "")
            : null;

    private static Address? Relay(JsonElement item) =>
        Text(item) is { Length: <= MaxAddressLength } text && Address.TryParse(text, out var address, out _) ? address : null;

    private static string? Text(JsonElement item) => item.ValueKind == JsonValueKind.String ? WireDocument.Text(item) : null;
}
