using CsCheck;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Contacts;

public class ContactStateTests
{
    [Fact]
    public void Replaying_the_journal_gives_the_live_state() =>
        Conversation.Any.Sample(c => Assert.Equal(Conversation.Picture(c.State), Conversation.Picture(Replayed(c.Journal))), iter: 100);

    [Fact]
    public void A_snapshot_and_the_events_after_it_give_the_live_state() =>
        Gen.Select(Conversation.Any, Gen.Double[0, 1]).Sample(
            (c, part) =>
            {
                var at = (int)(c.Journal.Count * part);
                var restored = ContactSnapshot.Of(Replayed(c.Journal.Take(at))).Restore();
                Assert.Equal(Conversation.Picture(c.State), Conversation.Picture(c.Journal.Skip(at).Aggregate(restored, (s, e) => s.Apply(e))));
            },
            iter: 100);

    [Fact]
    public void A_journal_whose_erased_texts_were_overwritten_gives_the_same_state_but_for_the_bytes_counted() =>
        Conversation.Any.Sample(
            c =>
            {
                var gone = c.Journal.OfType<EraseRequested>().ToArray();
                var overwritten = c.Journal.Select((e, i) => gone.Any(g => g.UpTo > i || g.Messages.Contains(i + 1)) ? ContactDecisions.WithoutText(e) : e);
                var replayed = Replayed(overwritten);
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
                foreach (var next in c.Journal)
                {
                    var before = state.Outbox;
                    state = state.Apply(next);
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

                var left = c.Journal.SelectMany((e, i) => e is MessageQueued ? new[] { i + 1L } : [])
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

    private static ContactState Replayed(IEnumerable<ContactEvent> journal) => journal.Aggregate(ContactState.Empty, (s, e) => s.Apply(e));
}
