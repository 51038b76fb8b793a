using System.Net;
using System.Net.Sockets;
using System.Text;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Node.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests.Peers;

public class HostilePeerTests
{
    private static readonly PeerCall Ping = new PeerCall.Ping("fc00::1", "k");
    private static readonly byte[] Junk = [.. Enumerable.Repeat((byte)'x', 8192)];

    [Theory]
    [InlineData("")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":1}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sta")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("\0\0\0\0")]
    public async Task A_broken_response_is_no_answer(string response)
    {
        await using var server = new RawServer(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(response), cancellation);
            stream.Socket.Shutdown(SocketShutdown.Send);
        });
        Assert.NotEmpty(Assert.IsType<PeerReply.NoAnswer>(await CallAsync(server)).Reason);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX: ", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n{\"status\":1,\"x\":\"", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n{\"status\":1,\"x\":\"", true)]
    [InlineData("HTTP/1.1 400 Bad\r\nX: ", false)]
    public async Task An_endless_response_is_hung_up_on(string start, bool body)
    {
        var hungUp = new TaskCompletionSource();
        long sent = 0;
        await using var server = new RawServer(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(start), cancellation);
            try
            {
                while (true)
                {
                    await stream.WriteAsync(Junk, cancellation);
                    sent += Junk.Length;
                }
            }
            catch (IOException)
            {
                hungUp.SetResult();
            }
        });
        var reply = await CallAsync(server);
        Assert.True(body ? reply is PeerReply.WrongShape : reply is PeerReply.NoAnswer, reply.ToString());
        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(sent, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Endless_header_lines_are_hung_up_on()
    {
        var hungUp = new TaskCompletionSource();
        await using var server = new RawServer(async (stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellation);
            try
            {
                for (var i = 0; ; i++)
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"X-{i}: y\r\n"), cancellation);
                }
            }
            catch (IOException)
            {
                hungUp.SetResult();
            }
        });
        Assert.IsType<PeerReply.NoAnswer>(await CallAsync(server));
        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"status\"")]
    public async Task A_peer_that_falls_silent_is_given_up_after_fifteen_seconds(string start)
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer(async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(start), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        });
        var reply = CallAsync(server, time);
        await server.Asked;
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(reply.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new PeerReply.NoAnswer("No answer came within 15 seconds."), await reply.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_call_ends_when_the_node_stops()
    {
        await using var server = new RawServer((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        using var stopping = new CancellationTokenSource();
        using var client = new PeerClient(new PeerLimits(), () => [], TimeProvider.System);
        var reply = client.CallAsync(Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, Ping, stopping.Token);
        await server.Asked;
        await stopping.CancelAsync();
        Assert.IsType<PeerReply.NoAnswer>(await reply.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task<PeerReply> CallAsync(RawServer server, TimeProvider? time = null)
    {
        using var client = new PeerClient(new PeerLimits(), () => [], time ?? TimeProvider.System);
        return await client.CallAsync(Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, Ping, CancellationToken.None);
    }
}
