using System.Net;
using System.Text;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Microsoft.Extensions.Time.Testing;
using PeerReply = Messenger.Actors.Ports.PeerReply;

namespace Messenger.Node.Tests.Peers;

public class PeerClientTests
{
    private static readonly OutgoingMessage Message = new("fc00::1", "fc00::2", "привет", "1700000000.000001", "");
    private static readonly PeerCall Ping = new PeerCall.Ping("fc00::1", "k");
    private static readonly PeerCall Send = new PeerCall.Send("fc00::1", "k", Message);
    private static readonly PeerCall Three = new PeerCall.History("fc00::1", "k", [Message, Message, Message]);

    public static TheoryData<PeerCall, string> Calls => new()
    {
        { new PeerCall.Handshake("fc00::1", "new", "Аня", "old"), """{"action":"handshake","from":"fc00::1","nick":"Аня","proof":"old","key":"new"}""" },
        { new PeerCall.Handshake("fc00::1", "new", "", null) { Invite = "code" }, """{"action":"handshake","from":"fc00::1","nick":"","key":"new","invite":"code"}""" },
        { Ping, """{"action":"ping","from":"fc00::1","key":"k"}""" },
        { new PeerCall.Ping("fc00::1", ""), """{"action":"ping","from":"fc00::1"}""" },
        { Send, """{"action":"send","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}""" },
        {
            new PeerCall.Resend("fc00::9", "k", Message),
            """{"action":"resend","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}"""
        },
        {
            new PeerCall.History("fc00::1", "k", [Message]),
            """{"action":"history","from":"fc00::1","key":"k","messages":[{"action":"send","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_is_a_plain_post_of_json(PeerCall call, string body)
    {
        await using var server = new RawServer(RawServer.Ok("{\"status\":0}"));
        await CallAsync(server, call);
        var parts = Assert.Single(server.Requests).Split("\r\n\r\n");
        Assert.Equal(
            ["POST / HTTP/1.1", $"Host: 127.0.0.1:{server.Port}", "Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"],
            parts[0].Split("\r\n"));
        Assert.Equal(body, parts[1]);
    }

    [Fact]
    public async Task An_ipv6_address_stands_in_brackets_in_the_host_header()
    {
        await using var server = new RawServer(
            (stream, cancellation) => stream.WriteAsync(Encoding.UTF8.GetBytes(RawServer.Ok("{\"status\":1}")), cancellation).AsTask(), IPAddress.IPv6Loopback);
        using var client = Client();
        var reply = await client.CallAsync(Address.Parse($"[::1]:{server.Port}"), DialTrust.Confirmed, Send, CancellationToken.None);
        Assert.Equal(new PeerReply.Status(1), reply);
        Assert.Contains($"\r\nHost: [::1]:{server.Port}\r\n", Assert.Single(server.Requests));
    }

    [Theory]
    [InlineData("{\"status\":1}", 1)]
    [InlineData("{\"status\":\"1\"}", 1)]
    [InlineData("{\"status\":true,\"more\":[1]}", 1)]
    [InlineData("{\"status\":5}", 5)]
    public async Task A_status_is_reported(string body, int status)
    {
        Assert.Equal(new PeerReply.Status(status), await AnswerAsync(RawServer.Ok(body), Send));
        Assert.Equal(new PeerReply.Status(status), await AnswerAsync(RawServer.Ok(body), Ping));
    }

    [Fact]
    public async Task A_pong_is_reported() =>
        Assert.Equal(new PeerReply.Pong(), await AnswerAsync(RawServer.Ok("{\"action\":\"pong\"}"), Ping));

    [Fact]
    public async Task A_history_is_answered_item_by_item()
    {
        var statuses = Assert.IsType<PeerReply.Statuses>(await AnswerAsync(RawServer.Ok("{\"status\":[1,\"0\",true]}"), Three));
        Assert.Equal([1, 0, 1], statuses.Values.ToArray());
    }

    [Theory]
    [InlineData("{\"status\":[1,1]}")]
    [InlineData("{\"status\":[1,1,1,1]}")]
    [InlineData("{\"status\":[]}")]
    [InlineData("{\"status\":1}")]
    [InlineData("{\"status\":[1,1,{}]}")]
    [InlineData("{\"status\":{\"0\":1}}")]
    [InlineData("{\"action\":\"pong\"}")]
    public async Task A_history_answered_otherwise_has_the_wrong_shape(string body) =>
        Assert.IsType<PeerReply.WrongShape>(await AnswerAsync(RawServer.Ok(body), Three));

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("<html>")]
    [InlineData("{\"status\":[1]}")]
    [InlineData("{\"status\":{}}")]
    [InlineData("{\"action\":\"pong\"}")]
    [InlineData("{\"status\":1,\"x\":[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("{\"status\":1")]
    public async Task A_send_answered_otherwise_has_the_wrong_shape(string body) =>
        Assert.IsType<PeerReply.WrongShape>(await AnswerAsync(RawServer.Ok(body), Send));

    [Fact]
    public async Task What_we_send_our_own_listener_understands()
    {
        await using var node = await RunningListener.StartAsync((request, _, _) => Task.FromResult<PeerAnswer>(request switch
        {
            PingRequest => new PeerAnswer.Pong(),
            HistoryRequest history => new PeerAnswer.Statuses([.. history.Items.Select(_ => 1)]),
            _ => new PeerAnswer.Status(1),
        }));
        using var client = Client();
        var address = Address.Parse($"127.0.0.1:{node.Port}");
        foreach (var row in Calls)
        {
            var reply = await client.CallAsync(address, DialTrust.Confirmed, (PeerCall)row[0]!, CancellationToken.None);
            Assert.True(reply is PeerReply.Pong or PeerReply.Status(1) or PeerReply.Statuses, reply.ToString());
        }

        Assert.Equal(Calls.Count, node.Seen.Count);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad", 400, null)]
    [InlineData("HTTP/1.1 403 No", 403, null)]
    [InlineData("HTTP/1.1 500 Oops", 500, null)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: 7", 429, 7)]
    [InlineData("HTTP/1.1 503 Slow\r\nRetry-After: 0", 503, 0)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: 999999", 429, 3600)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: -5", 429, null)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: soon", 429, null)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: 99999999999999999999", 429, null)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: Sat, 01 Jan 2000 00:00:30 GMT", 429, 30)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: Fri, 31 Dec 1999 00:00:00 GMT", 429, 0)]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: Fri, 31 Dec 2100 00:00:00 GMT", 429, 3600)]
    public async Task An_http_error_is_reported_with_the_wait_it_asks_for(string head, int status, int? seconds)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = new RawServer(RawServer.Ok("{\"status\":1}", head));
        Assert.Equal(
            new PeerReply.Rejected(status, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null),
            await CallAsync(server, Send, time));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var target = new RawServer(RawServer.Ok("{\"status\":1}"));
        foreach (var status in (int[])[301, 302, 303, 307, 308])
        {
            var redirect = RawServer.Ok("", $"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{target.Port}/");
            Assert.Equal(new PeerReply.Rejected(status, null), await AnswerAsync(redirect, Send));
        }

        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task Connections_are_kept_and_cookies_are_not()
    {
        await using var server = new RawServer(RawServer.Ok("{\"status\":1}", "HTTP/1.1 200 OK\r\nSet-Cookie: a=b"));
        using var client = Client();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                new PeerReply.Status(1),
                await client.CallAsync(Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, Send, CancellationToken.None));
        }

        Assert.Equal(1, server.Connections);
        Assert.DoesNotContain(server.Requests, request => request.Contains("Cookie", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_refused_connection_and_an_unknown_name_are_said_plainly()
    {
        var closed = new RawServer("");
        var port = closed.Port;
        await closed.DisposeAsync();
        using var client = new PeerClient(
            new PeerLimits(), () => [], TimeProvider.System, (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        Assert.Equal(
            new PeerReply.NoAnswer("The connection was refused."),
            await client.CallAsync(Address.Parse($"127.0.0.1:{port}"), DialTrust.Confirmed, Send, CancellationToken.None));
        Assert.Equal(
            new PeerReply.NoAnswer("The host name is not known."),
            await client.CallAsync(Address.Parse("nowhere.example"), DialTrust.Confirmed, Send, CancellationToken.None));
    }

    private static async Task<PeerReply> AnswerAsync(string answer, PeerCall call)
    {
        await using var server = new RawServer(answer);
        return await CallAsync(server, call);
    }

    private static async Task<PeerReply> CallAsync(RawServer server, PeerCall call, TimeProvider? time = null)
    {
        using var client = Client(time);
        return await client.CallAsync(Address.Parse($"127.0.0.1:{server.Port}"), DialTrust.Confirmed, call, CancellationToken.None);
    }

    private static PeerClient Client(TimeProvider? time = null) => new(new PeerLimits(), () => [], time ?? TimeProvider.System);
}
