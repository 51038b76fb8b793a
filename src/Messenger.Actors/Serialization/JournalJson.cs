using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Serialization;

/// <summary>JSON of the journal; its own format, apart from the peer wire and the client API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ContactIdConverter), typeof(MessageIdConverter), typeof(ContactCommitConverter)])]
[JsonSerializable(typeof(ContactCommit))]
[JsonSerializable(typeof(MessageQueued))]
[JsonSerializable(typeof(MessagesDelivered))]
[JsonSerializable(typeof(MessageDeferred))]
[JsonSerializable(typeof(MessageRefused))]
[JsonSerializable(typeof(MessageRelayed))]
[JsonSerializable(typeof(RelayDeclined))]
[JsonSerializable(typeof(MessageReceived))]
[JsonSerializable(typeof(ReadMarked))]
[JsonSerializable(typeof(EraseRequested))]
[JsonSerializable(typeof(EraseCompleted))]
[JsonSerializable(typeof(BundleTaken))]
[JsonSerializable(typeof(IdentityOffered))]
[JsonSerializable(typeof(IdentityDecided))]
[JsonSerializable(typeof(VerificationChanged))]
[JsonSerializable(typeof(PlaintextChanged))]
[JsonSerializable(typeof(MessageSealed))]
[JsonSerializable(typeof(MessageOpened))]
[JsonSerializable(typeof(CapsShown))]
[JsonSerializable(typeof(MessagesRead))]
[JsonSerializable(typeof(ReceiptsTold))]
[JsonSerializable(typeof(AddressTold))]
[JsonSerializable(typeof(AddressMoved))]
[JsonSerializable(typeof(ContactSnapshot))]
[JsonSerializable(typeof(ContactAdded))]
[JsonSerializable(typeof(RequestReceived))]
[JsonSerializable(typeof(KeyTaken))]
[JsonSerializable(typeof(KeyChangeProposed))]
[JsonSerializable(typeof(KeyChangeDecided))]
[JsonSerializable(typeof(ContactAccepted))]
[JsonSerializable(typeof(RequestDenied))]
[JsonSerializable(typeof(ContactBlocked))]
[JsonSerializable(typeof(ContactRemoved))]
[JsonSerializable(typeof(ContactEdited))]
[JsonSerializable(typeof(AliasLearned))]
[JsonSerializable(typeof(ContactMoved))]
[JsonSerializable(typeof(MoveConfirmed))]
[JsonSerializable(typeof(HandshakeDelivered))]
[JsonSerializable(typeof(RelayingDeclined))]
[JsonSerializable(typeof(PresenceNoted))]
[JsonSerializable(typeof(RemovalCompleted))]
[JsonSerializable(typeof(LinkFollowed))]
[JsonSerializable(typeof(InviteMade))]
[JsonSerializable(typeof(InviteRedeemed))]
[JsonSerializable(typeof(InviteEnded))]
[JsonSerializable(typeof(RosterSnapshot))]
internal sealed partial class JournalJson : JsonSerializerContext
{
    // Texts are mostly not ASCII: \uXXXX would make the journal up to six times as large. It is never embedded in HTML.
    static JournalJson() => Default = new JournalJson(new JsonSerializerOptions(s_defaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

internal sealed class ContactIdConverter : JsonConverter<ContactId>
{
    public override ContactId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, ContactId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

internal sealed class MessageIdConverter : JsonConverter<MessageId>
{
    public override MessageId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, MessageId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
