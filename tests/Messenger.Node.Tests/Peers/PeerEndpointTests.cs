using System.Net;
using System.Net.Sockets;
using Messenger.Node.Peers;
using Messenger.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Messenger.Node.Tests.Peers;

public class PeerEndpointTests
{
    [Fact]
    public async Task A_caller_that_resets_its_connection_is_nothing_to_report()
    {
        var log = new CountingLogger();
        using var endpoint = new PeerEndpoint(new SilentGateway(), new PeerLimits(), TimeProvider.System, log);
        var context = new DefaultHttpContext { Request = { Method = "POST", Path = "/", Body = new ResetStream(), ContentLength = 100 } };
        await endpoint.HandleAsync(context);
        Assert.Equal(0, log.Written);
    }

    // The reading of a body can learn of the reset before the request's own token does.
    private sealed class ResetStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new ConnectionResetException("Connection reset by peer", new SocketException((int)SocketError.ConnectionReset));
    }

    private sealed class SilentGateway : IPeerGateway
    {
        public Task<PeerAnswer> HandleAsync(PeerRequest request, IPAddress source, CancellationToken cancellation) =>
            throw new InvalidOperationException("No request was read.");
    }

    private sealed class CountingLogger : ILogger<PeerEndpoint>
    {
        public int Written { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written++;
    }
}
