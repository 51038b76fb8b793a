using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Backups;

/// <summary>All conversations taken from one data folder to another.</summary>
public sealed class TransferTests : IAsyncLifetime
{
    private readonly ScratchFolder scratch = new();
    private NodeProcess anna = null!;
    private NodeProcess boris = null!;
    private string ofBoris = "";
    private string ofAnna = "";

    private string File => Path.Combine(scratch.Path, "everything.jsonl");

    public async Task InitializeAsync()
    {
        anna = await NodeProcess.StartAsync();
        boris = await NodeProcess.StartAsync();
        (ofBoris, ofAnna) = await Friends.BecomeAsync(anna, boris);
    }

    public async Task DisposeAsync()
    {
        await anna.DisposeAsync();
        await boris.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task An_empty_node_that_imports_an_export_shows_the_same_conversation_and_sends_what_waited()
    {
        for (var number = 0; number < 30; number++)
        {
            await anna.Api.SendAsync(ofBoris, $"to Boris {number}");
            await boris.Api.SendAsync(ofAnna, $"to Anna {number} \u2028 \"<б>\"");
        }

        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await boris.Api.AllOutBecomeAsync(ofAnna, "delivered");
        await ShownAsync(ofBoris, 60);
        await anna.Api.EraseMessageAsync(ofBoris, (await anna.Api.ConversationAsync(ofBoris))[5].Id);
        await ReadAsync(40);
        await boris.StopAsync();
        await anna.Api.SendAsync(ofBoris, "waits");
        var before = await ShownAsync(ofBoris, 60);

        Assert.Equal(new CommandResult(0, "", ""), await anna.CommandAsync("export", File, "--messages"));
        Assert.Equal(61, (await System.IO.File.ReadAllLinesAsync(File)).Length);
        await anna.StopAsync();
        Directory.Delete(anna.DataFolder, recursive: true);
        await anna.StartAgainAsync(afresh: true);
        Assert.Equal(
            new CommandResult(0, "1 added, 0 were there already\n60 messages added, 0 were there already\n", ""), await anna.CommandAsync("import", File));
        var again = Assert.Single(await anna.Api.ContactsAsync()).Id;
        Assert.Equal(before, await ShownAsync(again, 60));
        Assert.Equal(
            new CommandResult(0, "0 added, 1 were there already\n0 messages added, 60 were there already\n", ""), await anna.CommandAsync("import", File));
        Assert.Equal(before, await ShownAsync(again, 60));

        // An export holds no keys of the node itself: for Boris she is somebody new.
        await boris.StartAgainAsync();
        await boris.Api.ContactBecomesAsync(c => c.Id == ofAnna && c.Encryption == "changed", "another than before");
        await boris.Api.DecideAsync(ofAnna, "identity", new { take = true });
        await anna.Api.AllOutBecomeAsync(again, "delivered");
        await boris.Api.SendAsync(ofAnna, "and on");
        await Eventually.Reads(async () => await anna.Api.TextsAsync(again, "in"), texts => texts[^1] == "and on", "the talk goes on", anna.Evidence);
        await Eventually.Reads(async () => await boris.Api.TextsAsync(ofAnna, "in"), texts => texts is [.., "waits"], "what waited has come", boris.Evidence);
        Assert.Equal([.. Enumerable.Range(0, 30).Select(number => $"to Boris {number}"), "waits"], await boris.Api.TextsAsync(ofAnna, "in"));
    }

    [Fact]
    public async Task What_is_imported_into_a_conversation_stands_where_it_was_said()
    {
        await anna.Api.SendAsync(ofBoris, "first");
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await boris.Api.SendAsync(ofAnna, "second");
        await Eventually.Reads(async () => await anna.Api.TextsAsync(ofBoris, "in"), texts => texts.Count == 1, "it has arrived", anna.Evidence);
        Assert.Equal(0, (await anna.CommandAsync("export", File, "--messages")).ExitCode);
        await anna.StopAsync();
        Directory.Delete(anna.DataFolder, recursive: true);
        await anna.StartAgainAsync(afresh: true);
        var contacts = Path.Combine(scratch.Path, "contacts.json");
        await System.IO.File.WriteAllTextAsync(
            contacts, JsonNode.Parse((await System.IO.File.ReadAllLinesAsync(File))[0])!["contacts"]!.ToJsonString());
        Assert.Equal(0, (await anna.CommandAsync("import", contacts)).ExitCode);
        var again = Assert.Single(await anna.Api.ContactsAsync()).Id;
        await anna.Api.SendAsync(again, "third");

        Assert.Equal(0, (await anna.CommandAsync("import", File)).ExitCode);

        Assert.Equal(["first", "second", "third"], (await ShownAsync(again, 3)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_line_that_cannot_be_taken_in_is_named_and_holds_up_no_other()
    {
        await anna.Api.SendAsync(ofBoris, "good");
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        Assert.Equal(0, (await anna.CommandAsync("export", File, "--messages")).ExitCode);
        var lines = await System.IO.File.ReadAllLinesAsync(File);
        await System.IO.File.WriteAllLinesAsync(File, [lines[0], "{", lines[1].Replace(boris.Address, "192.0.2.9", StringComparison.Ordinal), lines[1]]);

        var result = await anna.CommandAsync("import", File);

        Assert.Equal((1, "0 added, 1 were there already\n0 messages added, 1 were there already\n"), (result.ExitCode, result.Output));
        Assert.StartsWith("2 messages were not taken in, the first is line 2: ", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private async Task ReadAsync(int upTo)
    {
        var cursor = (await anna.Api.ConversationAsync(ofBoris))[upTo].Cursor.ToString();
        using var body = System.Net.Http.Json.JsonContent.Create(new { cursor });
        using var answer = await anna.Api.Client.PostAsync(new Uri($"contacts/{ofBoris}/read", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<IEnumerable<(string Direction, string Text, DateTimeOffset At, string State, string? Uuid)>> ShownAsync(string contact, int count) =>
    [
        .. from message in await Eventually.Reads(
               async () => await anna.Api.ConversationAsync(contact), shown => shown.Count >= count, $"{count} messages are shown", anna.Evidence)
           select (message.Direction, message.Text, message.At, message.State, message.Uuid),
    ];
}
