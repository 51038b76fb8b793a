using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Lifecycle;

/// <summary>What `--contacts` gives to a node that has no contacts.</summary>
public sealed class FirstContactsTests
{
    private const int BadUsage = 2;

    [Fact]
    public async Task A_node_without_contacts_starts_with_the_friends_of_the_list_and_talks_to_them_at_once()
    {
        using var folder = new ScratchFolder();
        await using var boris = await NodeProcess.StartAsync();
        var list = await WriteAsync(folder, $$"""{"{{boris.Address}}": {"nick": "Boris", "key": "anna to boris", "issued_key": "boris to anna"} }""");
        await using var anna = await NodeProcess.StartAsync(new() { Options = ["--contacts", list] });
        var borisAtAnna = Assert.Single(await anna.Api.ContactsAsync());
        Assert.Equal((boris.Address, "Boris", "accepted"), (borisAtAnna.Address, borisAtAnna.Nick, borisAtAnna.State));

        await WriteAsync(folder, $$"""{"{{anna.Address}}": {"nick": "Anna", "key": "boris to anna", "issued_key": "anna to boris"} }""");
        Assert.Equal(0, (await boris.CommandAsync("import", list)).ExitCode);
        var annaAtBoris = Assert.Single(await boris.Api.ContactsAsync());

        await anna.Api.SendAsync(borisAtAnna.Id, "Hello, Boris");
        await boris.Api.ReceivesAsync(annaAtBoris.Id, ["Hello, Boris"]);
        await boris.Api.SendAsync(annaAtBoris.Id, "Hello, Anna");
        await anna.Api.ReceivesAsync(borisAtAnna.Id, ["Hello, Anna"]);
    }

    [Fact]
    public async Task A_node_with_contacts_keeps_them_as_they_are()
    {
        using var folder = new ScratchFolder();
        var list = await WriteAsync(folder, """{"127.0.0.1:1": {"nick": "One", "key": "k"}}""");
        await using var node = await NodeProcess.StartAsync(new() { Options = ["--contacts", list] });
        await node.Api.ChangeContactAsync(Assert.Single(await node.Api.ContactsAsync()).Id, new { nick = "The one" });
        await node.StopAsync();
        await WriteAsync(folder, """{"127.0.0.1:1": {"nick": "One", "key": "k"}, "127.0.0.1:2": {"nick": "Two", "key": "l"}}""");

        await node.StartAgainAsync();

        Assert.Equal("The one", Assert.Single(await node.Api.ContactsAsync()).Nick);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"127.0.0.1:1": {"nick": "One"}, "127.1": {"nick": "no\naddress"}}""")]
    [InlineData("""{"127.0.0.1:1": {"nick": "\ud800"}}""")]
    [InlineData("""{"\ud800": {}}""")]
    [InlineData(null)]
    public async Task A_list_that_cannot_be_read_is_one_line_and_exit_code_2(string? content)
    {
        using var folder = new ScratchFolder();
        var list = content is null ? Path.Combine(folder.Path, "none.json") : await WriteAsync(folder, content);

        var result = await CommandLine.RunAsync(
            "run", "--data", Path.Combine(folder.Path, "data"), "--peer-listen", FreeListener(), "--gui-listen", FreeListener(), "--contacts", list);

        Assert.Equal((BadUsage, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"--contacts: cannot read {list}: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    private static async Task<string> WriteAsync(ScratchFolder folder, string list)
    {
        var file = Path.Combine(folder.Path, "friends.json");
        await File.WriteAllTextAsync(file, list);
        return file;
    }

    private static string FreeListener() => $"127.0.0.1:{Loopback.FreePort(System.Net.IPAddress.Loopback)}";
}
