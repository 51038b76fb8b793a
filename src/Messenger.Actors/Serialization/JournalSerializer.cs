using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Hosting;
using Akka.Serialization;

namespace Messenger.Actors.Serialization;

/// <summary>
/// The one serializer of the journal and of snapshots: JSON under explicit manifests. A manifest, once released, is never changed,
/// reused or removed; a new shape gets a new one, and the old one is read into the present record here.
/// </summary>
public sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly (string Manifest, JsonTypeInfo Type)[] Manifests =
    [
        ("contact.commit.v1", JournalJson.Default.ContactCommit),
        ("contact.snapshot.v1", JournalJson.Default.ContactSnapshot),
        ("roster.contact-added.v1", JournalJson.Default.ContactAdded),
        ("roster.request-received.v1", JournalJson.Default.RequestReceived),
        ("roster.key-taken.v1", JournalJson.Default.KeyTaken),
        ("roster.key-change-proposed.v1", JournalJson.Default.KeyChangeProposed),
        ("roster.key-change-decided.v1", JournalJson.Default.KeyChangeDecided),
        ("roster.contact-accepted.v1", JournalJson.Default.ContactAccepted),
        ("roster.request-denied.v1", JournalJson.Default.RequestDenied),
        ("roster.contact-blocked.v1", JournalJson.Default.ContactBlocked),
        ("roster.contact-removed.v1", JournalJson.Default.ContactRemoved),
        ("roster.contact-edited.v1", JournalJson.Default.ContactEdited),
        ("roster.alias-learned.v1", JournalJson.Default.AliasLearned),
        ("roster.contact-moved.v1", JournalJson.Default.ContactMoved),
        ("roster.move-confirmed.v1", JournalJson.Default.MoveConfirmed),
        ("roster.handshake-delivered.v1", JournalJson.Default.HandshakeDelivered),
        ("roster.relaying-declined.v1", JournalJson.Default.RelayingDeclined),
        ("roster.presence-noted.v1", JournalJson.Default.PresenceNoted),
        ("roster.removal-completed.v1", JournalJson.Default.RemovalCompleted),
        ("roster.link-followed.v1", JournalJson.Default.LinkFollowed),
        ("roster.invite-made.v1", JournalJson.Default.InviteMade),
        ("roster.invite-redeemed.v1", JournalJson.Default.InviteRedeemed),
        ("roster.invite-ended.v1", JournalJson.Default.InviteEnded),
        ("roster.snapshot.v1", JournalJson.Default.RosterSnapshot),
    ];

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Type)> ByType = Manifests.ToFrozenDictionary(m => m.Type.Type);
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = Manifests.ToFrozenDictionary(m => m.Manifest, m => m.Type);

    /// <summary>The types that are bound to this serializer.</summary>
    internal static IEnumerable<Type> BoundTypes => ByType.Keys;

    /// <summary>Fixed for ever: it is written beside every event. Below 100 is Akka's own.</summary>
    public override int Identifier => 7450;

    /// <inheritdoc />
    public override string Manifest(object o) => Find(o).Manifest;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, Find(obj).Type);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) =>
        ByManifest.TryGetValue(manifest, out var type)
            ? JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException($"An event of manifest {manifest} is null.")
            : throw new ArgumentException($"The journal holds an event of manifest {manifest}: it was written by a newer version of this program.");

    private static (string Manifest, JsonTypeInfo Type) Find(object o) =>
        ByType.TryGetValue(o.GetType(), out var found) ? found : throw new ArgumentException($"{o.GetType()} has no manifest.");
}

/// <summary>Wiring of <see cref="JournalSerializer"/>.</summary>
public static class JournalSerialization
{
    /// <summary>Binds every event and snapshot to <see cref="JournalSerializer"/> and forbids everything else.</summary>
    public static AkkaConfigurationBuilder WithJournalSerialization(this AkkaConfigurationBuilder builder) => builder
        .WithCustomSerializer("messenger-journal", JournalSerializer.BoundTypes, system => new JournalSerializer(system));
}
