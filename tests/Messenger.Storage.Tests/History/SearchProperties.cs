using CsCheck;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;
using Messenger.Storage.History;

namespace Messenger.Storage.Tests.History;

public sealed class SearchProperties : IDisposable
{
    private static readonly string[] Pieces = ["a", "a", "b", " ", " ", "е", "ё", "Е", "и", "\u0306", "\"", "*", "-", "'", "1", "😀", "ñ", "§"];

    private static readonly Gen<string> Typed = Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece]).Array[1, 12].Select(pieces => string.Concat(pieces));

    private sealed record Step(string Text, bool Erased, int Claimed);

    private static readonly Gen<Step> Steps = Gen.Select(
        Typed, Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), Gen.Int[-5, 5], (text, erased, claimed) => new Step(text, erased, claimed));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_index_finds_what_the_rules_find_however_the_events_are_cut_and_whenever_they_are_indexed() =>
        Gen.Select(Steps.Array[1, 30], Typed.Array[1, 8], Gen.Int[1, 9], Gen.Int[0, 4].Array[30]).Sample(
            (steps, queries, cut, indexed) =>
            {
                File.Delete(_folder.File("search.db"));
                using var history = SqliteHistory.Open(_folder.File("search.db"));
                var friend = new Conversation("friend");
                var kept = new Dictionary<long, string>();
                foreach (var step in steps)
                {
                    var number = friend.Receive(step.Text, friend.Now.AddSeconds(step.Claimed));
                    if (step.Erased)
                    {
                        friend.Erase(number);
                    }
                    else
                    {
                        kept.Add(number, step.Text);
                    }
                }

                for (var first = 1; first <= friend.Length; first += cut)
                {
                    history.ApplyAsync([friend.Slice(first, Math.Min(first + cut - 1, friend.Length))], default).GetAwaiter().GetResult();
                    if (indexed[first % indexed.Length] is > 0 and var limit)
                    {
                        history.IndexAsync(limit, default).GetAwaiter().GetResult();
                    }
                }

                foreach (var typed in queries)
                {
                    if (SearchQuery.TryParse(typed, out var query, out _))
                    {
                        var found = history.SearchAsync(new SearchRequest(query, new ContactId("friend"), null, 1_000), default).GetAwaiter().GetResult();
                        Assert.Equal(kept.Where(row => query.Matches(row.Value)).Select(row => row.Key), found.Hits.Select(hit => hit.Message.Number).Order());
                    }
                }
            },
            iter: 60,
            threads: 1);
}
