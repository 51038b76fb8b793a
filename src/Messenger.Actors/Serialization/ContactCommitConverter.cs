using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Serialization;

/// <summary>
/// A row of a contact's journal: an array of objects with one property each, whose name says what the event is and in which shape.
/// A name, once released, is never changed, reused or removed; a new shape gets a new one, and the old one is read into the present
/// record here.
/// </summary>
internal sealed class ContactCommitConverter : JsonConverter<ContactCommit>
{
    private static readonly (string Name, JsonTypeInfo Type)[] Shapes =
    [
        ("message-queued.v1", JournalJson.Default.MessageQueued),
        ("messages-delivered.v1", JournalJson.Default.MessagesDelivered),
        ("message-deferred.v1", JournalJson.Default.MessageDeferred),
        ("message-refused.v1", JournalJson.Default.MessageRefused),
        ("message-relayed.v1", JournalJson.Default.MessageRelayed),
        ("relay-declined.v1", JournalJson.Default.RelayDeclined),
        ("message-received.v1", JournalJson.Default.MessageReceived),
        ("read-marked.v1", JournalJson.Default.ReadMarked),
        ("erase-requested.v1", JournalJson.Default.EraseRequested),
        ("erase-completed.v1", JournalJson.Default.EraseCompleted),
        ("bundle-taken.v1", JournalJson.Default.BundleTaken),
        ("identity-offered.v1", JournalJson.Default.IdentityOffered),
        ("identity-decided.v1", JournalJson.Default.IdentityDecided),
        ("verification-changed.v1", JournalJson.Default.VerificationChanged),
        ("plaintext-changed.v1", JournalJson.Default.PlaintextChanged),
        ("message-sealed.v1", JournalJson.Default.MessageSealed),
        ("message-opened.v1", JournalJson.Default.MessageOpened),
        ("caps-shown.v1", JournalJson.Default.CapsShown),
        ("messages-read.v1", JournalJson.Default.MessagesRead),
        ("receipts-told.v1", JournalJson.Default.ReceiptsTold),
        ("address-told.v1", JournalJson.Default.AddressTold),
        ("address-moved.v1", JournalJson.Default.AddressMoved),
    ];

    private static readonly FrozenDictionary<Type, (JsonEncodedText Name, JsonTypeInfo Type)> ByType =
        Shapes.ToFrozenDictionary(s => s.Type.Type, s => (JsonEncodedText.Encode(s.Name), s.Type));

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName = Shapes.ToFrozenDictionary(s => s.Name, s => s.Type);

    /// <summary>The events that have a name.</summary>
    public static IEnumerable<Type> Events => ByType.Keys;

    public override ContactCommit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var events = ImmutableArray.CreateBuilder<ContactEvent>();
        while (Next(ref reader) == JsonTokenType.StartObject)
        {
            Next(ref reader);
            var name = reader.GetString()!;
            Next(ref reader);
            if (!ByName.TryGetValue(name, out var type))
            {
                throw new JsonException($"The journal holds an event {name}: it was written by a newer version of this program.");
            }

            events.Add((ContactEvent)JsonSerializer.Deserialize(ref reader, type)!);
            Next(ref reader);
        }

        return new(events.DrainToImmutable());
    }

    public override void Write(Utf8JsonWriter writer, ContactCommit value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var happened in value.Events)
        {
            var (name, type) = ByType[happened.GetType()];
            writer.WriteStartObject();
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, happened, type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("A row of a contact's journal is cut off.");
}
