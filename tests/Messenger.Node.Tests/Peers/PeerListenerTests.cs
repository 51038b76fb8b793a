using System.Net;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Messenger.Node.Tests.Peers;

public class PeerListenerTests
{
    private const string Ping = """{"action":"ping","key":"k"}""";

    public static TheoryData<string, string, string> Answers => new()
    {
        { nameof(PeerAnswer.Status), "200 OK", "{\"status\":2}" },
        { nameof(PeerAnswer.Statuses), "200 OK", "{\"status\":[1,0]}" },
        { nameof(PeerAnswer.Pong), "200 OK", "{\"action\":\"pong\"}" },
        { nameof(PeerAnswer.Malformed), "400 Bad Request", "\"detail\":\"nonsense\"}" },
        { nameof(PeerAnswer.TooFast), "429 Too Many Requests", "\"error\":\"too_fast\"" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Each_answer_of_the_gateway_has_its_form(string kind, string status, string body)
    {
        PeerAnswer answer = kind switch
        {
            nameof(PeerAnswer.Status) => new PeerAnswer.Status(2),
            nameof(PeerAnswer.Statuses) => new PeerAnswer.Statuses([1, 0]),
            nameof(PeerAnswer.Pong) => new PeerAnswer.Pong(),
            nameof(PeerAnswer.Malformed) => new PeerAnswer.Malformed("nonsense"),
            _ => new PeerAnswer.TooFast(TimeSpan.FromSeconds(1.5)),
        };
        await using var node = await RunningListener.StartAsync(answer);
        var response = await node.PostAsync(Ping);
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", response);
        Assert.Contains("Content-Type: application/json\r\n", response);
        Assert.EndsWith(body, response[..(response.IndexOf(body, StringComparison.Ordinal) + body.Length)]);
        Assert.Equal(answer is PeerAnswer.TooFast, response.Contains("Retry-After: 2\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("Server:", response);
    }

    [Fact]
    public async Task An_unknown_outcome_closes_the_connection_without_a_word()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Unknown());
        Assert.Equal("", await node.PostAsync(Ping));
    }

    [Fact]
    public async Task A_gateway_that_fails_closes_the_connection_without_a_word()
    {
        await using var node = await RunningListener.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        Assert.Equal("", await node.PostAsync(Ping));
        Assert.Single(node.Seen);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 27\r\n\r\n" + Ping)]
    [InlineData("POST / HTTP/1.0\r\nContent-Length: 27\r\n\r\n" + Ping)]
    [InlineData("POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1B\r\n" + Ping + "\r\n0\r\n\r\n")]
    [InlineData("GET /?action=ping&key=k HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 17\r\n\r\naction=ping&key=k")]
    public async Task A_request_is_understood_in_every_tolerated_form(string request)
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        Assert.Contains(" 200 OK\r\n", await node.ExchangeAsync(request));
        Assert.Equal((new PingRequest(null, "k"), IPAddress.Loopback), Assert.Single(node.Seen));
    }

    [Fact]
    public async Task The_source_of_an_ipv4_caller_is_an_ipv4_address_on_a_listener_for_both()
    {
        await using var node = await RunningListener.StartAsync(
            (_, _, _) => Task.FromResult<PeerAnswer>(new PeerAnswer.Pong()), address: IPAddress.IPv6Any);
        Assert.Contains(" 200 OK\r\n", await node.PostAsync(Ping));
        Assert.Equal(IPAddress.Loopback, Assert.Single(node.Seen).Source);
        Assert.Contains(new IPEndPoint(IPAddress.Loopback, node.Port), node.Listener.OwnEndpoints([]));
        Assert.Contains(new IPEndPoint(IPAddress.IPv6Loopback, 7451), node.Listener.OwnEndpoints([new(IPAddress.IPv6Loopback, 7451)]));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "404")]
    [InlineData("GET /index.html HTTP/1.1", "404")]
    [InlineData("GET /api/v1/node HTTP/1.1", "404")]
    [InlineData("POST /send HTTP/1.1", "404")]
    [InlineData("POST //?action=ping HTTP/1.1", "404")]
    [InlineData("PUT / HTTP/1.1", "405")]
    [InlineData("DELETE / HTTP/1.1", "405")]
    [InlineData("HEAD / HTTP/1.1", "405")]
    [InlineData("OPTIONS / HTTP/1.1", "405")]
    [InlineData("TRACE / HTTP/1.1", "405")]
    [InlineData("DANCE / HTTP/1.1", "405")]
    [InlineData("GET /?action=ping HTTP/1.1\r\nOrigin: http://evil.example", "403")]
    [InlineData("GET /?action=ping HTTP/1.1\r\norigin: null", "403")]
    [InlineData("GET /?action=ping HTTP/1.1\r\nSec-Fetch-Site: same-origin", "403")]
    [InlineData("GET /?action=ping HTTP/1.1\r\nsec-fetch-mode: no-cors", "403")]
    [InlineData("GET /?action=dance HTTP/1.1", "400")]
    [InlineData("GET /?x=1 HTTP/1.1", "400")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 0", "400")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 99999999999", "413")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: -1", "400")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", "400")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: gzip", "400")]
    [InlineData("GET /?action=ping HTTP/1.1\r\nHost: two", "400")]
    [InlineData("GET /?action=ping HTTP/3.0", "505")]
    [InlineData("garbage", "400")]
    [InlineData("GET /?action=ping HTTP/1.1\r\nbad header", "400")]
    [InlineData("GET /\0 HTTP/1.1", "400")]
    public async Task Whatever_else_is_asked_is_refused_and_never_reaches_the_gateway(string start, string status)
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        var response = await node.ExchangeAsync(start + "\r\nHost: node\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", response);
        Assert.Equal(status == "405", response.Contains("Allow: GET, POST\r\n", StringComparison.Ordinal));
        Assert.Empty(node.Seen);
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("1\r\n{x\r\n")]
    public async Task A_body_in_bad_chunks_is_a_400(string chunks)
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        var response = await node.ExchangeAsync("POST / HTTP/1.1\r\nHost: node\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        Assert.StartsWith("HTTP/1.1 400 ", response);
        Assert.Contains("{\"status\":0,", response);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"action\":\"ping\",\"action\":\"ping\"}")]
    [InlineData("{\"action\":\"dance\"}")]
    [InlineData("{\"action\":\"send\",\"message\":\"\\u0000\"}")]
    [InlineData("\u001f\u008b\b\0")]
    public async Task A_malformed_body_is_a_400_that_also_says_status_0(string body)
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        var response = await node.PostAsync(body, "Content-Encoding: gzip\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", response);
        Assert.Contains("{\"status\":0,\"error\":", response);
        Assert.Empty(node.Seen);
    }

    [Fact]
    public async Task Bodies_and_headers_beyond_the_limits_are_refused()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        Assert.StartsWith("HTTP/1.1 413 ", await node.PostAsync($$"""{"action":"ping","x":"{{new string('x', 1024)}}"}"""));
        Assert.StartsWith("HTTP/1.1 413 ", await node.PostAsync($$"""{"action":"send","message":"{{new string('x', 70_000)}}"}"""));
        Assert.StartsWith("HTTP/1.1 431 ", await node.PostAsync(Ping, $"X: {new string('x', 9000)}\r\n"));
        Assert.StartsWith("HTTP/1.1 414 ", await node.ExchangeAsync($"GET /?action=ping&x={new string('x', 9000)} HTTP/1.1\r\nHost: n\r\n\r\n"));
        Assert.Empty(node.Seen);
    }

    [Fact]
    public async Task A_connection_is_kept_for_the_next_request()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        using var connection = await node.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await connection.WriteAsync($"POST / HTTP/1.1\r\nHost: n\r\nContent-Length: {Ping.Length}\r\n\r\n{Ping}");
            Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadUntilAsync("\"pong\"}"));
        }

        Assert.Equal(3, node.Seen.Count);
    }

    [Fact]
    public async Task The_environment_adds_no_listener()
    {
        string[] names = ["Kestrel__Endpoints__Extra__Url", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "URLS"];
        foreach (var name in names)
        {
            Environment.SetEnvironmentVariable(name, name == "ASPNETCORE_HTTP_PORTS" ? "0" : "http://127.0.0.1:0");
        }

        try
        {
            await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
            Assert.Equal([new IPEndPoint(IPAddress.Loopback, node.Port)], node.Listener.Bound.ToArray());
        }
        finally
        {
            foreach (var name in names)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_at_start()
    {
        await using var first = await RunningListener.StartAsync(new PeerAnswer.Pong());
        await using var second = new PeerListener(first, [first.Listener.Bound[0]], new PeerLimits(), TimeProvider.System, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));
    }
}
