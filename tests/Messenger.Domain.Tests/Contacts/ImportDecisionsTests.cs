using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

public sealed class ImportDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Then = Now.AddDays(-30);

    private static readonly Gen<ImportedMessage> AnyMessage = Gen.Select(Gen.Int[0, 40], Gen.Bool, Gen.Int[0, 2], Gen.Bool).Select(
        (n, outgoing, end, read) => outgoing ? Written(n, (WrittenEnd)end) : (ImportedMessage)Received(n, read));

    [Fact]
    public void Importing_again_or_in_parts_changes_nothing() => AnyMessage.List[0, 60].Sample(
        messages =>
        {
            var (state, first) = Import(ContactState.Empty.Begin(1), messages);
            var (again, second) = Import(state.Begin(2), messages);
            Assert.All(second, outcome => Assert.Equal(Importing.Known, outcome));
            Assert.Equal(Conversation.Picture(state.Begin(2)), Conversation.Picture(again));
            Assert.Equal(messages.Distinct(SameMessage.Instance).Count(), first.Count(outcome => outcome == Importing.Added));
        },
        iter: 300);

    [Fact]
    public void What_was_delivered_or_refused_is_not_sent_and_what_waits_is_sent_as_the_same_message()
    {
        ImportedMessage[] messages = [Written(1, WrittenEnd.Delivered), Written(2, WrittenEnd.Waiting), Written(3, WrittenEnd.Refused)];

        var decision = ImportDecisions.Import(ContactState.Empty.Begin(1), messages, KnownBefore.Nothing, Now);
        var (state, _) = Import(ContactState.Empty.Begin(1), messages);

        var waiting = Assert.Single(state.Outbox);
        Assert.Equal(EventNumber.First(1) + 1, waiting.Key);
        Assert.Equal(Now, waiting.Value.QueuedAt);
        var queued = decision.Events.OfType<MessageQueued>().ToArray();
        Assert.Equal(messages.Select(m => (m.Timestamp, m.Text)), queued.Select(e => (e.Timestamp, e.Text!)));
        Assert.All(queued, e => Assert.True(e.WrittenAt < e.At));
    }

    [Fact]
    public void The_next_message_of_ours_is_later_than_every_imported_one()
    {
        var (state, _) = Import(ContactState.Empty.Begin(1), [Written(1, WrittenEnd.Delivered)]);

        var next = ContactDecisions.Queue(state, "uuid", "next", null, Then.AddYears(-1)).Events.OfType<MessageQueued>().Single();

        Assert.True(ClaimedTime.Parse(next.Timestamp) > ClaimedTime.Parse(Written(1, WrittenEnd.Delivered).Timestamp));
    }

    [Fact]
    public void A_copy_that_comes_over_the_wire_later_is_known()
    {
        var imported = Received(7, read: true);
        var (state, _) = Import(ContactState.Empty.Begin(1), [imported]);

        var stored = ContactDecisions.Store(
            state, [new IncomingMessage(imported.Id, imported.Timestamp, imported.Enctype, imported.Text, null)], new HashSet<MessageId>(), Now);

        Assert.Equal([1], stored.Reply.AsEnumerable());
        Assert.Empty(stored.Events);
    }

    [Fact]
    public void Another_text_under_a_known_uuid_is_a_conflict()
    {
        var (state, _) = Import(ContactState.Empty.Begin(1), [Written(1, WrittenEnd.Delivered)]);

        var (_, outcomes) = Import(state.Begin(2), [Written(1, WrittenEnd.Delivered) with { Text = "other" }]);

        Assert.Equal([Importing.Conflict], outcomes);
    }

    [Fact]
    public void What_the_read_model_knows_is_known()
    {
        var (received, written) = (Received(1, read: true), Written(2, WrittenEnd.Waiting));
        var older = new KnownBefore(
            [received.Id], ImmutableDictionary<string, string>.Empty.Add(written.Uuid, ContactDecisions.HashOf(written.Text)));

        var decision = ImportDecisions.Import(ContactState.Empty.Begin(1), [received, written], older, Now);

        Assert.Equal([Importing.Known, Importing.Known], decision.Reply.AsEnumerable());
        Assert.Empty(decision.Events);
    }

    [Theory]
    [InlineData("rrr", 3)]
    [InlineData("rru", 2)]
    [InlineData("urr", 0)]
    [InlineData("rur", 1)]
    public void The_read_cursor_follows_what_was_read_and_never_passes_what_was_not(string read, int upTo)
    {
        var (state, _) = Import(ContactState.Empty.Begin(1), [.. read.Select((c, n) => Received(n, c == 'r'))]);

        Assert.Equal(upTo == 0 ? 0 : EventNumber.First(1) + upTo - 1, state.ReadCursor);
    }

    [Fact]
    public void A_message_that_waits_to_be_read_here_stays_unread()
    {
        var (state, _) = Import(ContactState.Empty.Begin(1), [Received(1, read: false)]);

        (state, _) = Import(state.Begin(2), [Received(2, read: true)]);

        Assert.Equal(0, state.ReadCursor);
    }

    [Fact]
    public void What_has_no_room_is_said_and_can_come_later()
    {
        var full = ContactState.Empty.Begin(1) with { BytesStored = ContactDecisions.MaxBytesStored };

        Assert.Equal([Importing.NoRoom], Import(full, [Received(1, read: true)]).Outcomes);
    }

    private static (ContactState State, IEnumerable<Importing> Outcomes) Import(ContactState state, IReadOnlyCollection<ImportedMessage> messages)
    {
        var decision = ImportDecisions.Import(state, messages, KnownBefore.Nothing, Now);
        return (decision.Events.Aggregate(state, (s, e) => s.Apply(e)), decision.Reply);
    }

    private static ImportedMessage.Received Received(int n, bool read)
    {
        var timestamp = (1_700_000_000 + n).ToString(CultureInfo.InvariantCulture);
        return new(MessageId.Derive(timestamp, "", $"in {n}"), timestamp, "", $"in {n}", Then.AddSeconds(n), null, true, read);
    }

    private static ImportedMessage.Written Written(int n, WrittenEnd end) =>
        new($"uuid {n}", ClaimedTime.Format(1_700_000_000_000_000 + n), "", $"out {n}", Then.AddSeconds(n), end, null);

    private sealed class SameMessage : IEqualityComparer<ImportedMessage>
    {
        public static readonly SameMessage Instance = new();

        public bool Equals(ImportedMessage? x, ImportedMessage? y) => x?.Text == y?.Text;

        public int GetHashCode(ImportedMessage obj) => obj.Text.GetHashCode(StringComparison.Ordinal);
    }
}
