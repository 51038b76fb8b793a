using System.Net;
using System.Text;
using System.Text.Json;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Lifecycle;

/// <summary>What was said is found, until it is erased.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task What_was_said_is_found_on_both_sides_until_it_is_erased_from_every_file()
    {
        await using var anna = await NodeProcess.StartAsync();
        await using var boris = await NodeProcess.StartAsync();
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);
        await anna.Api.SendAsync(borisAtAnna, "Зелёная zwqxjvk ёлка");
        await anna.Api.SendAsync(borisAtAnna, "another tree");
        await anna.Api.AllOutBecomeAsync(borisAtAnna, "delivered");

        foreach (var typed in new[] { "зеленая", "ЕЛК", "zwqx", "\"zwqxjvk елка\"" })
        {
            await FindsAsync(anna, typed, borisAtAnna, "Зелёная zwqxjvk ёлка");
            await FindsAsync(boris, typed, annaAtBoris, "Зелёная zwqxjvk ёлка");
        }

        Assert.True(IsInAFile(boris, "zwqxjvk"));
        var erased = (await boris.Api.ConversationAsync(annaAtBoris)).Single(message => message.Text.Contains("zwqxjvk", StringComparison.Ordinal));
        await boris.Api.EraseMessageAsync(annaAtBoris, erased.Id);

        await FindsAsync(boris, "zwqxjvk", annaAtBoris);
        await FindsAsync(boris, "another", annaAtBoris, "another tree");
        await FindsAsync(anna, "zwqxjvk", borisAtAnna, "Зелёная zwqxjvk ёлка");
        await Eventually.Holds(() => !IsInAFile(boris, "zwqxjvk"), "the erased text is in no file", boris.Evidence);

        await boris.StopAsync();
        Assert.False(IsInAFile(boris, "zwqxjvk"));
        File.Delete(Path.Combine(boris.DataFolder, "history.db"));
        await boris.StartAgainAsync();
        await FindsAsync(boris, "zwqxjvk", annaAtBoris);
        await FindsAsync(boris, "another", annaAtBoris, "another tree");
    }

    [Fact]
    public async Task Whatever_is_typed_is_answered()
    {
        await using var anna = await NodeProcess.StartAsync();

        foreach (var typed in new[] { "\"", "*", "a\"b\"c*", "NEAR(a b, 2)", "^a : {b} - c + d", "a AND", "'; drop table messages; --", "\0", "😀", new string('x', 257) })
        {
            using var response = await anna.Api.Client.GetAsync(new Uri($"search?q={Uri.EscapeDataString(typed)}", UriKind.Relative));

            Assert.True(
                response.StatusCode == HttpStatusCode.OK
                || (response.StatusCode == HttpStatusCode.BadRequest && (await response.Content.ReadAsStringAsync()).Contains("\"bad_query\"", StringComparison.Ordinal)),
                $"{typed}: {response.StatusCode}");
        }
    }

    private static async Task FindsAsync(NodeProcess node, string typed, string contact, params string[] texts)
    {
        foreach (var where in new[] { "", $"&contact={contact}" })
        {
            await Eventually.Reads(
                async () => (await node.Api.GetAsync($"search?q={Uri.EscapeDataString(typed)}{where}")).GetProperty("hits").EnumerateArray().Select(Text).ToArray(),
                found => found.SequenceEqual(texts),
                $"{typed} finds {texts.Length}",
                node.Evidence);
        }

        string? Text(JsonElement hit)
        {
            Assert.Equal(contact, hit.GetProperty("contact").GetString());
            Assert.Contains(hit.GetProperty("snippet").EnumerateArray(), part => part.GetProperty("match").GetBoolean());
            return hit.GetProperty("message").GetProperty("text").GetString();
        }
    }

    // The lock is empty and cannot be opened.
    private static bool IsInAFile(NodeProcess node, string text) => Directory.EnumerateFiles(node.DataFolder).Where(path => Path.GetFileName(path) != "lock").Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });
}
