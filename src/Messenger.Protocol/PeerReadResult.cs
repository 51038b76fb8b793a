using System.Diagnostics.CodeAnalysis;

namespace Messenger.Protocol;

/// <summary>A request, or why what came is none. Exactly one of the two is set.</summary>
public sealed record PeerReadResult
{
    private PeerReadResult(PeerRequest? request, PeerReadError? error)
    {
        Request = request;
        Error = error;
    }

    /// <summary>The request.</summary>
    public PeerRequest? Request { get; }

    /// <summary>What is wrong.</summary>
    public PeerReadError? Error { get; }

    /// <summary>Whether there is a request.</summary>
    [MemberNotNullWhen(true, nameof(Request))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsRequest => Request is not null;

    internal static PeerReadResult Of(PeerRequest request) => new(request, null);

    internal static PeerReadResult Of(PeerReadError error) => new(null, error);
}

/// <summary>What is wrong with a body.</summary>
/// <param name="Status">The HTTP status to answer: 400 malformed, 413 too large.</param>
/// <param name="Code">A stable word: <c>malformed</c>, <c>bad_field</c>, <c>unknown_action</c> or <c>too_large</c>.</param>
/// <param name="Detail">A sentence that names the field; holds nothing of the body but a shortened action name.</param>
public sealed record PeerReadError(int Status, string Code, string Detail)
{
    internal static PeerReadError Malformed(string detail) => new(400, "malformed", detail);

    internal static PeerReadError BadField(string detail) => new(400, "bad_field", detail);

    internal static PeerReadError TooLarge(string detail) => new(413, "too_large", detail);
}
