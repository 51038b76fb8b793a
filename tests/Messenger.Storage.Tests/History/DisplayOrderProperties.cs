using CsCheck;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage.History;

namespace Messenger.Storage.Tests.History;

public sealed class DisplayOrderProperties : IDisposable
{
    private const int Iterations = 60;
    private readonly TemporaryFolder _folder = new();

    // What an author claims, in seconds around the arrival; null is a timestamp that cannot be read. Two in seven are the owner's.
    private static readonly Gen<Step[]> Steps = Gen.Frequency(
        (2, Gen.Const(new Step(Own: true, null))),
        (4, Gen.Int[-20, 20].Select(s => new Step(Own: false, s))),
        (1, Gen.Const(new Step(Own: false, null)))).Array[1, 40];

    private sealed record Step(bool Own, int? Claimed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_order_of_one_author_is_kept_whatever_the_order_of_arrival() => Steps.Sample(
        steps =>
        {
            var conversation = Play(steps);
            using var history = Applied(conversation, "order.db");
            var shown = Pages(history, conversation.Contact, 1000, forward: false);
            var theirs = shown.Where(m => !m.Outgoing).Select(m => m.Number).ToArray();

            var byAuthor = theirs.OrderBy(n => ((MessageReceived)conversation[n]).AuthorKey).ThenBy(n => n);
            Assert.Equal(byAuthor, theirs);
            Assert.Equal(shown.Where(m => m.Outgoing).Select(m => m.Number).Order(), shown.Where(m => m.Outgoing).Select(m => m.Number));
        },
        iter: Iterations,
        threads: 1);

    [Fact]
    public void Pages_of_any_size_in_any_direction_show_every_message_once() => Gen.Select(Steps, Gen.Int[1, 12]).Sample(
        (steps, limit) =>
        {
            var conversation = Play(steps);
            using var history = Applied(conversation, "pages.db");
            var whole = Pages(history, conversation.Contact, 1000, forward: false).Select(m => m.Number).ToArray();

            Assert.Equal(steps.Length, whole.Distinct().Count());
            Assert.Equal(whole, Pages(history, conversation.Contact, limit, forward: false).Select(m => m.Number));
            Assert.Equal(whole, Pages(history, conversation.Contact, limit, forward: true).Select(m => m.Number));
        },
        iter: Iterations,
        threads: 1);

    [Fact]
    public void A_rebuilt_history_has_the_same_rows_however_the_events_are_cut_and_whatever_was_erased_since() =>
        Gen.Select(Steps, Gen.Int[1, 7], Gen.Int[0, 1000]).Sample(
            (steps, cut, pick) =>
            {
                var conversation = Play(steps);
                var erased = EventNumber.First(1 + (pick % steps.Length));
                conversation.Add(new ReadMarked(conversation.Now, erased));
                conversation.Erase(erased);
                conversation.Receive("late and last", Conversation.Start.AddSeconds(pick % 30));
                using var live = Open("live.db");
                for (var first = 1; first <= conversation.Length; first += cut)
                {
                    live.ApplyAsync([conversation.Slice(first, Math.Min(first + cut - 1, conversation.Length))], default).GetAwaiter().GetResult();
                }

                conversation.Overwrite(erased);
                using var rebuilt = Applied(conversation, "rebuilt.db");

                Assert.Equal(Dump(live, conversation), Dump(rebuilt, conversation));
            },
            iter: Iterations,
            threads: 1);

    private static Conversation Play(Step[] steps)
    {
        var conversation = new Conversation("friend");
        foreach (var step in steps)
        {
            if (step.Own)
            {
                conversation.Queue("ours");
            }
            else
            {
                conversation.Receive("theirs", step.Claimed is { } seconds ? conversation.Now.AddSeconds(seconds) : null);
            }
        }

        return conversation;
    }

    private MessageHistory Open(string name)
    {
        File.Delete(_folder.File(name));
        return SqliteHistory.Open(_folder.File(name));
    }

    private MessageHistory Applied(Conversation conversation, string name)
    {
        var history = Open(name);
        history.ApplyAsync([conversation.All], default).GetAwaiter().GetResult();
        return history;
    }

    /// <summary>The conversation read page by page; oldest first.</summary>
    private static List<MessageRow> Pages(MessageHistory history, ContactId contact, int limit, bool forward)
    {
        var newest = Page(history, contact, new MessagePageRequest(null, null, null, limit));
        if (!forward)
        {
            List<MessageRow> found = [.. newest.Messages];
            for (var before = newest.Before; before is not null;)
            {
                var page = Page(history, contact, new MessagePageRequest(before, null, null, limit));
                found.AddRange(page.Messages);
                before = page.Before;
            }

            found.Reverse();
            return found;
        }

        var oldest = Pages(history, contact, limit, forward: false)[0];
        List<MessageRow> read = [oldest];
        for (long? after = oldest.Number; after is not null;)
        {
            var page = Page(history, contact, new MessagePageRequest(null, after, null, limit));
            read.AddRange(page.Messages.Reverse());
            after = page.After;
        }

        return read;
    }

    private static MessagePage Page(MessageHistory history, ContactId contact, MessagePageRequest request) =>
        history.MessagesAsync(contact, request, default).GetAwaiter().GetResult();

    private static IEnumerable<string> Dump(MessageHistory history, Conversation conversation) =>
    [
        .. Pages(history, conversation.Contact, 1000, forward: false).Select(m => m.ToString()),
        .. Enumerable.Range(1, conversation.Length)
            .Select(n => history.MessageAsync(conversation.Contact, EventNumber.First(n), default).GetAwaiter().GetResult()?.ToString() ?? "none"),
        .. history.SummariesAsync(default).GetAwaiter().GetResult().Select(s => s.ToString()),
    ];
}
