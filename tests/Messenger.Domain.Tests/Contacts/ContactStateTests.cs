using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

public class ContactStateTests
{
    [Fact]
    public void Replaying_the_journal_gives_the_live_state() =>
        Conversation.Any.Sample(c => Assert.Equal(Conversation.Picture(c.State), Conversation.Picture(Replayed(c.Rows))), iter: 100);

    [Fact]
    public void A_snapshot_and_the_events_after_it_give_the_live_state() =>
        Gen.Select(Conversation.Any, Gen.Double[0, 1]).Sample(
            (c, part) =>
            {
                var at = (int)(c.Rows.Count * part);
                var restored = ContactSnapshot.Of(Replayed(c.Rows.Take(at))).Restore();
                Assert.Equal(Conversation.Picture(c.State), Conversation.Picture(Replayed(c.Rows.Skip(at), restored, at)));
            },
            iter: 100);

    [Fact]
    public void A_journal_whose_erased_texts_were_overwritten_gives_the_same_state_but_for_the_bytes_counted() =>
        Conversation.Any.Sample(
            c =>
            {
                var gone = c.Journal.OfType<EraseRequested>().ToArray();
                var replayed = Replayed(c.Rows.Select((r, i) => gone.Aggregate(r, (row, erase) => ContactDecisions.WithoutTexts(i + 1, row, erase))));
                Assert.InRange(replayed.BytesStored, 0, c.State.BytesStored);
                Assert.Equal(Conversation.Picture(c.State), Conversation.Picture(replayed with { BytesStored = c.State.BytesStored }));
            },
            iter: 100);

    [Fact]
    public void Nothing_leaves_the_outbox_without_an_acknowledgement_a_refusal_or_an_erase() =>
        Conversation.Any.Sample(
            c =>
            {
                var state = ContactState.Empty;
                foreach (var (number, next) in Numbered(c))
                {
                    var before = state.Outbox;
                    state = (state with { Sequence = number - 1 }).Apply(next);
                    if (state.Outbox.Count >= before.Count)
                    {
                        continue;
                    }

                    var allowed = next switch
                    {
                        MessagesDelivered e => e.Messages,
                        MessageRefused e => [e.Message],
                        EraseRequested { UpTo: > 0 } e => [.. before.Keys.Where(n => n <= e.UpTo)],
                        EraseRequested e => e.Messages,
                        _ => [],
                    };
                    Assert.Empty(before.Keys.Except(state.Outbox.Keys).Except(allowed));
                }

                var left = Numbered(c).Where(e => e.Event is MessageQueued).Select(e => e.Number)
                    .Except(c.Journal.OfType<MessagesDelivered>().SelectMany(e => e.Messages))
                    .Except(c.Journal.OfType<MessageRefused>().Select(e => e.Message))
                    .Except(c.Journal.OfType<EraseRequested>().SelectMany(e => e.Messages))
                    .Where(n => !c.Journal.OfType<EraseRequested>().Any(e => e.UpTo >= n));
                Assert.Equal(left, state.Outbox.Keys);
            },
            iter: 100);

    [Fact]
    public void Our_timestamps_rise_strictly_also_when_the_clock_steps_back() =>
        Conversation.Any.Sample(
            c =>
            {
                var micros = c.Journal.OfType<MessageQueued>().Select(e => ClaimedTime.ToMicroseconds(ClaimedTime.Parse(e.Timestamp)!.Value)).ToArray();
                Assert.All(micros.Zip(micros.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            },
            iter: 100);

    [Fact]
    public void Only_the_last_answer_of_a_relay_counts()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        var relay = new ContactId("r");
        var state = ContactState.Empty
            .Apply(new MessageQueued(now, "u", "1", "", "t", "h"))
            .Apply(new RelayDeclined(now, 1, relay, 3))
            .Apply(new MessageRelayed(now.AddDays(1), 1, relay));
        Assert.Equal(new RelayAsk(relay, now.AddDays(1), true), Assert.Single(state.Outbox[1].Asks));
    }

    [Fact]
    public void Erasing_the_conversation_makes_room_for_new_messages()
    {
        var conversation = new Conversation();
        conversation.Store(Conversation.Incoming(1));
        Assert.Equal(2, conversation.State.BytesStored);
        conversation.Record(ContactDecisions.EraseAll(conversation.State, conversation.Now).Events);
        Assert.Equal(0, conversation.State.BytesStored);
    }

    [Fact]
    public void A_number_leads_to_its_row_and_its_place_there() =>
        Gen.Select(Gen.Long[1, 1L << 50], Gen.Int[0, EventNumber.PerRow - 1]).Sample((row, place) =>
        {
            var number = EventNumber.First(row) + place;
            Assert.Equal((row, place), (EventNumber.RowOf(number), EventNumber.PlaceOf(number)));
        });

    private static ContactState Replayed(IEnumerable<ContactCommit> rows, ContactState? from = null, long after = 0) =>
        rows.Aggregate((State: from ?? ContactState.Empty, Row: after), (s, row) => (s.State.Apply(s.Row + 1, row), s.Row + 1), s => s.State.Begin(s.Row + 1));

    private static IEnumerable<(long Number, ContactEvent Event)> Numbered(Conversation conversation) =>
        from row in conversation.Rows.Index()
        from e in row.Item.Events.Index()
        select (EventNumber.First(row.Index + 1) + e.Index, e.Item);
}
