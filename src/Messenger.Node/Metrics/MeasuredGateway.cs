using System.Net;
using Messenger.Node.Peers;
using Messenger.Protocol;

namespace Messenger.Node.Metrics;

/// <summary>Counts what other nodes say, and times our answers.</summary>
internal sealed class MeasuredGateway(IPeerGateway inner, NodeMeter meter, TimeProvider time) : IPeerGateway, IDisposable
{
    public async Task<PeerAnswer> HandleAsync(PeerRequest request, IPAddress source, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        PeerAnswer? answer = null;
        try
        {
            return answer = await inner.HandleAsync(request, source, cancellation);
        }
        finally
        {
            meter.Answered(ActionOf(request), OutcomeOf(answer), time.GetElapsedTime(started));
        }
    }

    public void Unread(string reason) => meter.Unread(reason);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static string ActionOf(PeerRequest request) => request switch
    {
        HandshakeRequest => "handshake",
        PingRequest => "ping",
        SendRequest => "send",
        HistoryRequest => "history",
        ResendRequest => "resend",
        ReceiptRequest => "receipt",
        MovedRequest => "moved",
        _ => "other",
    };

    private static string OutcomeOf(PeerAnswer? answer) => answer switch
    {
        PeerAnswer.Pong or PeerAnswer.Status { Value: 1 } => "done",
        PeerAnswer.Statuses statuses when statuses.Values.All(status => status == 1) => "done",
        PeerAnswer.Status or PeerAnswer.Statuses => "declined",
        PeerAnswer.Malformed => "malformed",
        PeerAnswer.TooFast => "too_fast",
        PeerAnswer.Unknown => "unknown",
        _ => "failed",
    };
}
