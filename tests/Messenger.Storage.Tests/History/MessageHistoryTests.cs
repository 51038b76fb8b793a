using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;

namespace Messenger.Storage.Tests.History;

/// <summary>What every read model does, whatever database it is in.</summary>
public abstract partial class MessageHistoryTests
{
    private readonly Conversation _friend = new("friend");

    private protected abstract IMessageHistory History { get; }

    [SkippableFact]
    public async Task A_conversation_is_shown_newest_first()
    {
        _friend.Queue("one");
        _friend.Receive("two");
        _friend.Queue("three");
        await Apply(_friend.All);

        Assert.Equal(["three", "two", "one"], await Texts());
    }

    [SkippableFact]
    public async Task A_queued_message_is_shown_with_all_its_fields()
    {
        var at = _friend.Now;
        var number = _friend.Queue("hello", "uuid-1");
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal(
            new MessageRow(number, "uuid-1", true, "hello", at, at, MessageState.Queued, null, row.Relays, null, true, ""),
            row);
        Assert.Empty(row.Relays);
    }

    [SkippableFact]
    public async Task Messages_of_several_conversations_are_found_in_one_look()
    {
        var other = new Conversation("other");
        var (one, three) = (_friend.Queue("one"), other.Receive("three"));
        var missing = _friend.Receive("two") + 1;
        await Apply(_friend.All, other.All);

        var found = await History.MessagesAsync([(_friend.Contact, one), (other.Contact, three), (_friend.Contact, one), (_friend.Contact, missing)], default);

        Assert.Equal(2, found.Count);
        Assert.Equal(("one", "three"), (found[(_friend.Contact, one)].Text, found[(other.Contact, three)].Text));
    }

    [SkippableFact]
    public async Task A_received_message_is_shown_with_all_its_fields()
    {
        var at = _friend.Now;
        var claimed = at.AddMinutes(-5);
        var number = _friend.Receive("hello", claimed, new ContactId("relay"));
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal(
            new MessageRow(number, "", false, "hello", claimed, claimed, MessageState.Received, null, row.Relays, new ContactId("relay"), false, ""),
            row);
    }

    [SkippableFact]
    public async Task A_claim_from_the_future_is_shown_at_its_arrival()
    {
        var at = _friend.Now;
        var number = _friend.Receive("hello", at.AddHours(1));
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal(at, row.At);
        Assert.Equal(at.AddHours(1), row.ClaimedAt);
    }

    [SkippableFact]
    public async Task States_of_an_outgoing_message_go_from_queued_over_relayed_to_delivered()
    {
        var number = _friend.Queue("hello");
        _friend.Add(new MessageDeferred(_friend.Now, number, "no answer"));
        await Apply(_friend.All);
        Assert.Equal((MessageState.Queued, "no answer"), ((await Message(number)).State, (await Message(number)).Reason));

        _friend.Relay(number, "anna");
        _friend.Relay(number, "bert");
        await Apply(_friend.Last(2));
        var relayed = await Message(number);
        Assert.Equal(MessageState.Relayed, relayed.State);
        Assert.Equal(["anna", "bert"], relayed.Relays.Select(r => r.Value));

        _friend.Deliver(number);
        await Apply(_friend.Last(1));
        Assert.Equal((MessageState.Delivered, null), ((await Message(number)).State, (await Message(number)).Reason));
    }

    [SkippableFact]
    public async Task Old_messages_of_which_nothing_is_to_become_are_found_oldest_first()
    {
        var delivered = _friend.Queue("delivered");
        var relayed = _friend.Queue("relayed");
        _friend.Queue("queued");
        var read = _friend.Receive("read, and claims to be of last year", _friend.Now.AddYears(-1));
        _friend.Add(new ReadMarked(_friend.Now, read));
        _friend.Receive("unread");
        var erased = _friend.Queue("erased");
        var refused = _friend.Queue("refused");
        _friend.Relay(relayed, "anna");
        _friend.Erase(erased);
        _friend.Add(new MessageRefused(_friend.Now, refused, "too large"));
        _friend.Deliver(delivered);
        await Apply(_friend.All);

        Assert.Empty(await History.SettledBeforeAsync(_friend.Contact, Conversation.Start, 10, default));
        Assert.Equal([delivered], (await History.SettledBeforeAsync(_friend.Contact, Conversation.Start.AddSeconds(2), 10, default)).AsEnumerable());
        Assert.Equal([delivered, read, refused], (await History.SettledBeforeAsync(_friend.Contact, _friend.Now, 10, default)).AsEnumerable());
        Assert.Equal([delivered, read], (await History.SettledBeforeAsync(_friend.Contact, _friend.Now, 2, default)).AsEnumerable());
    }

    [SkippableFact]
    public async Task A_refused_message_says_why_and_leaves_the_outbox()
    {
        var number = _friend.Queue("hello");
        _friend.Add(new MessageRefused(_friend.Now, number, "too large"));
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal((MessageState.Refused, "too large"), (row.State, row.Reason));
        Assert.Empty(await History.WithOutboxAsync(default));
    }

