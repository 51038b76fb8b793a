using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;
using Messenger.Actors.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Cluster;

/// <summary>
/// What crosses from member to member: JSON under explicit manifests. While members are replaced one by one, two versions of the program talk
/// to each other: a manifest, once released, is never changed, reused or removed, and what is new in a shape may be missing.
/// </summary>
public sealed class MemberSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string RosterCallManifest = "member.roster-call.v1";
    private const string RosterReturnManifest = "member.roster-return.v1";

    private static readonly (string Manifest, JsonTypeInfo Type)[] Manifests =
    [
        ("contact.queue-message.v1", MemberJson.Default.QueueMessage),
        ("contact.store-messages.v1", MemberJson.Default.StoreMessages),
        ("contact.peer-heard.v1", MemberJson.Default.PeerHeard),
        ("contact.keys-shown.v1", MemberJson.Default.KeysShown),
        ("contact.take-receipt.v1", MemberJson.Default.TakeReceipt),
        ("contact.receipt-taken.v1", MemberJson.Default.ReceiptTaken),
        ("contact.take-move.v1", MemberJson.Default.TakeMove),
        ("contact.move-taken.v1", MemberJson.Default.MoveTaken),
        ("contact.set-verified.v1", MemberJson.Default.SetVerified),
        ("contact.verify-by-link.v1", MemberJson.Default.VerifyByLink),
        ("contact.decide-identity.v1", MemberJson.Default.DecideIdentity),
        ("contact.allow-plaintext.v1", MemberJson.Default.AllowPlaintext),
        ("contact.mark-read.v1", MemberJson.Default.MarkRead),
        ("contact.erase-message.v1", MemberJson.Default.EraseMessage),
        ("contact.erase-conversation.v1", MemberJson.Default.EraseConversation),
        ("contact.erase-settled.v1", MemberJson.Default.EraseSettled),
        ("contact.ping-now.v1", MemberJson.Default.PingNow),
        ("contact.ask-to-relay.v1", MemberJson.Default.AskToRelay),
        ("contact.wake.v1", MemberJson.Default.Wake),
        ("contact.get-sequence.v1", MemberJson.Default.GetSequence),
        ("contact.get-diagnostics.v1", MemberJson.Default.GetDiagnostics),
        ("contact.import-messages.v1", MemberJson.Default.ImportMessages),
        ("contact.queued.v1", MemberJson.Default.QueueQueued),
        ("contact.queue-known.v1", MemberJson.Default.QueueKnown),
        ("contact.queue-conflict.v1", MemberJson.Default.QueueConflict),
        ("contact.queue-not-writable.v1", MemberJson.Default.QueueNotWritable),
        ("contact.queue-busy.v1", MemberJson.Default.QueueBusy),
        ("contact.messages-stored.v1", MemberJson.Default.MessagesStored),
        ("contact.sealing-result.v1", MemberJson.Default.SealingResult),
        ("contact.read-result.v1", MemberJson.Default.ReadResult),
        ("contact.erase-result.v1", MemberJson.Default.EraseResult),
        ("contact.ping-result.v1", MemberJson.Default.PingResult),
        ("contact.relay-answer.v1", MemberJson.Default.RelayAnswer),
        ("contact.sequence.v1", MemberJson.Default.ContactSequence),
        ("contact.diagnostics.v1", MemberJson.Default.ContactDiagnostics),
        ("contact.messages-imported.v1", MemberJson.Default.MessagesImported),
        ("roster.add-contact.v1", MemberJson.Default.AddContact),
        ("roster.follow-link.v1", MemberJson.Default.FollowLink),
        ("roster.make-invite.v1", MemberJson.Default.MakeInvite),
        ("roster.end-invite.v1", MemberJson.Default.EndInvite),
        ("roster.get-invites.v1", MemberJson.Default.GetInvites),
        ("roster.edit-contact.v1", MemberJson.Default.EditContact),
        ("roster.accept-contact.v1", MemberJson.Default.AcceptContact),
        ("roster.deny-contact.v1", MemberJson.Default.DenyContact),
        ("roster.block-contact.v1", MemberJson.Default.BlockContact),
        ("roster.remove-contact.v1", MemberJson.Default.RemoveContact),
        ("roster.decide-key-change.v1", MemberJson.Default.DecideKeyChange),
        ("roster.import-contacts.v1", MemberJson.Default.ImportContacts),
        ("roster.receive-handshake.v1", MemberJson.Default.ReceiveHandshake),
        ("roster.learn-alias.v1", MemberJson.Default.LearnAlias),
        ("roster.move-contact.v1", MemberJson.Default.MoveContact),
        ("roster.confirm-move.v1", MemberJson.Default.ConfirmMove),
        ("roster.note-handshake-delivered.v1", MemberJson.Default.NoteHandshakeDelivered),
        ("roster.note-weak-key.v1", MemberJson.Default.NoteWeakKey),
        ("roster.note-relaying-declined.v1", MemberJson.Default.NoteRelayingDeclined),
        ("roster.write-presence.v1", MemberJson.Default.WritePresence),
        ("roster.audience-changed.v1", MemberJson.Default.AudienceChanged),
        ("roster.sweep-now.v1", MemberJson.Default.SweepNow),
        ("roster.presence-written.v1", MemberJson.Default.PresenceWritten),
        ("roster.added.v1", MemberJson.Default.AddAdded),
        ("roster.add-exists.v1", MemberJson.Default.AddExists),
        ("roster.add-rejected.v1", MemberJson.Default.AddRejected),
        ("roster.invite-made.v1", MemberJson.Default.InviteMade),
        ("roster.invite-rejected.v1", MemberJson.Default.InviteRejected),
        ("roster.invite-end-result.v1", MemberJson.Default.InviteEndResult),
        ("roster.invite-list.v1", MemberJson.Default.InviteList),
        ("roster.done.v1", MemberJson.Default.RosterDone),
        ("roster.not-found.v1", MemberJson.Default.RosterNotFound),
        ("roster.rejected.v1", MemberJson.Default.RosterRejected),
        ("roster.import-result.v1", MemberJson.Default.ImportResult),
        ("roster.handshake-answer.v1", MemberJson.Default.HandshakeAnswer),
        ("member.roster-grew.v1", MemberJson.Default.RosterGrew),
        ("member.roster-seen.v1", MemberJson.Default.RosterSeen),
        ("member.feed-grew.v1", MemberJson.Default.FeedGrew),
        ("member.presence-seen.v1", MemberJson.Default.PresenceSeen),
    ];

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Type)> ByType = Manifests.ToFrozenDictionary(m => m.Type.Type);
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = Manifests.ToFrozenDictionary(m => m.Manifest, m => m.Type);

    /// <summary>The types that are bound to this serializer.</summary>
    internal static IEnumerable<Type> BoundTypes => [typeof(RosterCall), typeof(RosterReturn), .. ByType.Keys];

    /// <summary>Fixed for ever: members of different versions know each other's by it.</summary>
    public override int Identifier => 7451;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        RosterCall => RosterCallManifest,
        RosterReturn => RosterReturnManifest,
        _ => Find(o).Manifest,
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => obj switch
    {
        RosterCall call => Wrap(call.Id, writer => writer.WriteString("member"u8, call.Member), call.Command),
        RosterReturn answer => Wrap(answer.Id, writer => writer.WriteNumber("version"u8, answer.Version), answer.Answer),
        _ => JsonSerializer.SerializeToUtf8Bytes(obj, Find(obj).Type),
    };

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case RosterCallManifest:
                using (var call = JsonDocument.Parse(bytes))
                {
                    return new RosterCall(
                        call.RootElement.GetProperty("id"u8).GetInt64(), call.RootElement.GetProperty("member"u8).GetString()!, (RosterProtocol.IRosterCommand)Unwrap(call.RootElement));
                }

            case RosterReturnManifest:
                using (var answer = JsonDocument.Parse(bytes))
                {
                    return new RosterReturn(answer.RootElement.GetProperty("id"u8).GetInt64(), answer.RootElement.GetProperty("version"u8).GetInt64(), Unwrap(answer.RootElement));
                }

            default:
                return JsonSerializer.Deserialize(bytes, TypeOf(manifest)) ?? throw new JsonException($"A message of manifest {manifest} is null.");
        }
    }

    private static byte[] Wrap(long id, Action<Utf8JsonWriter> more, object body)
    {
        var (manifest, type) = Find(body);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id"u8, id);
            more(writer);
            writer.WriteString("is"u8, manifest);
            writer.WritePropertyName("body"u8);
            JsonSerializer.Serialize(writer, body, type);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static object Unwrap(JsonElement wrapped) =>
        wrapped.GetProperty("body"u8).Deserialize(TypeOf(wrapped.GetProperty("is"u8).GetString()!)) ?? throw new JsonException("A wrapped message is null.");

    private static JsonTypeInfo TypeOf(string manifest) => ByManifest.TryGetValue(manifest, out var type)
        ? type
        : throw new ArgumentException($"Another member sent a message of manifest {manifest}: it runs a newer version of this program.");

    private static (string Manifest, JsonTypeInfo Type) Find(object o) =>
        ByType.TryGetValue(o.GetType(), out var found) ? found : throw new ArgumentException($"{o.GetType()} has no manifest.");
}
