using System.Net;
using System.Net.Sockets;
using System.Text;
using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Lifecycle;

/// <summary>A graceful stop: in time, with exit code 0, and with nothing lost of what was acknowledged.</summary>
public sealed class StopTests
{
    [SkippableTheory]
    [InlineData((int)StopSignal.Terminate)]
    [InlineData((int)StopSignal.Interrupt)]
    public async Task A_signal_ends_the_node_in_the_middle_of_streams_and_requests_and_keeps_what_was_acknowledged(int signal)
    {
        Skip.If(IsIgnored(signal), $"Whoever started the tests has made signal {signal} ignored, which processes inherit.");
        await using var node = await NodeProcess.StartAsync();
        var contact = (await node.Api.AddContactAsync($"127.0.0.1:{Loopback.FreePort(IPAddress.Loopback)}")).Id;
        await using var stream = await NodeEvents.OpenAsync(node.Api);
        Assert.Equal("hello", (await stream.NextAsync())!.Type);
        var poll = PollAsync(node);
        using var halfToOwner = await HalfRequestAsync(new IPEndPoint(IPAddress.Loopback, node.Gui.Port), "PUT", $"/api/v1/contacts/{contact}/messages/x");
        using var halfToPeers = await HalfRequestAsync(node.Peers, "POST", "/");
        var writers = Enumerable.Range(0, 4).Select(writer => WriteUntilTheEndAsync(node, contact, writer)).ToArray();
        await node.Api.ContactBecomesAsync(c => c.Id == contact && c.Outbox >= 40, "written to");

        await node.StopAsync((StopSignal)signal);

        Assert.DoesNotContain("   at ", node.Log, StringComparison.Ordinal);
        await poll;
        while (await stream.NextAsync() is not null)
        {
        }

        var acknowledged = await Task.WhenAll(writers);
        await node.StartAgainAsync();
        var kept = await node.Api.TextsAsync(contact, "out");
        Assert.Equal(kept.Distinct(), kept);
        for (var writer = 0; writer < writers.Length; writer++)
        {
            // One write more may have been committed than its answer could tell.
            var own = kept.Where(text => text.StartsWith($"{writer}:", StringComparison.Ordinal)).ToArray();
            Assert.Equal(acknowledged[writer], own.Take(acknowledged[writer].Count));
            Assert.InRange(own.Length - acknowledged[writer].Count, 0, 1);
        }
    }

    [Fact]
    public async Task A_stop_while_the_node_still_starts_is_a_stop_and_no_crash()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var node = NodeProcess.Launch();
            await Eventually.Holds(() => File.Exists(Path.Combine(node.DataFolder, "journal.db")), "the start is under way", node.Evidence);
            await node.StopAsync();
            Assert.DoesNotContain("   at ", node.Log, StringComparison.Ordinal);
        }
    }

    private static async Task PollAsync(NodeProcess node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "events?timeout=60&since=");
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            using var answered = await node.Api.Client.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            // The node ends the poll by closing the connection.
        }
    }

    private static async Task<Socket> HalfRequestAsync(IPEndPoint to, string method, string path)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {to}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{"));
        return socket;
    }

    /// <summary>Writes one message after the other until the node answers no more; the texts that it acknowledged.</summary>
    private static async Task<IReadOnlyList<string>> WriteUntilTheEndAsync(NodeProcess node, string contact, int writer)
    {
        var acknowledged = new List<string>();
        try
        {
            while (true)
            {
                var text = $"{writer}:{acknowledged.Count}";
                if (await node.Api.TrySendAsync(contact, Guid.CreateVersion7(), text) != HttpStatusCode.Accepted)
                {
                    return acknowledged;
                }

                acknowledged.Add(text);
            }
        }
        catch (HttpRequestException)
        {
            return acknowledged;
        }
    }

    private static bool IsIgnored(int signal)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        return (Convert.ToUInt64(mask.Trim(), 16) >> (signal - 1) & 1) == 1;
    }
}