    [SkippableFact]
    public async Task Nothing_that_comes_after_a_delivery_takes_it_back()
    {
        var number = _friend.Queue("hello");
        _friend.Deliver(number);
        _friend.Relay(number, "anna");
        _friend.Add(new MessageDeferred(_friend.Now, number, "no answer"));
        _friend.Add(new MessageRefused(_friend.Now, number, "too large"));
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal((MessageState.Delivered, null), (row.State, row.Reason));
    }

    [SkippableFact]
    public async Task A_summary_counts_what_waits_and_what_is_unread()
    {
        var first = _friend.Queue("one");
        var second = _friend.Queue("two");
        _friend.Queue("three");
        _friend.Relay(second, "anna");
        _friend.Deliver(first);
        var cursor = _friend.Receive("four");
        _friend.Receive("five");
        _friend.Add(new ReadMarked(_friend.Now, cursor));
        await Apply(_friend.All);

        var summary = (await History.SummariesAsync(default))[_friend.Contact];
        Assert.Equal((2, 1, "five"), (summary.Outbox, summary.Unread, summary.LastMessage?.Text));
        Assert.Equal(_friend.Contact, Assert.Single(await History.WithOutboxAsync(default)));
    }

    [SkippableFact]
    public async Task Reading_marks_what_was_received_up_to_the_cursor_alone()
    {
        var first = _friend.Receive("one");
        var own = _friend.Queue("two");
        var second = _friend.Receive("three");
        _friend.Add(new ReadMarked(_friend.Now, own));
        await Apply(_friend.All);

        Assert.Equal(MessageState.Read, (await Message(first)).State);
        Assert.Equal(MessageState.Queued, (await Message(own)).State);
        Assert.Equal(MessageState.Received, (await Message(second)).State);
    }

    [SkippableFact]
    public async Task An_erased_message_is_not_listed_and_its_ids_stay_known()
    {
        var own = _friend.Queue("one", "uuid-1");
        var theirs = _friend.Receive("two");
        var id = ((MessageReceived)_friend[theirs]).Id;
        _friend.Receive("three");
        _friend.Erase(own, theirs);
        await Apply(_friend.All);

        Assert.Equal(["three"], await Texts());
        Assert.Null((await Message(own)).Text);
        Assert.Equal([id], await History.KnownIdsAsync(_friend.Contact, [id, MessageId.Derive("", "", "never")], default));
        Assert.Equal((own, "hash of one"), await History.QueuedByUuidAsync(_friend.Contact, "uuid-1", default));
        var summary = (await History.SummariesAsync(default))[_friend.Contact];
        Assert.Equal((0, 1, "three"), (summary.Outbox, summary.Unread, summary.LastMessage?.Text));
    }

    [SkippableFact]
    public async Task Erasing_the_conversation_leaves_an_empty_one()
    {
        _friend.Queue("one");
        var last = _friend.Receive("two");
        _friend.EraseUpTo(last);
        await Apply(_friend.All);

        Assert.Empty(await Texts());
        Assert.Equal(new ContactSummary(0, 0, null), (await History.SummariesAsync(default))[_friend.Contact]);
    }

    [SkippableFact]
    public async Task A_uuid_that_was_never_queued_is_not_found()
    {
        _friend.Queue("one", "uuid-1");
        await Apply(_friend.All);

        Assert.Null(await History.QueuedByUuidAsync(_friend.Contact, "uuid-2", default));
        Assert.Null(await History.QueuedByUuidAsync(new ContactId("other"), "uuid-1", default));
    }

    [SkippableFact]
    public async Task A_slice_that_is_not_the_next_one_is_skipped()
    {
        _friend.Queue("one");
        _friend.Queue("two");
        _friend.Queue("three");
        var applied = await Apply(_friend.Slice(1, 1), _friend.Slice(3, 3));
        Assert.Equal(1, applied.Offsets[_friend.PersistenceId]);

        await Apply(_friend.Slice(1, 2));
        Assert.Equal(["one"], await Texts());

        await Apply(_friend.Slice(2, 3));
        Assert.Equal(["three", "two", "one"], await Texts());
        Assert.Equal(3, (await History.OffsetsAsync(default))[_friend.PersistenceId]);
    }

