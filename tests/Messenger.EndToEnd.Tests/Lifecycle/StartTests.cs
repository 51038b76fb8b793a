using System.Net;
using System.Net.Sockets;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Lifecycle;

/// <summary>How `run` begins, and how it says that it cannot.</summary>
public sealed class StartTests
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    [Fact]
    public async Task Run_says_what_friends_dial_where_the_data_is_how_to_sign_in_and_how_to_stop()
    {
        await using var node = await NodeProcess.StartAsync();

        await Eventually.Holds(() => node.Output.Contains("Stop with Ctrl+C", StringComparison.Ordinal), "the start message", node.Evidence);

        Assert.Contains($"Friends dial:    {node.Address}", node.Output, StringComparison.Ordinal);
        Assert.Contains(node.DataFolder, node.Output, StringComparison.Ordinal);
        Assert.Contains($"{node.Gui}#t=", node.Output, StringComparison.Ordinal);
        Assert.Empty(node.Log);
    }

    [Theory]
    [InlineData("run", "--no-such-option", "1")]
    [InlineData("--no-such-option")]
    [InlineData("no-such-command")]
    [InlineData("run", "--peer-listen")]
    [InlineData("run", "--peer-listen", "7450")]
    [InlineData("run", "--address", "127.1")]
    [InlineData("run", "--gui-listen", "localhost:7451")]
    [InlineData("run", "--gui-host", "*")]
    [InlineData("run", "--config", "/no/such/file.json")]
    [InlineData("run", "--relay", "maybe\nnot")]
    [InlineData("token", "add")]
    [InlineData("token")]
    public async Task A_bad_command_line_is_one_line_and_exit_code_2(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(arguments);

        Assert.Equal((BadUsage, ""), (result.ExitCode, result.Output));
        AssertOneLine(result.Error);
    }

    [Theory]
    [InlineData("--peer-listen")]
    [InlineData("--gui-listen")]
    public async Task A_port_in_use_is_one_line_that_names_it_and_exit_code_1(string option)
    {
        using var folder = new ScratchFolder();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string[] listeners = [taken.LocalEndPoint!.ToString()!, $"127.0.0.1:{Loopback.FreePort(IPAddress.Loopback)}"];
        if (option == "--gui-listen")
        {
            Array.Reverse(listeners);
        }

        var result = await CommandLine.RunAsync("run", "--data", folder.Path, "--peer-listen", listeners[0], "--gui-listen", listeners[1]);

        Assert.Equal((Failed, ""), (result.ExitCode, result.Output));
        AssertOneLine(result.Error);
        Assert.Contains(taken.LocalEndPoint.ToString()!, result.Error, StringComparison.Ordinal);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_data_folder_is_refused_with_one_line_and_the_first_one_goes_on()
    {
        await using var node = await NodeProcess.StartAsync();

        var second = await CommandLine.RunAsync(
            "run", "--data", node.DataFolder, "--peer-listen", FreeListener(), "--gui-listen", FreeListener());

        Assert.Equal((Failed, ""), (second.ExitCode, second.Output));
        AssertOneLine(second.Error);
        Assert.Contains($"{node.DataFolder} is in use by another node, process ", second.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await node.CommandAsync("health")).ExitCode);
        await node.StopAsync();
    }

    private static string FreeListener() => $"127.0.0.1:{Loopback.FreePort(IPAddress.Loopback)}";

    private static void AssertOneLine(string error)
    {
        Assert.EndsWith("\n", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }
}
