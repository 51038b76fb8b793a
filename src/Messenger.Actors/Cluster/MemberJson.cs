using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Messenger.Actors.Contacts;
using Messenger.Actors.Roster;
using Messenger.Actors.Serialization;
using Messenger.Domain.Contacts;
using Messenger.Protocol.Envelopes;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Cluster;

/// <summary>JSON between members; its own format, apart from the journal, the peer wire and the client API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(ContactIdConverter), typeof(MessageIdConverter), typeof(AddressConverter), typeof(IpAddressConverter), typeof(EnvelopeHashConverter),
        typeof(ImportedMessageConverter),
    ])]
[JsonSerializable(typeof(ContactProtocol.QueueMessage))]
[JsonSerializable(typeof(ContactProtocol.StoreMessages))]
[JsonSerializable(typeof(ContactProtocol.PeerHeard))]
[JsonSerializable(typeof(ContactProtocol.KeysShown))]
[JsonSerializable(typeof(ContactProtocol.TakeReceipt))]
[JsonSerializable(typeof(ContactProtocol.ReceiptTaken))]
[JsonSerializable(typeof(ContactProtocol.TakeMove))]
[JsonSerializable(typeof(ContactProtocol.MoveTaken))]
[JsonSerializable(typeof(ContactProtocol.SetVerified))]
[JsonSerializable(typeof(ContactProtocol.VerifyByLink))]
[JsonSerializable(typeof(ContactProtocol.DecideIdentity))]
[JsonSerializable(typeof(ContactProtocol.AllowPlaintext))]
[JsonSerializable(typeof(ContactProtocol.MarkRead))]
[JsonSerializable(typeof(ContactProtocol.EraseMessage))]
[JsonSerializable(typeof(ContactProtocol.EraseConversation))]
[JsonSerializable(typeof(ContactProtocol.EraseSettled))]
[JsonSerializable(typeof(ContactProtocol.PingNow))]
[JsonSerializable(typeof(ContactProtocol.AskToRelay))]
[JsonSerializable(typeof(ContactProtocol.Wake))]
[JsonSerializable(typeof(ContactProtocol.GetSequence))]
[JsonSerializable(typeof(ContactProtocol.GetDiagnostics))]
[JsonSerializable(typeof(ImportProtocol.ImportMessages))]
[JsonSerializable(typeof(ContactProtocol.QueueResult.Queued), TypeInfoPropertyName = "QueueQueued")]
[JsonSerializable(typeof(ContactProtocol.QueueResult.Known), TypeInfoPropertyName = "QueueKnown")]
[JsonSerializable(typeof(ContactProtocol.QueueResult.Conflict), TypeInfoPropertyName = "QueueConflict")]
[JsonSerializable(typeof(ContactProtocol.QueueResult.NotWritable), TypeInfoPropertyName = "QueueNotWritable")]
[JsonSerializable(typeof(ContactProtocol.QueueResult.Busy), TypeInfoPropertyName = "QueueBusy")]
[JsonSerializable(typeof(ContactProtocol.MessagesStored))]
[JsonSerializable(typeof(ContactProtocol.SealingResult))]
[JsonSerializable(typeof(ContactProtocol.ReadResult))]
[JsonSerializable(typeof(ContactProtocol.EraseResult))]
[JsonSerializable(typeof(ContactProtocol.PingResult))]
[JsonSerializable(typeof(ContactProtocol.RelayAnswer))]
[JsonSerializable(typeof(ContactProtocol.ContactSequence))]
[JsonSerializable(typeof(ContactProtocol.ContactDiagnostics))]
[JsonSerializable(typeof(ImportProtocol.MessagesImported))]
[JsonSerializable(typeof(ImportedMessage.Received), TypeInfoPropertyName = "ImportedReceived")]
[JsonSerializable(typeof(ImportedMessage.Written), TypeInfoPropertyName = "ImportedWritten")]
[JsonSerializable(typeof(RosterProtocol.AddContact))]
[JsonSerializable(typeof(RosterProtocol.FollowLink))]
[JsonSerializable(typeof(RosterProtocol.MakeInvite))]
[JsonSerializable(typeof(RosterProtocol.EndInvite))]
[JsonSerializable(typeof(RosterProtocol.GetInvites))]
[JsonSerializable(typeof(RosterProtocol.EditContact))]
[JsonSerializable(typeof(RosterProtocol.AcceptContact))]
[JsonSerializable(typeof(RosterProtocol.DenyContact))]
[JsonSerializable(typeof(RosterProtocol.BlockContact))]
[JsonSerializable(typeof(RosterProtocol.RemoveContact))]
[JsonSerializable(typeof(RosterProtocol.DecideKeyChange))]
[JsonSerializable(typeof(RosterProtocol.ImportContacts))]
[JsonSerializable(typeof(RosterProtocol.ReceiveHandshake))]
[JsonSerializable(typeof(RosterProtocol.LearnAlias))]
[JsonSerializable(typeof(RosterProtocol.MoveContact))]
[JsonSerializable(typeof(RosterProtocol.ConfirmMove))]
[JsonSerializable(typeof(RosterProtocol.NoteHandshakeDelivered))]
[JsonSerializable(typeof(RosterProtocol.NoteWeakKey))]
[JsonSerializable(typeof(RosterProtocol.NoteRelayingDeclined))]
[JsonSerializable(typeof(RosterProtocol.WritePresence))]
[JsonSerializable(typeof(RosterProtocol.AudienceChanged))]
[JsonSerializable(typeof(RosterProtocol.SweepNow))]
[JsonSerializable(typeof(RosterProtocol.PresenceWritten))]
[JsonSerializable(typeof(RosterProtocol.AddResult.Added), TypeInfoPropertyName = "AddAdded")]
[JsonSerializable(typeof(RosterProtocol.AddResult.Exists), TypeInfoPropertyName = "AddExists")]
[JsonSerializable(typeof(RosterProtocol.AddResult.Rejected), TypeInfoPropertyName = "AddRejected")]
[JsonSerializable(typeof(RosterProtocol.InviteResult.Made), TypeInfoPropertyName = "InviteMade")]
[JsonSerializable(typeof(RosterProtocol.InviteResult.Rejected), TypeInfoPropertyName = "InviteRejected")]
[JsonSerializable(typeof(RosterProtocol.InviteEndResult))]
[JsonSerializable(typeof(RosterProtocol.InviteList))]
[JsonSerializable(typeof(RosterProtocol.RosterResult.Done), TypeInfoPropertyName = "RosterDone")]
[JsonSerializable(typeof(RosterProtocol.RosterResult.NotFound), TypeInfoPropertyName = "RosterNotFound")]
[JsonSerializable(typeof(RosterProtocol.RosterResult.Rejected), TypeInfoPropertyName = "RosterRejected")]
[JsonSerializable(typeof(RosterProtocol.ImportResult))]
[JsonSerializable(typeof(RosterProtocol.HandshakeAnswer))]
[JsonSerializable(typeof(MemberProtocol.RosterGrew))]
[JsonSerializable(typeof(MemberProtocol.RosterSeen))]
[JsonSerializable(typeof(MemberProtocol.FeedGrew))]
[JsonSerializable(typeof(MemberProtocol.PresenceSeen))]
internal sealed partial class MemberJson : JsonSerializerContext
{
    // Texts are mostly not ASCII, and this is never embedded in HTML.
    static MemberJson() => Default = new MemberJson(new JsonSerializerOptions(s_defaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

internal sealed class AddressConverter : JsonConverter<Address>
{
    // As it was typed: everything else of an address follows from that.
    public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Address.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options) => writer.WriteStringValue(value.Typed);
}

internal sealed class IpAddressConverter : JsonConverter<IPAddress>
{
    public override bool CanConvert(Type typeToConvert) => typeof(IPAddress).IsAssignableFrom(typeToConvert);

    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => IPAddress.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class EnvelopeHashConverter : JsonConverter<EnvelopeHash>
{
    public override EnvelopeHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, EnvelopeHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>An object with one property, whose name says which kind it is.</summary>
internal sealed class ImportedMessageConverter : JsonConverter<ImportedMessage>
{
    private const string Received = "received.v1";
    private const string Written = "written.v1";

    public override ImportedMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        _ = reader.Read();
        var name = reader.GetString();
        _ = reader.Read();
        ImportedMessage message = name switch
        {
            Received => JsonSerializer.Deserialize(ref reader, MemberJson.Default.ImportedReceived)!,
            Written => JsonSerializer.Deserialize(ref reader, MemberJson.Default.ImportedWritten)!,
            _ => throw new JsonException($"Another member imports {name}: it runs a newer version of this program."),
        };
        _ = reader.Read();
        return message;
    }

    public override void Write(Utf8JsonWriter writer, ImportedMessage value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case ImportedMessage.Received received:
                writer.WritePropertyName(Received);
                JsonSerializer.Serialize(writer, received, MemberJson.Default.ImportedReceived);
                break;
            case ImportedMessage.Written written:
                writer.WritePropertyName(Written);
                JsonSerializer.Serialize(writer, written, MemberJson.Default.ImportedWritten);
                break;
            default:
                throw new JsonException($"{value.GetType()} has no name.");
        }

        writer.WriteEndObject();
    }
}