    [SkippableFact]
    public async Task Everything_that_a_client_must_hear_of_is_in_the_feed_in_order()
    {
        var queued = _friend.Queue("one");
        var received = _friend.Receive("two");
        _friend.Deliver(queued);
        _friend.Add(new ReadMarked(_friend.Now, received));
        _friend.Erase(received);
        var stranger = new ContactId("stranger");
        var roster = new JournalSlice(Messenger.Actors.History.PersistenceIds.Roster, 1,
        [
            new RequestReceived(Conversation.Start, stranger, "10.0.0.1", false, true, "", "key"),
            new PresenceNoted(Conversation.Start, stranger, null, null),
            new ContactRemoved(Conversation.Start, stranger),
        ]);
        var applied = await Apply(_friend.All, roster);

        FeedEntry[] expected =
        [
            new(1, FeedKind.Message, _friend.Contact, queued),
            new(2, FeedKind.Message, _friend.Contact, received),
            new(3, FeedKind.MessageState, _friend.Contact, queued),
            new(4, FeedKind.Read, _friend.Contact, received),
            new(5, FeedKind.MessageState, _friend.Contact, received),
            new(6, FeedKind.Request, stranger, 0),
            new(7, FeedKind.Contact, stranger, 0),
        ];
        Assert.Equal(expected, applied.Feed);
        Assert.Equal(expected[2..4], await History.FeedAsync(2, 2, default));
        Assert.Equal(7, await History.LastFeedNumberAsync(default));
    }

    [SkippableFact]
    public async Task A_feed_number_that_was_pruned_or_never_given_is_not_resumed()
    {
        Assert.Equal(ImmutableArray<FeedEntry>.Empty, await History.FeedAsync(0, 10, default));
        Assert.Null(await History.FeedAsync(1, 10, default));

        for (var i = 0; i < 10_010; i++)
        {
            _friend.Queue($"message {i}");
        }

        await Apply(_friend.All);
        Assert.Null(await History.FeedAsync(9, 10, default));
        Assert.Equal(11, (await History.FeedAsync(10, 10, default))!.Value[0].Number);
        Assert.Equal(ImmutableArray<FeedEntry>.Empty, await History.FeedAsync(10_010, 10, default));
        Assert.Null(await History.FeedAsync(10_011, 10, default));
    }

    [SkippableFact]
    public async Task A_page_says_whether_there_is_more_on_either_side()
    {
        var numbers = Enumerable.Range(0, 5).Select(i => _friend.Queue($"{i}")).ToArray();
        await Apply(_friend.All);

        var newest = await Page(limit: 2);
        Assert.Equal(["4", "3"], newest.Messages.Select(m => m.Text));
        Assert.Equal((numbers[3], null), (newest.Before, newest.After));

        var older = await Page(before: newest.Before, limit: 2);
        Assert.Equal(["2", "1"], older.Messages.Select(m => m.Text));
        Assert.Equal((numbers[1], numbers[2]), (older.Before, older.After));

        var newer = await Page(after: numbers[0], limit: 2);
        Assert.Equal(["2", "1"], newer.Messages.Select(m => m.Text));

        var around = await Page(around: numbers[2], limit: 3);
        Assert.Equal(["3", "2", "1"], around.Messages.Select(m => m.Text));

        Assert.Equal(new MessagePage([], null, null).Messages, (await Page(before: 99, limit: 2)).Messages);
    }

    [SkippableFact]
    public async Task The_cursor_of_an_erased_message_still_works()
    {
        _friend.Queue("one");
        var erased = _friend.Queue("two");
        _friend.Queue("three");
        _friend.Erase(erased);
        await Apply(_friend.All);

        Assert.Equal(["one"], (await Page(before: erased, limit: 5)).Messages.Select(m => m.Text));
        Assert.Equal(["three"], (await Page(after: erased, limit: 5)).Messages.Select(m => m.Text));
        Assert.Equal(["three", "one"], (await Page(around: erased, limit: 4)).Messages.Select(m => m.Text));
    }

    [SkippableFact]
    public async Task Messages_of_one_row_are_numbered_in_their_order()
    {
        _friend.Queue("one");
        _friend.Queue("two");
        _friend.Receive("three");
        var first = _friend.Join(2);
        _friend.Deliver(first - EventNumber.PerRow, first);
        await Apply(_friend.All);

        Assert.Equal(["three", "two", "one"], await Texts());
        Assert.Equal((MessageState.Delivered, "two"), ((await Message(first)).State, (await Message(first)).Text));
        Assert.Equal("three", (await Message(first + 1)).Text);
        Assert.Equal((0, 1), ((await History.SummariesAsync(default))[_friend.Contact].Outbox, (await History.SummariesAsync(default))[_friend.Contact].Unread));
    }

    [SkippableFact]
    public async Task Conversations_do_not_mix()
    {
        var other = new Conversation("other");
        _friend.Receive("to one");
        other.Receive("to the other");
        await Apply(_friend.All, other.All);

        Assert.Equal(["to one"], await Texts());
        Assert.Equal(2, (await History.SummariesAsync(default)).Count);
    }

    private protected Task<AppliedEvents> Apply(params JournalSlice[] slices) => History.ApplyAsync(slices, default);

    private protected async Task<MessageRow> Message(long number) =>
        await History.MessageAsync(_friend.Contact, number, default) ?? throw new InvalidOperationException($"There is no message {number}.");

    private Task<MessagePage> Page(long? before = null, long? after = null, long? around = null, int limit = 50) =>
        History.MessagesAsync(_friend.Contact, new MessagePageRequest(before, after, around, limit), default);

    private async Task<IEnumerable<string?>> Texts() => (await Page()).Messages.Select(m => m.Text);
}
