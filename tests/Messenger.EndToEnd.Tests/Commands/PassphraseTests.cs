using System.Net;
using System.Net.Http.Json;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Commands;

/// <summary>A node whose keys are sealed by a passphrase.</summary>
public sealed class PassphraseTests
{
    private const string Passphrase = "correct horse battery staple";

    [Fact]
    public async Task A_node_under_a_passphrase_starts_locked_friends_keep_their_messages_and_all_goes_on_once_it_is_unlocked()
    {
        await using var anna = await NodeProcess.StartAsync();
        await using var boris = await NodeProcess.StartAsync();
        var (ofBoris, ofAnna) = await Friends.BecomeAsync(anna, boris);
        var key = Path.Combine(anna.DataFolder, "master.key");
        var before = await File.ReadAllBytesAsync(key);
        if (!OperatingSystem.IsWindows())
        {
            Assert.All(
                Directory.EnumerateFiles(anna.DataFolder).Select(File.GetUnixFileMode),
                mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        }


        var set = await WithInputAsync(anna, Passphrase + "\n", "passphrase", "set");
        Assert.Equal((0, ""), (set.ExitCode, set.Error));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(key)).AsSpan().IndexOf(before));
        await boris.Api.SendAsync(ofAnna, "while it still runs");
        await anna.Api.ReceivesAsync(ofBoris, ["while it still runs"]);
        await anna.StopAsync();

        anna.StartWithoutWaiting();
        await Eventually.Holds(() => anna.Output.Contains("are locked", StringComparison.Ordinal), "it is locked", anna.Evidence);
        using var browser = new HttpClient { BaseAddress = anna.Gui };
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("health/live", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync(new Uri("health/ready", UriKind.Relative))).StatusCode);
        Assert.Contains("\"locked\"", await (await browser.GetAsync(new Uri("api/v1/contacts", UriKind.Relative))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await boris.Api.SendAsync(ofAnna, "kept by him");
        await boris.Api.ActAsync(ofAnna, "ping");
        Assert.Equal("queued", (await boris.Api.ConversationAsync(ofAnna))[^1].State);

        var wrong = await WithInputAsync(anna, "correct horse\n", "unlock");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("not the passphrase", Assert.Single(wrong.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(new CommandResult(0, "unlocked\n", ""), await WithInputAsync(anna, Passphrase + "\n", "unlock"));
        await Eventually.Holds(async () => (await anna.CommandAsync("health")).ExitCode == 0, "it is ready", anna.Evidence);
        await anna.Api.ReceivesAsync(ofBoris, ["while it still runs", "kept by him"]);
        await anna.Api.SendAsync(ofBoris, "back");
        await boris.Api.ReceivesAsync(ofAnna, ["back"]);
        Assert.Equal(1, (await WithInputAsync(anna, Passphrase + "\n", "unlock")).ExitCode);
    }

    [Fact]
    public async Task A_locked_node_stops_well_is_unlocked_by_the_api_and_the_passphrase_can_be_changed_and_removed()
    {
        await using var anna = await NodeProcess.StartAsync();
        Assert.Equal(0, (await WithInputAsync(anna, Passphrase + "\n", "passphrase", "set")).ExitCode);
        await anna.StopAsync();
        anna.StartWithoutWaiting();
        await Eventually.Holds(() => anna.Output.Contains("are locked", StringComparison.Ordinal), "it is locked", anna.Evidence);
        await anna.StopAsync();

        var refused = await WithInputAsync(anna, "wrong wrong wrong\nanother passphrase\n", "passphrase", "set");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal(0, (await WithInputAsync(anna, Passphrase + "\nanother passphrase\n", "passphrase", "set")).ExitCode);
        anna.StartWithoutWaiting();
        await Eventually.Holds(() => anna.Output.Contains("are locked", StringComparison.Ordinal), "it is locked", anna.Evidence);
        using var browser = new HttpClient { BaseAddress = anna.Gui };
        using (var old = await browser.PostAsJsonAsync("api/v1/unlock", new { passphrase = Passphrase }))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        }

        using (var right = await browser.PostAsJsonAsync("api/v1/unlock", new { passphrase = "another passphrase" }))
        {
            Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        }

        await Eventually.Holds(async () => (await anna.CommandAsync("health")).ExitCode == 0, "it is ready", anna.Evidence);
        Assert.Equal(0, (await WithInputAsync(anna, "another passphrase\n", "passphrase", "remove")).ExitCode);
        await anna.StopAsync();
        await anna.StartAgainAsync();
        Assert.Empty(await anna.Api.ContactsAsync());
    }

    private static Task<CommandResult> WithInputAsync(NodeProcess node, string input, params string[] command) =>
        CommandLine.RunAsync([.. command, "--data", node.DataFolder], input);
}
