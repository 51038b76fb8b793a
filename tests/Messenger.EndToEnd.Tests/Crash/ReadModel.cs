using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>Everything that a node shows of its history, as text that can be compared.</summary>
internal static class ReadModel
{
    private const int PageSize = 700;

    // These tell of the last minute, not of the history.
    private static readonly string[] OfTheMoment = ["online", "lastOnline", "lastConnect"];

    /// <summary>Contact rows and all pages of all conversations, newest first and oldest first, with every field and cursor.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(NodeApi api)
    {
        var shown = new List<string>();
        foreach (var row in JsonNode.Parse(await api.GetTextAsync("contacts"))!["contacts"]!.AsArray())
        {
            foreach (var field in OfTheMoment)
            {
                row!.AsObject().Remove(field);
            }

            shown.Add(row!.ToJsonString());
            var messages = $"contacts/{row["id"]}/messages?limit={PageSize}";
            var oldest = await ReadPagesAsync(api, messages, "before", shown);
            await ReadPagesAsync(api, oldest is null ? messages : $"{messages}&after={oldest}", "after", shown);
        }

        return shown;
    }

    /// <summary>Compares row by row, so that a failure shows the row that differs.</summary>
    public static async Task AssertIsAsync(IReadOnlyList<string> expected, NodeApi api)
    {
        var shown = await ReadAsync(api);
        Assert.All(expected.Zip(shown), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(expected.Count, shown.Count);
    }

    // From the page at `first` in one direction; returns the cursor of the last message of the last page.
    private static async Task<string?> ReadPagesAsync(NodeApi api, string first, string direction, List<string> shown)
    {
        string? last = null;
        for (var (path, next) = (first, (string?)""); next is not null; path = $"{first.Split("&")[0]}&{direction}={next}")
        {
            var text = await api.GetTextAsync(path);
            shown.Add(text);
            var page = JsonNode.Parse(text)!;
            next = page[direction]?.ToString();
            last = page["messages"]!.AsArray().LastOrDefault()?["cursor"]?.ToString() ?? last;
        }

        return last;
    }
}
