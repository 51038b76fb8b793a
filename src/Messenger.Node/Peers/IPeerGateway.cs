using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Contacts;
using Messenger.Protocol;

namespace Messenger.Node.Peers;

/// <summary>Decides what peers are answered.</summary>
internal interface IPeerGateway
{
    /// <summary>Handles one readable request. What it throws closes the connection: the outcome is then unknown, and never a 5xx.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The caller's address, IPv4 never mapped.</param>
    /// <param name="cancellation">The caller has gone, or the time for an answer is over.</param>
    Task<PeerAnswer> HandleAsync(PeerRequest request, IPAddress source, CancellationToken cancellation);

    /// <summary>Hears of a request that was refused before it was read to its end. Must not block.</summary>
    /// <param name="reason">Why: a word of a fixed set.</param>
    void Unread(string reason)
    {
    }
}

/// <summary>What a peer is answered.</summary>
internal abstract record PeerAnswer
{
    private PeerAnswer()
    {
    }

    /// <summary>200 with <c>{status: …}</c>, to a handshake perhaps with our bundle.</summary>
    public sealed record Status(int Value) : PeerAnswer
    {
        public string? Bundle { get; init; }

        public Advertisement? Advertised { get; init; }
    }

    /// <summary>200 with <c>{status: […]}</c>.</summary>
    public sealed record Statuses(ImmutableArray<int> Values) : PeerAnswer;

    /// <summary>200 with <c>{action: "pong"}</c>, perhaps with our bundle.</summary>
    public sealed record Pong : PeerAnswer
    {
        public string? Bundle { get; init; }

        public Advertisement? Advertised { get; init; }
    }

    /// <summary>400: the request makes no sense, for the reason given.</summary>
    public sealed record Malformed(string Detail) : PeerAnswer;

    /// <summary>429 with <c>Retry-After</c>.</summary>
    public sealed record TooFast(TimeSpan RetryAfter) : PeerAnswer;

    /// <summary>No answer at all: whether the request took effect is not known, and the peer has to try again.</summary>
    public sealed record Unknown : PeerAnswer;
}
