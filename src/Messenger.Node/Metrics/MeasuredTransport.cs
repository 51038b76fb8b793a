using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;

namespace Messenger.Node.Metrics;

/// <summary>Counts what is said to other nodes, and times the answers.</summary>
internal sealed class MeasuredTransport(IPeerTransport inner, NodeMeter meter, TimeProvider time) : IPeerTransport, IDisposable
{
    public async Task<PeerReply> CallAsync(Address address, DialTrust trust, PeerCall call, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var reply = await inner.CallAsync(address, trust, call, cancellation);
        meter.Called(ActionOf(call), OutcomeOf(reply), time.GetElapsedTime(started));
        if (call is PeerCall.Resend)
        {
            meter.AskedRelay(reply switch
            {
                PeerReply.Status { Value: 1 } => "taken",
                PeerReply.Status => "declined",
                _ => "no_answer",
            });
        }

        return reply;
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static string ActionOf(PeerCall call) => call switch
    {
        PeerCall.Handshake => "handshake",
        PeerCall.Ping => "ping",
        PeerCall.Send => "send",
        PeerCall.History => "history",
        PeerCall.Resend => "resend",
        PeerCall.Receipt => "receipt",
        PeerCall.Move => "moved",
        _ => "other",
    };

    private static string OutcomeOf(PeerReply reply) => reply switch
    {
        PeerReply.Pong or PeerReply.Status { Value: 1 } => "answered",
        PeerReply.Statuses statuses when statuses.Values.All(status => status == 1) => "answered",
        PeerReply.Status or PeerReply.Statuses => "declined",
        PeerReply.Rejected => "http_error",
        PeerReply.WrongShape => "strange_answer",
        _ => "no_answer",
    };
}
