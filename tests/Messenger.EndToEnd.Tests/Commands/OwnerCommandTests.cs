using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Commands;

/// <summary>The commands by which an owner reaches the running node.</summary>
public sealed class OwnerCommandTests
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    [Fact]
    public async Task A_link_signs_one_browser_in_once()
    {
        await using var node = await NodeProcess.StartAsync();
        var token = await LinkTokenAsync(node);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SignInAsync(node, new { token })));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized],
            answers.Order());
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(node, new { token = await LinkTokenAsync(node) }));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(node, new { token }));
    }

    [Fact]
    public async Task The_cookie_of_a_link_reads_the_api_and_survives_a_restart_as_a_used_link_does()
    {
        await using var node = await NodeProcess.StartAsync();
        using var browser = new HttpClient { BaseAddress = node.Gui };
        var token = await LinkTokenAsync(node);
        using (var signedIn = await browser.PostAsJsonAsync("api/v1/session", new { token }))
        {
            Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        }

        await node.StopAsync();
        await node.StartAgainAsync();

        using var contacts = await browser.GetAsync(new Uri("api/v1/contacts", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, contacts.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(node, new { token }));
    }

    [Fact]
    public async Task A_token_is_printed_alone_works_is_listed_by_name_only_and_works_no_more_when_revoked()
    {
        await using var node = await NodeProcess.StartAsync();

        var added = await node.CommandAsync("token", "add", "phone");
        var token = added.Output.TrimEnd('\n');
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        using var owner = node.Owner(token);
        Assert.Empty(await owner.ContactsAsync());

        var again = await node.CommandAsync("token", "add", "phone");
        Assert.Equal((Failed, ""), (again.ExitCode, again.Output));
        Assert.Single(again.Error.TrimEnd('\n').Split('\n'));

        var listed = await node.CommandAsync("token", "list");
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("phone\t", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, listed.Output, StringComparison.Ordinal);

        Assert.Equal(new CommandResult(0, "", ""), await node.CommandAsync("token", "revoke", "phone"));
        using var refused = await owner.Client.GetAsync(new Uri("contacts", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("phone\t", (await node.CommandAsync("token", "list")).Output, StringComparison.Ordinal);

        var unknown = await node.CommandAsync("token", "revoke", "phone");
        Assert.Equal(Failed, unknown.ExitCode);
        Assert.Contains("'phone'", Assert.Single(unknown.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_0_while_the_node_is_ready_and_1_with_one_line_when_it_is_stopped_or_was_killed()
    {
        await using var node = await NodeProcess.StartAsync();
        Assert.Equal(new CommandResult(0, "ready\n", ""), await node.CommandAsync("health"));

        await node.StopAsync();
        AssertUnhealthy(await node.CommandAsync("health"));

        await node.StartAgainAsync();
        Assert.Equal(0, (await node.CommandAsync("health")).ExitCode);
        await node.KillAsync();
        AssertUnhealthy(await node.CommandAsync("health"));
    }

    [Theory]
    [InlineData("health")]
    [InlineData("link")]
    [InlineData("token", "list")]
    [InlineData("token", "add", "phone")]
    [InlineData("export", "friends.json")]
    public async Task A_command_for_a_folder_without_a_running_node_says_so(params string[] command)
    {
        using var folder = new ScratchFolder();

        var result = await CommandLine.RunAsync([.. command, "--data", folder.Path]);

        Assert.Equal((Failed, ""), (result.ExitCode, result.Output));
        Assert.Contains($"No node is running on the data folder {folder.Path}", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Beyond_loopback_the_node_listens_only_after_a_password_is_set()
    {
        using var folder = new ScratchFolder();
        var port = Loopback.FreePort(IPAddress.Any);
        string[] run = ["run", "--data", folder.Path, "--peer-listen", $"127.0.0.1:{Loopback.FreePort(IPAddress.Loopback)}", "--gui-listen", $"0.0.0.0:{port}"];

        var refused = await CommandLine.RunAsync(run);
        Assert.Equal((BadUsage, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("messenger password set", Assert.Single(refused.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);

        var tooShort = await CommandLine.RunAsync(["password", "set", "--data", folder.Path], input: "short\n");
        Assert.Equal((BadUsage, ""), (tooShort.ExitCode, tooShort.Output));
        Assert.Equal(BadUsage, (await CommandLine.RunAsync(run)).ExitCode);

        var set = await CommandLine.RunAsync(["password", "set", "--data", folder.Path], input: "correct horse battery staple\n");
        Assert.Equal((0, ""), (set.ExitCode, set.Error));
        using var process = CommandLine.Start(run);
        try
        {
            using var browser = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await Eventually.Holds(() => IsReadyAsync(browser), "the node is ready");
            using var wrong = await browser.PostAsJsonAsync("api/v1/session", new { password = "correct horse battery stapler" });
            using var right = await browser.PostAsJsonAsync("api/v1/session", new { password = "correct horse battery staple" });
            Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (wrong.StatusCode, right.StatusCode));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task The_exported_friend_list_is_the_seeds_map_and_makes_an_empty_node_the_same_friend_again()
    {
        using var folder = new ScratchFolder();
        var file = Path.Combine(folder.Path, "friends.json");
        await using var anna = await NodeProcess.StartAsync();
        await using var boris = await NodeProcess.StartAsync();
        var (borisAtAnna, annaAtBoris) = await Friends.BecomeAsync(anna, boris);
        await anna.Api.ChangeContactAsync(borisAtAnna, new { nick = "Boris <b>", canResend = false });

        Assert.Equal(new CommandResult(0, "", ""), await anna.CommandAsync("export", file));
        var row = Assert.Single(JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject());
        Assert.Equal(boris.Address, row.Key);
        Assert.Equal(("Boris <b>", 0), ((string)row.Value!["nick"]!, (int)row.Value["can_resend"]!));
        Assert.Matches("^[0-9]+$", (string)row.Value["last_online"]!);
        Assert.Matches("^[0-9]+$", (string)row.Value["last_connect"]!);
        Assert.NotEmpty((string)row.Value["key"]!);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await anna.StopAsync();
        Directory.Delete(anna.DataFolder, recursive: true);
        await anna.StartAgainAsync(afresh: true);
        Assert.Equal(new CommandResult(0, "1 added, 0 were there already\n", ""), await anna.CommandAsync("import", file));
        Assert.Equal(new CommandResult(0, "0 added, 1 were there already\n", ""), await anna.CommandAsync("import", file));

        var again = Assert.Single(await anna.Api.ContactsAsync());
        Assert.Equal((boris.Address, "Boris <b>", "accepted", false), (again.Address, again.Nick, again.State, again.CanResend));
        await anna.Api.SendAsync(again.Id, "Hello again");
        await boris.Api.ReceivesAsync(annaAtBoris, ["Hello again"]);

        // A list holds no keys of the node itself: what is sealed for the old ones she cannot open, and for her friends she is somebody new.
        await boris.Api.SendAsync(annaAtBoris, "Welcome back");
        await boris.Api.ContactBecomesAsync(c => c.Id == annaAtBoris && c.Encryption == "changed", "another than before");
        await boris.Api.DecideAsync(annaAtBoris, "identity", new { take = true });
        await boris.Api.SendAsync(annaAtBoris, "And again");
        await Eventually.Reads(async () => await anna.Api.TextsAsync(again.Id, "in"), texts => texts.Contains("And again"), "she can read it", anna.Evidence);
    }

    [Fact]
    public async Task A_list_written_by_a_seed_peer_is_imported_and_what_cannot_be_read_is_named()
    {
        using var folder = new ScratchFolder();
        var file = Path.Combine(folder.Path, "friends.json");
        await File.WriteAllTextAsync(file, """
            {
              "127.0.0.1:1": {"nick": "One", "last_online": "1700000000", "last_connect": 1700000000, "can_resend": 0, "key": "k", "other_info": "x"},
              "fc00::7": {"nick": "", "last_online": "", "last_connect": "", "can_resend": 1, "key": ""},
              "127.1": {"nick": "no address"}
            }
            """);
        await using var node = await NodeProcess.StartAsync();

        var result = await node.CommandAsync("import", file);

        Assert.Equal((Failed, "2 added, 0 were there already\n"), (result.ExitCode, result.Output));
        Assert.Contains("'127.1'", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        var contacts = await node.Api.ContactsAsync();
        Assert.Equal(["127.0.0.1:1", "fc00::7"], contacts.Select(c => c.Address).Order(StringComparer.Ordinal));
        Assert.Equal([false, true], contacts.OrderBy(c => c.Address, StringComparer.Ordinal).Select(c => c.CanResend));
    }

    private static async Task<string> LinkTokenAsync(NodeProcess node)
    {
        var link = await node.CommandAsync("link");
        Assert.Equal((0, ""), (link.ExitCode, link.Error));
        var start = $"{node.Gui}#t=";
        Assert.StartsWith(start, link.Output, StringComparison.Ordinal);
        return link.Output[start.Length..].TrimEnd('\n');
    }

    private static async Task<HttpStatusCode> SignInAsync(NodeProcess node, object request)
    {
        using var browser = new HttpClient { BaseAddress = node.Gui };
        using var answer = await browser.PostAsJsonAsync("api/v1/session", request);
        return answer.StatusCode;
    }

    private static async Task<bool> IsReadyAsync(HttpClient browser)
    {
        try
        {
            using var answer = await browser.GetAsync(new Uri("health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void AssertUnhealthy(CommandResult result)
    {
        Assert.Equal((Failed, ""), (result.ExitCode, result.Output));
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }
}
