using System.Net;
using System.Text;
using Akka.Actor;
using Messenger.Actors.Cluster;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol.Envelopes;
using static Messenger.Actors.Cluster.MemberProtocol;
using static Messenger.Actors.Contacts.ContactProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Serialization;

/// <summary>Everything that is said from member to member arrives as it was said; the names of it are pinned.</summary>
public sealed class MemberSerializerTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 16, 30, 0, 250, TimeSpan.Zero);
    private static readonly ContactId Anna = new("anna1");
    private static readonly ContactId Boris = new("boris2");
    private static readonly Address Home = Address.Parse("https://chat.example:8443");
    private static readonly MessageId Id = MessageId.Derive("1", "", "привет");
    private static readonly EnvelopeHash Hash = new(Id.Value);
    private static readonly ContactProfile Profile = new()
    {
        Id = Anna,
        Addresses = [Home, Address.Parse("[fc00::1]:9000")],
        Aliases = [Address.Parse("192.0.2.1")],
        Nick = "Анна",
        Standing = ContactStanding.Accepted,
        TheirKey = "their key",
        IssuedKey = "issued key",
        Learned = [Home],
        MovedFrom = Address.Parse("192.0.2.2"),
        AddedAt = At,
        KeysAt = At,
    };

    private static readonly Invite Invite = new("i1", "hash", "for Boris", At, At.AddDays(1), Boris, "identity", At);
    private readonly ActorSystem _system = ActorSystem.Create("member");
    private readonly MemberSerializer _serializer;

    public MemberSerializerTests() => _serializer = new MemberSerializer((ExtendedActorSystem)_system);

    public static TheoryData<object> Examples() =>
    [
        new QueueMessage(Anna, "uuid", "привет \"там\"\n", IsNew: true),
        new StoreMessages(Anna, [new IncomingMessage(Id, "1764001800", "", "привет", null), new IncomingMessage(Id, "1", "e", "wire", Boris)]),
        new PeerHeard(Anna),
        new KeysShown(Anna, "{\"v\":1}", 7, [Hash]) { Advertised = new Advertisement(PeerCaps.Receipts | PeerCaps.Sealing, "192.0.2.1") },
        new TakeReceipt(Anna, [Id]),
        new ReceiptTaken(1),
        new TakeMove(Anna, new AddressChange("192.0.2.1", 7, "sig"), IPAddress.Parse("fc00::7")),
        new MoveTaken(0, "stale"),
        new SetVerified(Anna, true),
        new VerifyByLink(Anna, "identity"),
        new DecideIdentity(Anna, true),
        new AllowPlaintext(Anna, true),
        new MarkRead(Anna, 9),
        new EraseMessage(Anna, 9),
        new EraseConversation(Anna),
        new EraseSettled(Anna, [7, 9]),
        new PingNow(Anna),
        new AskToRelay(Anna, Boris, 9, new OutgoingMessage("from", "to", "text", "1", "")),
        new Wake(Anna, WakeReason.Watched),
        new GetSequence(Anna),
        new GetDiagnostics(Anna),
        new ImportProtocol.ImportMessages(
            Anna,
            [
                new ImportedMessage.Received(Id, "1", "", "in", At, Boris, true, false) { ClaimedAt = At },
                new ImportedMessage.Written("uuid", "1", "", "out", At, WrittenEnd.Refused, "too large"),
            ]),
        new QueueResult.Queued(9),
        new QueueResult.Known(9),
        new QueueResult.Conflict(),
        new QueueResult.NotWritable(),
        new QueueResult.Busy(),
        new MessagesStored([1, 0, MessagesStored.Forged]),
        new SealingResult(true, new SealingSummary("identity", "offered", true, false, 3, true, At)),
        new ReadResult(9),
        new EraseResult(true),
        new PingResult(true, "The contact answered."),
        new RelayAnswer(Anna, Boris, 9, null),
        new ContactSequence(Anna, 9),
        new ContactDiagnostics(Anna, 3, At, "refused", true, [new RelayAsked(Boris, 9, At, true)], 1 << 20),
        new ImportProtocol.MessagesImported([Importing.Added, Importing.NoRoom]),
        new RosterProtocol.AddContact(Home, "Анна"),
        new RosterProtocol.FollowLink([Home], "identity", "code", "nick", Boris),
        new RosterProtocol.MakeInvite("note", TimeSpan.FromHours(5)),
        new RosterProtocol.EndInvite("i1"),
        new RosterProtocol.GetInvites(),
        new RosterProtocol.EditContact(Anna, null, [Home], true, null, false),
        new RosterProtocol.EditContact(Anna, "nick", null, null, true, null),
        new RosterProtocol.AcceptContact(Anna),
        new RosterProtocol.DenyContact(Anna),
        new RosterProtocol.BlockContact(Anna),
        new RosterProtocol.RemoveContact(Anna),
        new RosterProtocol.DecideKeyChange(Anna, true),
        new RosterProtocol.ImportContacts([new RosterProtocol.ContactListEntry(Home, "Анна", At, null, true, "key", "issued") { OtherAddresses = [Home] }]),
        new RosterProtocol.ReceiveHandshake("key", Home, "nick", "proof", IPAddress.Loopback) { Invite = "code", Identity = "identity" },
        new RosterProtocol.LearnAlias(Anna, Home),
        new RosterProtocol.MoveContact(Anna, Home, true),
        new RosterProtocol.ConfirmMove(Anna),
        new RosterProtocol.NoteHandshakeDelivered(Anna),
        new RosterProtocol.NoteWeakKey(Anna),
        new RosterProtocol.NoteRelayingDeclined(Anna),
        new RosterProtocol.WritePresence(),
        new RosterProtocol.AudienceChanged(true),
        new RosterProtocol.SweepNow(),
        new RosterProtocol.PresenceWritten(),
        new RosterProtocol.AddResult.Added(Profile),
        new RosterProtocol.AddResult.Exists(Profile),
        new RosterProtocol.AddResult.Rejected("code", "detail"),
        new RosterProtocol.InviteResult.Made(Invite, "code"),
        new RosterProtocol.InviteResult.Rejected("code", "detail"),
        new RosterProtocol.InviteEndResult(true),
        new RosterProtocol.InviteList([Invite]),
        new RosterProtocol.RosterResult.Done(Profile),
        new RosterProtocol.RosterResult.Done(null),
        new RosterProtocol.RosterResult.NotFound(),
        new RosterProtocol.RosterResult.Rejected("code", "detail"),
        new RosterProtocol.ImportResult(3, 4),
        new RosterProtocol.HandshakeAnswer(1, TimeSpan.FromSeconds(3), Anna),
        new RosterCall(7, "akka.ssl.tcp://messenger@a:1", new RosterProtocol.AddContact(Home, "Анна")),
        new RosterReturn(7, 12, new RosterProtocol.AddResult.Added(Profile)),
        new RosterGrew(12),
        new RosterSeen("akka.ssl.tcp://messenger@10.0.0.5:7452", 12),
        new FeedGrew([new FeedEntry(5, FeedKind.Request, Anna, 9)]),
        new PresenceSeen([new SeenByMember(Anna, At, null, true)]),
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void What_is_said_arrives_as_it_was_said(object said)
    {
        var manifest = _serializer.Manifest(said);
        var bytes = _serializer.ToBinary(said);
        var heard = _serializer.FromBinary(bytes, manifest);

        Assert.IsType(said.GetType(), heard);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(_serializer.ToBinary(heard)));
    }

    [Fact]
    public void Everything_that_is_bound_has_an_example()
    {
        var examples = ((IEnumerable<object[]>)Examples()).Select(row => row[0].GetType());

        Assert.Empty(MemberSerializer.BoundTypes.Except(examples));
    }

    [Fact]
    public void Every_command_and_query_is_bound()
    {
        var said = typeof(ContactProtocol).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false }
            && (typeof(IWithContactId).IsAssignableFrom(type) || typeof(RosterProtocol.IRosterCommand).IsAssignableFrom(type)));

        Assert.Empty(said.Except(MemberSerializer.BoundTypes));
    }

    [Fact]
    public void Texts_are_not_blown_up() =>
        Assert.True(_serializer.ToBinary(new QueueMessage(Anna, "u", new string('ж', 1000))).Length < 2100);

    [Fact]
    public void What_a_newer_version_says_is_refused_by_name() =>
        Assert.Contains("contact.dance.v1", Assert.Throws<ArgumentException>(() => _serializer.FromBinary("{}"u8.ToArray(), "contact.dance.v1")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_shape_does_not_have_yet_may_be_missing() =>
        Assert.Null(((KeysShown)_serializer.FromBinary("""{"contact":"anna1","again":[]}"""u8.ToArray(), "contact.keys-shown.v1")).Advertised);

    public void Dispose() => _system.Dispose();
}
