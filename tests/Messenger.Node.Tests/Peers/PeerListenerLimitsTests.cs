using System.Net;
using Messenger.Node.Peers;
using Messenger.Node.Tests.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests.Peers;

public class PeerListenerLimitsTests
{
    private const string Ping = """{"action":"ping"}""";
    private const string Expecting = "POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nExpect: 100-continue\r\n";
    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    [Fact]
    public async Task One_address_has_eight_connections_and_gets_a_new_one_for_each_it_gives_up()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong());
        var open = new List<RawConnection>();
        for (var i = 0; i < 8; i++)
        {
            var connection = await node.ConnectAsync();
            open.Add(connection);
            await connection.WriteAsync($"POST / HTTP/1.1\r\nHost: n\r\nContent-Length: {Ping.Length}\r\n\r\n{Ping}");
            await connection.ReadUntilAsync("\"pong\"}");
        }

        Assert.Equal("", await node.PostAsync(Ping));
        open[0].Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await node.PostAsync(Ping) == "")
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        open.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task All_addresses_together_have_a_limit_too()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), new PeerLimits { Connections = 1 });
        using var connection = await node.ConnectAsync();
        await connection.WriteAsync($"POST / HTTP/1.1\r\nHost: n\r\nContent-Length: {Ping.Length}\r\n\r\n{Ping}");
        await connection.ReadUntilAsync("\"pong\"}");
        Assert.Equal("", await node.PostAsync(Ping));
    }

    [Fact]
    public async Task Headers_that_never_end_are_cut_off()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), new PeerLimits { HeadersTimeout = TimeSpan.FromSeconds(1) });
        Assert.StartsWith("HTTP/1.1 408 ", await node.ExchangeAsync("POST / HTTP/1.1\r\nHost: n\r\n"));
    }

    [Fact]
    public async Task A_body_that_trickles_is_cut_off()
    {
        await using var node = await RunningListener.StartAsync(
            new PeerAnswer.Pong(), new PeerLimits { RateGracePeriod = TimeSpan.FromSeconds(1.1) });
        Assert.StartsWith("HTTP/1.1 408 ", await node.ExchangeAsync("POST / HTTP/1.1\r\nHost: n\r\nContent-Length: 27\r\n\r\n{"));
        Assert.Empty(node.Seen);
        Assert.Equal(["too_slow"], node.Unread);
    }

    [Fact]
    public async Task A_body_has_a_time_in_all_and_to_pass_it_is_no_failure_of_the_node()
    {
        var time = new FakeTimeProvider();
        using var log = new LogInMemory();
        using var loggers = new LoggerFactory([log]);
        await using var node = await RunningListener.StartAsync((_, _, _) => Task.FromResult<PeerAnswer>(new PeerAnswer.Pong()), time: time, loggers: loggers);
        using var connection = await node.ConnectAsync();
        await connection.WriteAsync(Expecting + "Content-Length: 100\r\n\r\n");
        Assert.Equal(Continue, await connection.ReadUntilAsync("\r\n\r\n"));
        time.Advance(new PeerLimits().BodyTimeout);
        Assert.StartsWith("HTTP/1.1 408 ", await connection.ReadToEndAsync());
        Assert.Equal(["too_slow"], node.Unread);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_no_answer()
    {
        var time = new FakeTimeProvider();
        var reached = new TaskCompletionSource<CancellationToken>();
        await using var node = await RunningListener.StartAsync(
            (_, _, cancellation) =>
            {
                reached.SetResult(cancellation);
                return new TaskCompletionSource<PeerAnswer>().Task;
            },
            time: time);
        var response = node.PostAsync(Ping);
        var cancelled = await reached.Task;
        time.Advance(new PeerLimits().HandlerTimeout);
        Assert.Equal("", await response);
        Assert.True(cancelled.IsCancellationRequested);
    }

    [Fact]
    public async Task Only_so_many_large_bodies_are_read_at_once()
    {
        await using var node = await RunningListener.StartAsync(new PeerAnswer.Pong(), new PeerLimits { LargeBodies = 1 });
        using var first = await node.ConnectAsync();
        await first.WriteAsync(Expecting + "Transfer-Encoding: chunked\r\n\r\n");
        Assert.Equal(Continue, await first.ReadUntilAsync("\r\n\r\n"));

        using var second = await node.ConnectAsync();
        await second.WriteAsync(Expecting + "Content-Length: 1000000\r\n\r\n");
        var refused = await second.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 429 ", refused);
        Assert.Contains("Retry-After: 5\r\n", refused);
        Assert.Equal(["busy"], node.Unread);
        Assert.StartsWith("HTTP/1.1 200 ", await node.PostAsync(Ping));

        await first.WriteAsync($"{Ping.Length:x}\r\n{Ping}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await first.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 200 ", await node.ExchangeAsync(
            $"POST / HTTP/1.1\r\nHost: n\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{Ping.Length:x}\r\n{Ping}\r\n0\r\n\r\n"));
    }

    [Fact]
    public async Task A_caller_that_goes_away_frees_the_gateway()
    {
        var reached = new TaskCompletionSource<CancellationToken>();
        await using var node = await RunningListener.StartAsync((_, _, cancellation) =>
        {
            reached.SetResult(cancellation);
            return new TaskCompletionSource<PeerAnswer>().Task;
        });
        var gone = new TaskCompletionSource();
        using (var connection = await node.ConnectAsync())
        {
            await connection.WriteAsync(RawConnection.Post(Ping));
            (await reached.Task).Register(gone.SetResult);
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
