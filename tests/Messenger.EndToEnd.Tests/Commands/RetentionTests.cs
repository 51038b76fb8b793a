using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Commands;

/// <summary>A node that keeps messages for a while only.</summary>
public sealed class RetentionTests
{
    private const string Friend = "192.0.2.1";

    [Fact]
    public async Task What_is_older_than_the_limit_is_erased_except_what_waits_or_was_not_read()
    {
        await using var node = await NodeProcess.StartAsync();
        var contact = await node.Api.AddContactAsync(Friend);
        await node.Api.SendAsync(contact.Id, "new");
        var old = DateTimeOffset.UtcNow.AddDays(-40);
        string[] lines =
        [
            Line("delivered long ago", "out", "delivered", old),
            Line("waits for long", "out", "queued", old),
            Line("read long ago", "in", "read", old),
            Line("never read", "in", "received", old),
            Line("read last week", "in", "read", DateTimeOffset.UtcNow.AddDays(-7)),
        ];
        using (var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"))
        using (var imported = await node.Api.Client.PostAsync(new Uri("import/messages", UriKind.Relative), body))
        {
            Assert.Equal(5, (await imported.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("added").GetInt32());
        }

        Assert.Equal(new CommandResult(0, "forever\n", ""), await node.CommandAsync("retention"));

        Assert.Equal(new CommandResult(0, "30\n", ""), await node.CommandAsync("retention", "30"));

        await Eventually.Reads(
            async () => (await node.Api.ConversationAsync(contact.Id)).Select(m => m.Text).Order(StringComparer.Ordinal).ToArray(),
            texts => texts.SequenceEqual(["never read", "new", "read last week", "waits for long"]),
            "old messages are gone",
            node.Evidence);
        Assert.Equal(1, (await node.CommandAsync("retention", "0")).ExitCode);
        Assert.Equal(1, (await node.CommandAsync("retention", "soon")).ExitCode);
        await node.StopAsync();
        await node.StartAgainAsync();
        Assert.Equal(new CommandResult(0, "30\n", ""), await node.CommandAsync("retention"));
        Assert.Equal(new CommandResult(0, "forever\n", ""), await node.CommandAsync("retention", "forever"));
    }

    private static string Line(string text, string direction, string state, DateTimeOffset at) => JsonSerializer.Serialize(new
    {
        contact = Friend,
        direction,
        at,
        enctype = "",
        timestamp = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
        text,
        state,
        id = direction == "in" ? $"{text.Replace(' ', '-')}{new string('A', 43)}"[..43] : null,
        uuid = direction == "out" ? Guid.NewGuid().ToString() : null,
        proven = true,
    });
}
