using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.Tests.History;

/// <summary>What the read model shows of sealed messages.</summary>
public abstract partial class MessageHistoryTests
{
    private const string Enctype = "e1";

    [SkippableFact]
    public async Task What_a_sealed_message_is_missing_before_it_is_shown_until_it_comes()
    {
        var first = ReceiveSealed("one", 1, 0);
        var fourth = ReceiveSealed("four", 4, 2);
        await Apply(_friend.All);
        Assert.Equal((0L, 2L), ((await Message(first)).Missing, (await Message(fourth)).Missing));
        Assert.Equal(2, (await History.SummariesAsync(default))[_friend.Contact].Sealing?.Missing ?? 2);

        ReceiveSealed("three", 3, 1);
        await Apply(_friend.Last(1));
        Assert.Equal(0, (await Message(fourth)).Missing);
        var third = EventNumber.First(_friend.Length);
        Assert.Equal(1, (await Message(third)).Missing);
    }

    [SkippableFact]
    public async Task An_unreadable_message_shows_no_text_until_it_is_opened()
    {
        var number = _friend.Add(new MessageReceived(
            _friend.Now, new MessageId("hash 1"), "1", Enctype, "envelope", null, 1, null, true, null, UnreadableReason.UnknownPrekey));
        await Apply(_friend.All);
        var before = await Message(number);
        Assert.Equal(("", UnreadableReason.UnknownPrekey), (before.Text, before.Unreadable));
        Assert.Equal(1, (await History.SummariesAsync(default))[_friend.Contact].Unread);

        _friend.Add(new MessageOpened(_friend.Now, number, "the text", Seal("hash 2", 1, 0) with { Of = "hash 1" }, MessageWarning.Fork));
        await Apply(_friend.Last(1));

        var after = await Message(number);
        Assert.Equal(("the text", null, MessageWarning.Fork, true), (after.Text, after.Unreadable, after.Warning, after.Proven));
        Assert.Equal(
            new[] { "hash 1", "hash 2" }.Order(),
            (await History.KnownIdsAsync(_friend.Contact, [new("hash 1"), new("hash 2"), new("hash 3")], default)).Select(id => id.Value).Order().Where(id => id != "hash 3"));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unreadable_message_is_found_once_it_is_opened_and_not_when_it_is_erased(bool indexed)
    {
        var opened = Unreadable("hash 1");
        var erased = Unreadable("hash 2");
        await Apply(_friend.All);
        if (indexed)
        {
            Assert.Empty(await Find("text"));
        }

        _friend.Add(new MessageOpened(_friend.Now, opened, "the text", Seal("hash 3", 1, 0) with { Of = "hash 1" }));
        _friend.Erase(erased);
        _friend.Receive("another text");
        await Apply(_friend.Last(3));

        Assert.Equal(["another text", "the text"], (await Find("text")).Order());
    }

    [SkippableFact]
    public async Task A_sealed_message_is_known_by_its_envelope_and_by_what_its_author_calls_it()
    {
        ReceiveSealed("one", 1, 0);
        await Apply(_friend.All);
        var seal = Seal("hash of one", 1, 0);

        Assert.Equal(
            new[] { seal.Hash, seal.PayloadId.Value }.Order(),
            (await History.KnownIdsAsync(_friend.Contact, [new(seal.Hash), seal.PayloadId, new("other")], default)).Select(id => id.Value).Order());
    }

    [SkippableFact]
    public async Task A_delivered_message_that_is_sealed_again_waits_again_and_any_of_its_envelopes_leads_to_the_last()
    {
        var number = _friend.Add(new MessageQueued(_friend.Now, "uuid", "1", Enctype, "text", "hash", Out("h1", null)));
        _friend.Deliver(number);
        var again = _friend.Add(new MessageSealed(_friend.Now, number, "1", Enctype, null, Out("h2", "h1")));
        await Apply(_friend.All);

        var row = await Message(number);
        Assert.Equal((MessageState.Queued, "text"), (row.State, row.Text));
        Assert.NotNull(row.Reason);
        Assert.Equal(1, (await History.SummariesAsync(default))[_friend.Contact].Outbox);
        Assert.Equal(new(number, again), Assert.Single(await History.SentEnvelopesAsync(_friend.Contact, ["h1"], default)));
        Assert.Equal(new(number, again), Assert.Single(await History.SentEnvelopesAsync(_friend.Contact, ["h1", "h2", "h3"], default)));
        Assert.Empty(await History.SentEnvelopesAsync(_friend.Contact, ["h3"], default));

        _friend.Deliver(number);
        await Apply(_friend.Last(1));
        Assert.Equal((MessageState.Delivered, null), (await Message(number)) is var delivered ? (delivered.State, delivered.Reason) : default);
        Assert.Equal(0, (await History.SummariesAsync(default))[_friend.Contact].Outbox);
    }

    [SkippableFact]
    public async Task What_the_contact_names_as_read_is_found_in_whatever_form_it_left()
    {
        var plain = _friend.Queue("plain");
        var queued = (MessageQueued)_friend[plain];
        var id = MessageId.Derive(queued.Timestamp, "", "plain");
        var seal = _friend.Add(new MessageQueued(_friend.Now, "uuid", "1", Enctype, "text", "hash", Out("h1", null)));
        _friend.Add(new MessageSealed(_friend.Now, seal, "1", Enctype, null, Out("h2", "h1")));
        _friend.Receive("theirs");
        await Apply(_friend.All);

        Assert.Equal(
            [new NamedMessage(plain, false), new NamedMessage(seal, false)],
            (await History.SentAsync(_friend.Contact, [id, new("h1"), new("h2"), new("h3")], default)).OrderBy(m => m.Number));
        Assert.Empty(await History.SentAsync(new ContactId("another"), [id, new("h1")], default));
        Assert.Empty(await History.KnownIdsAsync(_friend.Contact, [id], default));

        _friend.Deliver(plain, seal);
        _friend.Add(new MessagesRead(_friend.Now, [plain, seal]));
        _friend.Add(new MessageSealed(_friend.Now, seal, "1", Enctype, null, Out("h4", "h1")));
        await Apply(_friend.Last(3));

        Assert.Equal((MessageState.Read, MessageState.Read), ((await Message(plain)).State, (await Message(seal)).State));
        Assert.Equal(0, (await History.SummariesAsync(default))[_friend.Contact].Outbox);
        Assert.Empty(await History.SentEnvelopesAsync(_friend.Contact, ["h1"], default));
        Assert.All(await History.SentAsync(_friend.Contact, [id, new("h2")], default), named => Assert.True(named.IsRead));
    }

    [SkippableFact]
    public async Task Reading_ends_waiting_and_refusal_and_an_erased_plain_message_is_named_no_more()
    {
        var (waits, refused, erased) = (_friend.Queue("a"), _friend.Queue("b"), _friend.Queue("c"));
        var queued = (MessageQueued)_friend[erased];
        _friend.Add(new MessageRefused(_friend.Now, refused, "The recipient's node answered HTTP 413."));
        _friend.Erase(erased);
        _friend.Deliver(waits);
        _friend.Add(new MessagesRead(_friend.Now, [waits, refused]));
        await Apply(_friend.All);

        Assert.All([await Message(waits), await Message(refused)], row => Assert.Equal((MessageState.Read, null), (row.State, row.Reason)));
        Assert.Empty(await History.SentAsync(_friend.Contact, [MessageId.Derive(queued.Timestamp, "", "c")], default));
    }

    [SkippableTheory]
    [InlineData(MessageWarning.Fork, true)]
    [InlineData(MessageWarning.TwoLives, true)]
    [InlineData(MessageWarning.Plaintext, false)]
    public async Task A_sign_of_two_copies_of_the_contacts_node_is_kept_with_its_time(MessageWarning warning, bool isSign)
    {
        _friend.Add(new BundleTaken(_friend.Now, """{"ik":"first"}"""));
        ReceiveSealed("one", 1, 0);
        var at = _friend.Now;
        _friend.Add(new MessageReceived(at, new MessageId("h9"), "1", Enctype, "nine", null, 9, null, true, Seal("h9", 9, 0), null, warning));
        ReceiveSealed("two", 2, 0);
        await Apply(_friend.All);

        Assert.Equal(isSign ? at : null, (await SealingAsync())!.CopiesAt);
    }

    [SkippableFact]
    public async Task The_states_of_an_identity_are_told()
    {
        _friend.Add(new BundleTaken(_friend.Now, """{"ik":"first"}"""));
        _friend.Add(new VerificationChanged(_friend.Now, true));
        _friend.Add(new PlaintextChanged(_friend.Now, true));
        _friend.Add(new IdentityOffered(_friend.Now, """{"ik":"second"}"""));
        await Apply(_friend.All);
        Assert.Equal(new SealingSummary("first", "second", true, true, 0), await SealingAsync());

        _friend.Add(new IdentityDecided(_friend.Now, true));
        await Apply(_friend.Last(1));
        Assert.Equal(new SealingSummary("second", null, false, true, 0), await SealingAsync());

        _friend.Add(new IdentityOffered(_friend.Now, """{"ik":"third"}"""));
        _friend.Add(new IdentityDecided(_friend.Now, false));
        await Apply(_friend.Last(2));
        Assert.Equal(new SealingSummary("second", null, false, true, 0), await SealingAsync());
    }

    [SkippableFact]
    public async Task An_identity_that_a_link_named_is_told_apart_from_one_that_was_compared()
    {
        _friend.Add(new PlaintextChanged(_friend.Now, true));
        await Apply(_friend.All);
        Assert.Equal(new SealingSummary(null, null, false, true, 0), await SealingAsync());

        _friend.Add(new PlaintextChanged(_friend.Now, false));
        _friend.Add(new IdentityOffered(_friend.Now, """{"ik":"another"}"""));
        await Apply(_friend.Last(2));
        Assert.Equal(new SealingSummary(null, "another", false, false, 0), await SealingAsync());

        _friend.Add(new IdentityDecided(_friend.Now, false));
        _friend.Add(new BundleTaken(_friend.Now, """{"ik":"named"}"""));
        _friend.Add(new VerificationChanged(_friend.Now, true, ByLink: true));
        await Apply(_friend.Last(3));
        Assert.Equal(new SealingSummary("named", null, true, false, 0, ByLink: true), await SealingAsync());

        _friend.Add(new VerificationChanged(_friend.Now, true));
        await Apply(_friend.Last(1));
        Assert.Equal(new SealingSummary("named", null, true, false, 0), await SealingAsync());
    }

    [SkippableFact]
    public async Task A_message_that_waits_for_keys_says_so()
    {
        var number = _friend.Add(new MessageQueued(_friend.Now, "uuid", "1", Enctype, "text", "hash"));
        await Apply(_friend.All);
        Assert.NotNull((await Message(number)).Reason);

        _friend.Add(new MessageSealed(_friend.Now, number, "1", "", "text", null));
        await Apply(_friend.Last(1));
        Assert.Equal((null, ""), (await Message(number)) is var row ? (row.Reason, row.Enctype) : default);
        Assert.Equal(1, (await History.SummariesAsync(default))[_friend.Contact].Outbox);
    }

    private long Unreadable(string id) => _friend.Add(new MessageReceived(
        _friend.Now, new MessageId(id), "1", Enctype, "envelope", null, 1, null, true, null, UnreadableReason.UnknownPrekey));

    private async Task<SealingSummary?> SealingAsync() => (await History.SummariesAsync(default))[_friend.Contact].Sealing;

    private long ReceiveSealed(string text, long seq, long missing)
    {
        var seal = Seal($"hash of {text}", seq, missing);
        return _friend.Add(new MessageReceived(
            _friend.Now, new MessageId(seal.Hash), "1", Enctype, text, DateTimeOffset.FromUnixTimeMilliseconds(seal.Time), seal.AuthorKey, null, true, seal));
    }

    private static IncomingSeal Seal(string hash, long seq, long missing) =>
        new("author", hash, $"00000000-0000-7000-8000-00000000000{seq}", "chain", seq, null, null, 1_700_000_000_000 + seq, missing);

    private static OutgoingSeal Out(string hash, string? of) => new("wire", hash, "chain", 1, null, of, "prekey", null);
}
