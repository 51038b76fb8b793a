using System.Text.Json;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

public class ContactSnapshotTests
{
    private const int MoreThanTheWindow = RecentWindow<string, string>.Capacity + 10;
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A state in which no property has the value of an empty one, or a forgotten property would go unnoticed.</summary>
    [Fact]
    public void A_state_in_which_everything_is_set_comes_back_from_disk_as_it_was()
    {
        var state = Eventful();
        Assert.All(typeof(ContactState).GetProperties().Where(p => p.GetMethod is { IsStatic: false }), p =>
            Assert.NotEqual(p.GetValue(ContactState.Empty), p.GetValue(state)));

        var restored = Written(state).Restore();

        Assert.Equal(Conversation.Picture(state), Conversation.Picture(restored));
        Assert.Equal((state.Received.ForgottenNumber, state.Queued.ForgottenNumber), (restored.Received.ForgottenNumber, restored.Queued.ForgottenNumber));
        Assert.NotEqual(0, restored.Received.ForgottenNumber);
        Assert.NotEqual(0, restored.Queued.ForgottenNumber);
        Assert.Equal(state.ForgottenUuidTime, restored.ForgottenUuidTime);
    }

    [Fact]
    public void A_restored_state_decides_like_the_one_that_was_written()
    {
        var state = Eventful();
        var restored = Written(state).Restore();
        var (known, forgotten, later) = (Message(MoreThanTheWindow), Message(1), Message(MoreThanTheWindow + 1));

        Assert.Equal([forgotten.Id], ContactDecisions.Doubtful(state, [known, forgotten, later]).AsEnumerable());
        Assert.Equal([forgotten.Id], ContactDecisions.Doubtful(restored, [known, forgotten, later]).AsEnumerable());
        Assert.Equal([later.Id], ContactDecisions.Store(restored, [known, later], new HashSet<MessageId>(), Now).Events.Cast<MessageReceived>().Select(e => e.Id));

        var behind = Now.AddYears(-1);
        Assert.Equal(
            Assert.Single(ContactDecisions.Queue(state, "new", "text", null, behind).Events),
            Assert.Single(ContactDecisions.Queue(restored, "new", "text", null, behind).Events));
        Assert.Equal(Queueing.Conflict, ContactDecisions.Queue(restored, $"u{MoreThanTheWindow}", "other", null, Now).Reply.Outcome);
        Assert.Empty(ContactDecisions.Erase(restored, 2, Now).Events);
        Assert.Equal(state.ReadCursor, ContactDecisions.MarkRead(restored, 1, Now).Reply);
    }

    private static ContactSnapshot Written(ContactState state) =>
        JsonSerializer.Deserialize<ContactSnapshot>(JsonSerializer.Serialize(ContactSnapshot.Of(state)))!;

    private static ContactState Eventful()
    {
        var conversation = new Conversation();
        conversation.Store(Enumerable.Range(1, MoreThanTheWindow).Select(Message));
        conversation.Queue(Guid.CreateVersion7(Now).ToString("D"), "text");
        for (var n = 1; n <= MoreThanTheWindow; n++)
        {
            conversation.Queue($"u{n}", "text");
        }

        var queued = conversation.State.Outbox.Keys.ToArray();
        conversation.Record(
        [
            new MessagesDelivered(Now, [queued[0]]),
            new MessageDeferred(Now, queued[1], "status 0"),
            new MessageRelayed(Now, queued[2], new ContactId("carries")),
            new RelayDeclined(Now, queued[2], new ContactId("declines"), 3),
            new CapsShown(Now, PeerCaps.Receipts) { Relays = "192.0.2.1" },
            new ReadMarked(Now, 5) { Tells = true },
            new AddressTold(Now, "192.0.2.1", 7),
            new AddressMoved(Now, "192.0.2.2", 8),
            new EraseRequested(Now, [2, 3], 0),
            new MessageQueued(Now, "waits", "1764001800.250001", "e1", "text", "hash"),
            new MessageSealed(Now, queued[3], "1764001800.250001", "e1", null, new OutgoingSeal("wire", "h1", "sid", 1, null, null, "prekey", null)),
            new MessageReceived(
                Now, new MessageId("unopened"), "1764001800", "e1", "wire", null, 1764001800250005, null, true, null, UnreadableReason.UnknownPrekey),
            new IdentityOffered(Now, "{}"),
        ]);
        return conversation.State;
    }

    private static IncomingMessage Message(int n)
    {
        var timestamp = $"{1_700_000_000 + n}";
        return new(MessageId.Derive(timestamp, "", "text"), timestamp, "", "text", null);
    }
}
