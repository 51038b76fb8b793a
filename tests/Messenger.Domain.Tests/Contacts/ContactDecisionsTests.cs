using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

public class ContactDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<MessageId> NothingOlder = [];

    [Fact]
    public void A_message_is_stored_once_however_often_and_late_it_comes() =>
        Conversation.Any.Sample(
            c =>
            {
                var ids = c.Journal.OfType<MessageReceived>().Select(e => e.Id).ToArray();
                Assert.Equal(ids.Distinct().Count(), ids.Length);
            },
            iter: 100);

    [Fact]
    public void A_known_message_is_answered_with_1_and_makes_no_event_also_after_it_left_the_window() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3000]).Sample(
            (first, next) =>
            {
                var conversation = new Conversation();
                var old = Conversation.Incoming(first);
                Assert.Equal([1], conversation.Store(old));
                conversation.Store(Enumerable.Range(next, 600).Select(n => Conversation.Incoming(n)));
                var before = conversation.Journal.Count;
                Assert.Equal([1], conversation.Store(old));
                Assert.Equal(before, conversation.Journal.Count);
            },
            iter: 100);

    [Fact]
    public void A_message_that_cannot_be_known_is_not_looked_up()
    {
        var conversation = new Conversation();
        conversation.Store(Enumerable.Range(0, 600).Select(At));
        Assert.True(conversation.State.Received.ForgottenNumber > 0);
        Assert.Empty(ContactDecisions.Doubtful(conversation.State, [At(600)]));
        Assert.Equal(At(0).Id, Assert.Single(ContactDecisions.Doubtful(conversation.State, [At(0), At(599), At(600), At(0)])));

        static IncomingMessage At(int second) => Message($"{1_700_000_000 + second}", $"m{second}");
    }

    [Fact]
    public void A_repeat_inside_one_history_is_stored_once_and_answered_twice()
    {
        var decision = ContactDecisions.Store(ContactState.Empty, [Message("1", "a"), Message("2", "b"), Message("1", "a")], NothingOlder, Now);
        Assert.Equal([1, 1, 1], decision.Reply.AsEnumerable());
        Assert.Equal(["a", "b"], decision.Events.Cast<MessageReceived>().Select(e => e.Text));
    }

    [Fact]
    public void A_copy_that_came_through_a_relay_first_is_not_stored_again()
    {
        var conversation = new Conversation();
        conversation.Store(Conversation.Incoming(1, new ContactId("relay")));
        conversation.Store(Conversation.Incoming(1));
        Assert.False(Assert.IsType<MessageReceived>(Assert.Single(conversation.Journal)).Proven);
    }

    [Fact]
    public void What_exceeds_the_space_of_a_contact_is_answered_with_0_and_what_is_known_still_with_1()
    {
        var full = ContactState.Empty.Apply(Received(Message("1", "abcde"))) with { BytesStored = ContactDecisions.MaxBytesStored - 3 };
        var decision = ContactDecisions.Store(full, [Message("2", "four"), Message("3", "яx"), Message("4", "x"), Message("1", "abcde")], NothingOlder, Now);
        Assert.Equal([0, 1, 0, 1], decision.Reply.AsEnumerable());
        Assert.Equal("яx", Assert.IsType<MessageReceived>(Assert.Single(decision.Events)).Text);
    }

    [Fact]
    public void A_message_without_a_readable_time_is_ordered_by_its_arrival()
    {
        var decision = ContactDecisions.Store(ContactState.Empty, [Message("teatime", "a")], NothingOlder, Now);
        var stored = Assert.IsType<MessageReceived>(Assert.Single(decision.Events));
        Assert.Null(stored.ClaimedAt);
        Assert.Equal(ClaimedTime.ToMicroseconds(Now), stored.AuthorKey);
    }

    [Fact]
    public void A_repeated_uuid_is_known_with_the_same_text_and_a_conflict_with_another()
    {
        var conversation = new Conversation();
        Assert.Equal((Queueing.Queued, Row(1)), conversation.Queue("u", "text"));
        Assert.Equal((Queueing.Known, Row(1)), conversation.Queue("u", "text"));
        Assert.Equal((Queueing.Conflict, 0), conversation.Queue("u", "other"));
        for (var n = 0; n < 600; n++)
        {
            conversation.Queue($"n{n}", "text");
        }

        var before = conversation.Journal.Count;
        Assert.Equal((Queueing.Known, Row(1)), conversation.Queue("u", "text"));
        Assert.Equal((Queueing.Conflict, 0), conversation.Queue("u", "other"));
        Assert.Equal(before, conversation.Journal.Count);
    }

    [Fact]
    public void Only_a_uuid_that_may_have_been_queued_before_has_to_be_looked_up()
    {
        var conversation = new Conversation();
        var start = DateTimeOffset.UnixEpoch.AddYears(55);
        string Uuid(int second) => Guid.CreateVersion7(start.AddSeconds(second)).ToString("D");
        Assert.False(conversation.State.MayHaveForgotten(Uuid(0)));
        for (var second = 0; second < 600; second++)
        {
            conversation.Queue(Uuid(second), "text");
        }

        Assert.True(conversation.State.MayHaveForgotten(Uuid(10)));
        Assert.True(conversation.State.MayHaveForgotten(Guid.NewGuid().ToString("D")));
        Assert.False(conversation.State.MayHaveForgotten(Uuid(601)));
        Assert.False(conversation.State.MayHaveForgotten(conversation.State.Queued.Entries.First().Key));
    }

    [Fact]
    public void A_uuid_is_known_also_after_its_message_was_delivered_and_erased()
    {
        var conversation = new Conversation();
        conversation.Queue("u", "text");
        conversation.Record([new MessagesDelivered(Now, [Row(1)])]);
        conversation.Record(ContactDecisions.Erase(conversation.State, Row(1), Now).Events);
        Assert.Equal((Queueing.Known, Row(1)), conversation.Queue("u", "text"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(long.MaxValue, 2)]
    [InlineData(-5, 0)]
    public void The_read_cursor_stops_at_the_last_received_message(long cursor, long reached)
    {
        var state = ContactState.Empty.Apply(Received(Message("1", "a"))).Apply(Received(Message("2", "b"))).Apply(new MessageQueued(Now, "u", "3", "", "c", "h"));
        Assert.Equal(reached, ContactDecisions.MarkRead(state, cursor, Now).Reply);
    }

    [Fact]
    public void The_read_cursor_never_goes_back()
    {
        var state = ContactState.Empty.Apply(Received(Message("1", "a"))).Apply(Received(Message("2", "b"))).Apply(new ReadMarked(Now, 2));
        var decision = ContactDecisions.MarkRead(state, 1, Now);
        Assert.Equal(2, decision.Reply);
        Assert.Empty(decision.Events);
    }

    [Fact]
    public void Erasing_cancels_a_queued_message_and_is_asked_for_once()
    {
        var conversation = new Conversation();
        conversation.Queue("u", "text");
        conversation.Record(ContactDecisions.Erase(conversation.State, Row(1), Now).Events);
        Assert.Empty(conversation.State.Outbox);
        Assert.Empty(ContactDecisions.Erase(conversation.State, Row(1), Now).Events);
        Assert.Equal([Row(2)], conversation.State.Erasing.Keys);
    }

    [Fact]
    public void Of_several_messages_only_those_that_wait_for_nothing_are_erased()
    {
        var conversation = new Conversation();
        conversation.Queue("u", "delivered");
        conversation.Queue("v", "waits");
        conversation.Queue("w", "delivered and erased");
        conversation.Record([new MessagesDelivered(Now, [Row(1), Row(3)])]);
        conversation.Record(ContactDecisions.Erase(conversation.State, Row(3), Now).Events);

        var decision = ContactDecisions.EraseSettled(conversation.State, [Row(1), Row(2), Row(3)], Now);

        Assert.True(decision.Reply);
        Assert.Equal([Row(1)], Assert.IsType<EraseRequested>(Assert.Single(decision.Events)).Messages.AsEnumerable());
        conversation.Record(decision.Events);
        decision = ContactDecisions.EraseSettled(conversation.State, [Row(1), Row(2), Row(3)], Now);
        Assert.False(decision.Reply);
        Assert.Empty(decision.Events);
    }

    [Fact]
    public void An_empty_conversation_needs_no_erasing() => Assert.Empty(ContactDecisions.EraseAll(ContactState.Empty, Now).Events);

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(-404, false)]
    public void Only_a_relay_that_answers_1_carries_the_message(int status, bool carries)
    {
        var relay = new ContactId("r");
        var state = ContactState.Empty.Apply(new MessageQueued(Now, "u", "1", "", "t", "h"));
        state = ContactDecisions.RelayAnswered(state, 1, relay, status, Now).Aggregate(state, (s, e) => s.Apply(e));
        Assert.Equal(new RelayAsk(relay, Now, carries), Assert.Single(state.Outbox[1].Asks));
    }

    [Fact]
    public void A_message_of_a_conversation_that_is_being_erased_is_not_erased_by_itself_but_a_later_one_is()
    {
        var conversation = new Conversation();
        conversation.Queue("u", "text");
        conversation.Record(ContactDecisions.EraseAll(conversation.State, Now).Events);
        conversation.Queue("v", "text");
        Assert.Empty(ContactDecisions.Erase(conversation.State, Row(1), Now).Events);
        Assert.Equal([Row(3)], Assert.IsType<EraseRequested>(Assert.Single(ContactDecisions.Erase(conversation.State, Row(3), Now).Events)).Messages.AsEnumerable());
    }

    [Fact]
    public void A_relays_answer_about_a_message_that_no_longer_waits_is_not_recorded()
    {
        var state = ContactState.Empty.Apply(new MessageQueued(Now, "u", "1", "", "t", "h")).Apply(new MessagesDelivered(Now, [1]));
        Assert.Empty(ContactDecisions.RelayAnswered(state, 1, new ContactId("r"), 1, Now));
    }

    private static long Row(long row) => EventNumber.First(row);

    private static IncomingMessage Message(string timestamp, string text) => new(MessageId.Derive(timestamp, "", text), timestamp, "", text, null);

    private static MessageReceived Received(IncomingMessage m) =>
        new(Now, m.Id, m.Timestamp, m.Enctype, m.Text, ClaimedTime.Parse(m.Timestamp), 0, null, true);
}
