using System.Collections.Concurrent;
using System.Globalization;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>Somebody who says one thing after the other: what was tried, in order, and what of it was acknowledged.</summary>
internal sealed class Author(string name, int seed)
{
    private const int LongText = 6_000;
    private const int ShortText = 200;

    private readonly Random random = new(seed);
    private readonly List<string> tried = [];
    private readonly HashSet<string> acknowledged = [];

    public int Acknowledgements => acknowledged.Count;

    /// <summary>The next text; unlike any other, mostly short.</summary>
    public string Next() => Next(random.Next(10) == 0 ? LongText : ShortText);

    public string Next(int atMost)
    {
        var text = $"{name}#{tried.Count} {new string('x', random.Next(atMost))}";
        tried.Add(text);
        return text;
    }

    public IReadOnlyList<string> Next(int count, int atMost) => [.. Enumerable.Range(0, count).Select(_ => Next(atMost))];

    public void Acknowledge(IEnumerable<string> texts) => acknowledged.UnionWith(texts);

    public bool Wrote(string text) => text.StartsWith(name + '#', StringComparison.Ordinal);

    /// <summary>Everything acknowledged stands there once and in order, and whatever else stands there was at least tried.</summary>
    public void Check(IReadOnlyList<string> texts, string where)
    {
        var own = texts.Where(Wrote).ToArray();
        None(acknowledged.Except(own), $"LOST: acknowledged, and not {where}");
        None(own.CountBy(text => text).Where(t => t.Value > 1).Select(t => t.Key), $"DOUBLED {where}");
        None(own.Except(tried), $"NEVER SAID and yet {where}");
        None(own.Zip(own.Skip(1)).Where(pair => Number(pair.First) > Number(pair.Second)).Select(pair => pair.Second), $"OUT OF ORDER {where}");
    }

    private static void None(IEnumerable<string> wrong, string what)
    {
        var texts = wrong.ToArray();
        Assert.True(texts.Length == 0, $"{what}: {texts.Length} texts, such as {string.Join(", ", texts.Take(5).Select(Label))}");
    }

    private static string Label(string text) => text.Split(' ')[0];

    private static int Number(string text) => int.Parse(Label(text).Split('#')[^1], CultureInfo.InvariantCulture);
}

/// <summary>A place where texts can be read back.</summary>
internal sealed record End(string Name, Func<Task<IReadOnlyList<string>>> ReadAsync);

/// <summary>What goes one way between two peers, and the places where all of it must be.</summary>
internal sealed class Direction(params End[] ends)
{
    private readonly ConcurrentQueue<Author> authors = [];

    /// <summary>Where it is known first: with the node that sends, or with the one that a seed peer sends to.</summary>
    public End First => ends[0];

    public int Acknowledgements => authors.Sum(author => author.Acknowledgements);

    public Author NewAuthor(string name, Random random)
    {
        var author = new Author(name, random.Next());
        authors.Enqueue(author);
        return author;
    }

    /// <summary>Demands at every end every acknowledged text once and in order, and the same texts in the same order at all of them.</summary>
    /// <returns>How many texts there are.</returns>
    public async Task<int> CheckAsync()
    {
        var first = await First.ReadAsync();
        foreach (var end in ends)
        {
            var texts = await Eventually.Reads(end.ReadAsync, seen => seen.Count >= first.Count, $"{first.Count} texts {end.Name}");
            foreach (var author in authors)
            {
                author.Check(texts, end.Name);
            }

            Assert.Equal(first, texts);
        }

        return first.Count;
    }
}
