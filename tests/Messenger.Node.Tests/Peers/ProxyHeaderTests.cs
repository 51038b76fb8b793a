using System.Net;
using Messenger.Node.Peers;

namespace Messenger.Node.Tests.Peers;

public sealed class ProxyHeaderTests
{
    private const string Ping = "POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nContent-Length: 27\r\n\r\n{\"action\":\"ping\",\"key\":\"k\"}";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 40000 7450", "192.0.2.7:40000")]
    [InlineData("PROXY TCP6 fc00::7 fc00::1 40000 7450", "[fc00::7]:40000")]
    [InlineData("PROXY UNKNOWN", null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 1 2", null)]
    public void The_line_names_the_caller(string line, string? caller)
    {
        Assert.True(ProxyHeader.TryParse(line, out var source));
        Assert.Equal(caller is null ? null : IPEndPoint.Parse(caller), source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 40000")]
    [InlineData("PROXY TCP4 nobody 10.0.0.1 40000 7450")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 70000 7450")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 -1 7450")]
    [InlineData("POST / HTTP/1.1")]
    public void Any_other_line_names_nobody(string line) => Assert.False(ProxyHeader.TryParse(line, out _));

    [Fact]
    public async Task Who_calls_by_a_proxy_is_who_the_proxy_says()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), proxies: [IPAddress.Loopback]);

        Assert.StartsWith("HTTP/1.1 200", await node.ExchangeAsync($"PROXY TCP4 192.0.2.7 127.0.0.1 40000 7450\r\n{Ping}"), StringComparison.Ordinal);
        Assert.Equal(IPAddress.Parse("192.0.2.7"), Assert.Single(node.Seen).Source);
    }

    [Fact]
    public async Task A_proxy_that_does_not_say_for_whom_it_calls_is_not_heard()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), proxies: [IPAddress.Loopback]);

        Assert.Equal("", await node.ExchangeAsync(Ping));
        Assert.Equal("", await node.ExchangeAsync(new string('x', 300)));
        Assert.Empty(node.Seen);
    }

    [Fact]
    public async Task Nobody_else_is_believed()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), proxies: [IPAddress.Parse("192.0.2.1")]);

        Assert.StartsWith("HTTP/1.1 400", await node.ExchangeAsync($"PROXY TCP4 192.0.2.7 127.0.0.1 40000 7450\r\n{Ping}"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await node.ExchangeAsync(Ping), StringComparison.Ordinal);
        Assert.Equal(IPAddress.Loopback, Assert.Single(node.Seen).Source);
    }
}
