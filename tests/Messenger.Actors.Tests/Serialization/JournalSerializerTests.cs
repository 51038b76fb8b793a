using System.Text;
using System.Text.Json;
using Akka.Actor;
using Messenger.Actors.Serialization;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Tests.Serialization;

/// <summary>The journal outlives every version of the program: its bytes are pinned here, one file per manifest.</summary>
public sealed class JournalSerializerTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 16, 30, 0, 250, TimeSpan.Zero);
    private static readonly ContactId Anna = new("anna1");
    private static readonly ContactId Boris = new("boris2");
    private readonly ActorSystem _system = ActorSystem.Create("serializer");
    private readonly JournalSerializer _serializer;

    public JournalSerializerTests() => _serializer = new JournalSerializer((ExtendedActorSystem)_system);

    public static TheoryData<object> Examples() =>
    [
        new ContactCommit(
        [
            new MessageQueued(At, "01890a5d-ac96-774b-bcce-b302099a8057", "1764001800.250000", "", "привет", "hash"),
            new MessagesDelivered(At, [3, 4, 9]),
            new MessageDeferred(At, 3, "status 0"),
            new MessageRefused(At, 3, "too large"),
            new MessageRelayed(At, 3, Boris),
            new RelayDeclined(At, 3, Boris, 2),
            new MessageReceived(At, new MessageId("id"), "1764001800", "", "hi", At, 1764001800250000, Boris, true),
            new ReadMarked(At, 17),
            new EraseRequested(At, [5], 0),
            new EraseCompleted(At, 18),
            new MessageQueued(At, "01890a5d-ac96-774b-bcce-b302099a8057", "1764001800.250000", "", "imported", "hash") { WrittenAt = At },
            new MessageReceived(At, new MessageId("id"), "1764001800", "", "imported", At, 1764001800250000, null, true) { ArrivedAt = At },
            new MessageQueued(At, "01890a5d-ac96-774b-bcce-b302099a8058", "1764001800.250001", "e1", "привет", "hash", new OutgoingSeal("wire", "h2", "sid", 2, "h1", null, "prekey", 7)),
            new MessageReceived(
                At, new MessageId("h4"), "1764001800", "e1", "hi", At, 1764001800250004, null, true,
                new IncomingSeal("ik", "h4", "01890a5d-ac96-774b-bcce-b302099a8059", "sid", 4, "h3", "h0", 1764001800250, 1), null, MessageWarning.Fork),
            new MessageReceived(At, new MessageId("h5"), "1764001800", "e1", "wire", null, 1764001800250005, Boris, true, null, UnreadableReason.UnknownPrekey),
            new BundleTaken(At, "{}", true),
            new IdentityOffered(At, "{}"),
            new IdentityDecided(At, true),
            new VerificationChanged(At, true),
            new VerificationChanged(At, true, ByLink: true),
            new PlaintextChanged(At, true),
            new MessageSealed(At, 3, "1764001800.250001", "e1", null, new OutgoingSeal("wire", "h6", "sid", 2, "h1", "h2", "prekey2", null)),
            new MessageOpened(At, 20, "hi", new IncomingSeal("ik", "h7", "01890a5d-ac96-774b-bcce-b302099a8060", "sid", 5, "h4", null, 1764001800250), MessageWarning.TwoLives),
            new CapsShown(At, PeerCaps.Sealing | PeerCaps.Receipts),
            new MessagesRead(At, [3, 4]),
            new ReadMarked(At, 19) { Tells = true },
            new ReceiptsTold(At, 19),
            new AddressTold(At, "192.0.2.1", 7),
            new AddressMoved(At, "192.0.2.2", 8),
        ]),
        ContactSnapshot.Of(ContactState.Empty
            .Apply(new MessageQueued(At, "u1", "1764001800.250000", "", "a", "h1"))
            .Apply(new MessageRelayed(At, 1, Boris))
            .Apply(new MessageReceived(At, new MessageId("id"), "1764001800", "", "hi", At, 1764001800250000, null, true))
            .Apply(new EraseRequested(At, [3], 0))),
        new ContactAdded(At, Anna, ["10.0.0.1", "fc00::1"], "Anna", "sealed"),
        new RequestReceived(At, Anna, "10.0.0.1", true, false, "Anna", "sealed"),
        new KeyTaken(At, Anna, "sealed", true, false),
        new KeyChangeProposed(At, Anna, "sealed"),
        new KeyChangeDecided(At, Anna, true),
        new ContactAccepted(At, Anna, "sealed", false),
        new RequestDenied(At, Anna),
        new ContactBlocked(At, Anna),
        new ContactRemoved(At, Anna),
        new ContactEdited(At, Anna, "Anya", ["10.0.0.2"], null, true, null),
        new AliasLearned(At, Anna, "anna.example"),
        new ContactMoved(At, Anna, "10.0.0.9", true),
        new MoveConfirmed(At, Anna),
        new HandshakeDelivered(At, Anna),
        new RelayingDeclined(At, Anna),
        new PresenceNoted(At, Anna, At, null),
        new RemovalCompleted(At, Anna),
        new LinkFollowed(At, Anna, "ik", "sealed code"),
        new InviteMade(At, "i1", "hash", "for Anna", At),
        new InviteRedeemed(At, Anna, "i1", "ik"),
        new InviteEnded(At, "i1"),
        RosterState.Empty
            .Apply(new ContactAdded(At, Anna, ["10.0.0.1", "Anna.example:80"], "Anna", "sealed"), key => key)
            .Apply(new KeyTaken(At, Anna, "sealed", true, true), key => key)
            .Apply(new ContactAccepted(At, Anna, null, false), key => key)
            .Apply(new KeyChangeProposed(At, Anna, "sealed"), key => key)
            .Apply(new AliasLearned(At, Anna, "fc00::1"), key => key)
            .Apply(new PresenceNoted(At, Anna, At, At), key => key)
            .Apply(new ContactAdded(At, Boris, ["10.0.0.2"], "", "sealed2"), key => key)
            .Apply(new ContactRemoved(At, Boris), key => key)
            .ToSnapshot(),
    ];

    [Fact]
    public void A_snapshot_with_invites_and_a_followed_link_stays_readable_and_unchanged()
    {
        var snapshot = RosterState.Empty
            .Apply(new ContactAdded(At, Anna, ["10.0.0.1"], "Anna", "sealed"), key => key)
            .Apply(new LinkFollowed(At, Anna, "ik", "sealed code"), key => key)
            .Apply(new InviteMade(At, "i1", "hash1", "for Boris", At), key => key)
            .Apply(new InviteMade(At, "i2", "hash2", "", At), key => key)
            .Apply(new InviteRedeemed(At, Anna, "i2", "ik"), key => key)
            .ToSnapshot();
        var golden = Golden("roster.snapshot.v1.invites");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(snapshot)));
        var read = (RosterSnapshot)_serializer.FromBinary(Encoding.UTF8.GetBytes(golden), "roster.snapshot.v1");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(RosterState.From(read, key => key).ToSnapshot())));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Bytes_written_by_a_released_version_stay_readable_and_unchanged(object example)
    {
        var golden = Golden(_serializer.Manifest(example));
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(example)));
        var read = _serializer.FromBinary(Encoding.UTF8.GetBytes(golden), _serializer.Manifest(example));
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(read)));
    }

    [Fact]
    public void A_journal_from_before_messages_were_sealed_is_read()
    {
        var before = Golden("contact.commit.v1.unsealed");
        var read = (ContactCommit)_serializer.FromBinary(Encoding.UTF8.GetBytes(before), "contact.commit.v1");
        Assert.Equal(before, Encoding.UTF8.GetString(_serializer.ToBinary(read)));
        Assert.All(read.Events.OfType<MessageQueued>(), e => Assert.Null(e.Seal));
        Assert.All(read.Events.OfType<MessageReceived>(), e => Assert.Equal((null, null, null), (e.Seal, e.Unreadable, e.Warning)));
    }

    [Fact]
    public void A_snapshot_with_keys_and_chains_stays_readable_and_unchanged()
    {
        var state = ContactState.Empty
            .Apply(new MessageQueued(At, "u1", "1764001800.250000", "e1", "a", "h1", new OutgoingSeal("wire", "h2", "sid", 2, "h1", null, "prekey", 7)))
            .Apply(new MessageQueued(At, "u2", "1764001800.250001", "e1", "b", "h2"))
            .Apply(new MessageReceived(At, new MessageId("h5"), "1764001800", "e1", "wire", null, 1764001800250005, Boris, true, null, UnreadableReason.UnknownPrekey))
            .Apply(new MessageSealed(At, 1, "1764001800.250000", "e1", null, new OutgoingSeal("wire", "h3", "sid", 2, "h1", "h2", "prekey2", null)))
            .Apply(new IdentityOffered(At, "{}"));
        var snapshot = ContactSnapshot.Of(state, new SealingSnapshot(
            "{}", true, true, "{}", "ik", 7, new SealingSnapshot.OutgoingRow("sid", 2, "h2"),
            [new SealingSnapshot.IncomingRow("sid2", At, 9, "h9", [new SealingSnapshot.GapRow(4, 5, "h3", "h5")], 1)]));
        var golden = Golden("contact.snapshot.v1.sealed");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(snapshot)));
        var read = (ContactSnapshot)_serializer.FromBinary(Encoding.UTF8.GetBytes(golden), "contact.snapshot.v1");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(ContactSnapshot.Of(read.Restore(), read.Sealing!.State))));
    }

    [Fact]
    public void A_snapshot_with_what_is_to_be_told_stays_readable_and_unchanged()
    {
        var state = ContactState.Empty.Apply(new CapsShown(At, PeerCaps.Receipts)).Apply(new ReadMarked(At, 3) { Tells = true });
        var golden = Golden("contact.snapshot.v1.receipts");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(ContactSnapshot.Of(state))));
        var read = (ContactSnapshot)_serializer.FromBinary(Encoding.UTF8.GetBytes(golden), "contact.snapshot.v1");
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(ContactSnapshot.Of(read.Restore()))));
    }

    [Fact]
    public void Every_event_has_a_manifest_and_an_example()
    {
        var examples = Examples().Cast<object[]>().Select(row => row[0]).ToArray();
        Assert.Equal(Concrete<ContactEvent>().OrderBy(t => t.Name), ContactCommitConverter.Events.OrderBy(t => t.Name));
        Assert.Empty(Concrete<ContactEvent>().Except(examples.OfType<ContactCommit>().SelectMany(row => row.Events).Select(e => e.GetType())));
        Assert.Empty(Concrete<RosterEvent>().Except(JournalSerializer.BoundTypes));
        Assert.Empty(JournalSerializer.BoundTypes.Except(examples.Select(e => e.GetType())));
    }

    [Fact]
    public void An_event_of_a_newer_version_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => _serializer.FromBinary([], "roster.contact-added.v9"));
        Assert.Contains("roster.contact-added.v9", error.Message, StringComparison.Ordinal);
        var inside = Assert.Throws<JsonException>(() => _serializer.FromBinary("""[{"message-queued.v9":{}}]"""u8.ToArray(), "contact.commit.v1"));
        Assert.Contains("message-queued.v9", inside.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("""[{"read-marked.v1":{"cursor":1,"at":"2026-11-24T16:30:00Z"}""")]
    public void A_row_that_is_cut_off_is_not_read(string row) =>
        Assert.ThrowsAny<JsonException>(() => _serializer.FromBinary(Encoding.UTF8.GetBytes(row), "contact.commit.v1"));

    public void Dispose() => _system.Dispose();

    private static IEnumerable<Type> Concrete<TEvent>() => typeof(TEvent).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(TEvent)));

    private static string Golden(string manifest)
    {
        using var stream = typeof(JournalSerializerTests).Assembly.GetManifestResourceStream($"Golden/{manifest}")
            ?? throw new FileNotFoundException($"Add Golden/{manifest}.json with the bytes that are released.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n');
    }
}
