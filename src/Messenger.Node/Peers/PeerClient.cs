using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Protocol;

namespace Messenger.Node.Peers;

/// <summary>
/// Calls other nodes: <c>POST /</c> with JSON over HTTP/1.1. No redirects, proxy, cookies or decompression, and bounded in time and size:
/// a reply is as hostile as a request (design page "security", Dialing).
/// </summary>
internal sealed class PeerClient : IPeerTransport, IDisposable
{
    private readonly PeerLimits _limits;
    private readonly TimeProvider _time;

    // A connection that was opened for a trusted address must never serve a call to a learned one.
    private readonly EgressConnector _confirmed;
    private readonly EgressConnector _learned;

    // Nor may one that was checked against one certificate serve a call that demands another. There are as many as friends with one.
    private readonly ConcurrentDictionary<(DialTrust Trust, string? Certificate), HttpMessageInvoker> _invokers = [];
    private readonly string? _certificate;

    /// <param name="limits">Times and sizes.</param>
    /// <param name="ownEndpoints">What this node listens on, asked at each connection.</param>
    /// <param name="time">The clock of the whole call.</param>
    /// <param name="resolve">Names to addresses; the system's resolver when null.</param>
    /// <param name="certificate">The hash of the certificate that friends meet where they dial this node, if they do.</param>
    public PeerClient(
        PeerLimits limits,
        Func<IReadOnlyCollection<IPEndPoint>> ownEndpoints,
        TimeProvider time,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        string? certificate = null)
    {
        _limits = limits;
        _time = time;
        resolve ??= Dns.GetHostAddressesAsync;
        _confirmed = new EgressConnector(DialTrust.Confirmed, ownEndpoints, resolve, limits.ConnectTimeout);
        _learned = new EgressConnector(DialTrust.Learned, ownEndpoints, resolve, limits.ConnectTimeout);
        _certificate = certificate;
    }

    /// <inheritdoc/>
    public async Task<PeerReply> CallAsync(Address address, DialTrust trust, PeerCall call, CancellationToken cancellation)
    {
        using var request = Request(address, call);
        using var timeout = new CancellationTokenSource(_limits.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var invoker = _invokers.GetOrAdd((trust, address.CertificateHash), Invoker);
            using var response = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
            return (int)response.StatusCode switch
            {
                >= 200 and <= 299 => await ReadAsync(response.Content, call, either.Token).ConfigureAwait(false),
                >= 300 and <= 599 and var status => new PeerReply.Rejected(status, RetryAfter(response.Headers.RetryAfter)),
                var status => new PeerReply.NoAnswer($"The answer has the HTTP status {status}, which does not exist."),
            };
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            return new PeerReply.NoAnswer("The call was given up.");
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            return new PeerReply.NoAnswer($"No answer came within {_limits.CallTimeout.TotalSeconds:0} seconds.");
        }
        catch (Exception problem)
        {
            // Not a list of types: the port promises an answer whatever a peer does to the client underneath.
            return new PeerReply.NoAnswer(Reason(problem));
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in _invokers.Values)
        {
            invoker.Dispose();
        }
    }

    private HttpMessageInvoker Invoker((DialTrust Trust, string? Certificate) to) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = (to.Trust == DialTrust.Confirmed ? _confirmed : _learned).ConnectAsync,
        SslOptions = CertificateRules.Options(to.Certificate),
        ConnectTimeout = _limits.ConnectTimeout,
        MaxConnectionsPerServer = 4,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    private HttpRequestMessage Request(Address address, PeerCall call) => new(HttpMethod.Post, address.ToUri())
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(PeerRequestWriter.Write(ToWire(call)))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
    };

    private PeerRequest ToWire(PeerCall call)
    {
        // A peer may look for the key on the envelope of a history or on its items: it stands on both.
        var key = call.Key.Length == 0 ? null : call.Key;
        return call switch
        {
            PeerCall.Handshake handshake => new HandshakeRequest(handshake.Key, WithCertificate(handshake.From), handshake.Nick, handshake.Proof, handshake.Bundle, handshake.Invite)
            {
                Advertised = handshake.Advertised,
            },
            PeerCall.Ping ping => new PingRequest(ping.From, key) { E2e = ping.Bundle, Have = ping.Have, Again = ping.Again, Advertised = ping.Advertised },
            PeerCall.Move move => new MovedRequest(move.From, key, move.Change),
            PeerCall.Receipt receipt => new ReceiptRequest(receipt.From, key, receipt.Ids),
            PeerCall.Send send => new SendRequest(ToWire(send.Message), key),
            PeerCall.Resend resend => new ResendRequest(ToWire(resend.Message), key),
            PeerCall.History history => new HistoryRequest(
                history.From,
                key,
                [.. history.Messages.Select(message => new HistoryMessage(ToWire(message), key))]),
            _ => throw new ArgumentException($"{call.GetType().Name} has no form on the wire.", nameof(call)),
        };
    }

    // Only the handshake says how we are dialed; everywhere else the address is a name.
    private string WithCertificate(string own) =>
        _certificate is not null && Address.Parse(own) is { Scheme: "https" } address ? address.WithCertificate(_certificate).Full : own;

    private static WireMessage ToWire(OutgoingMessage message) =>
        new(message.From, message.To, message.Text, message.Timestamp, message.Enctype);

    private async Task<PeerReply> ReadAsync(HttpContent content, PeerCall call, CancellationToken cancellation)
    {
        // One byte more than allowed shows that there is more, without reading it.
        var most = _limits.Wire.ReplyBytes + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var reply = buffer.AsMemory(0, most);
            var length = await stream.ReadAtLeastAsync(reply, most, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return Understand(WireReplyReader.Read(reply[..length], _limits.Wire), call);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static PeerReply Understand(WireReply reply, PeerCall call) => (call, reply) switch
    {
        (_, UnreadableReply unreadable) => new PeerReply.WrongShape(unreadable.Reason),
        (PeerCall.History history, StatusesReply many) => many.Statuses.Length == history.Messages.Length
            ? new PeerReply.Statuses(many.Statuses)
            : new PeerReply.WrongShape($"A history of {history.Messages.Length} messages was answered by {many.Statuses.Length} statuses."),
        (PeerCall.History, _) => new PeerReply.WrongShape("A history was answered by something else than a list of statuses."),
        (_, StatusReply single) => new PeerReply.Status(single.Status) { Bundle = single.E2e, Advertised = single.Advertised },
        (PeerCall.Ping, PongReply pong) => new PeerReply.Pong { Bundle = pong.E2e, Advertised = pong.Advertised },
        _ => new PeerReply.WrongShape("The answer does not belong to the request."),
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait is null ? null
            : wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > _limits.LongestRetryAfter ? _limits.LongestRetryAfter
            : wait;
    }

    private static string Reason(Exception problem) => problem switch
    {
        EgressRefusedException refused => $"The address may not be dialed: {refused.Message}",
        CertificateRefusedException refused => $"The node at that address is not trusted: {refused.Message}.",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "The host name is not known.",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "The connection was refused.",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "The connection did not come about in time.",
        SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "There is no way to the address.",
        { InnerException: { } inner } => Reason(inner),
        OperationCanceledException => "The connection did not come about in time.",
        _ => $"The connection broke: {problem.Message}",
    };
}
