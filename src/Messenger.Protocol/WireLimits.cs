namespace Messenger.Protocol;

/// <summary>What is read from a peer at most (design page "security", Peer listener). All sizes are bytes.</summary>
public sealed record WireLimits
{
    /// <summary>The figures of the design.</summary>
    public static WireLimits Default { get; } = new();

    /// <summary>How deep JSON may be nested; the outermost object counts as 1.</summary>
    public const int Depth = 16;

    /// <summary>The UTF-8 of one message.</summary>
    public int TextBytes { get; init; } = 64 * 1024;

    /// <summary>The body of a <c>ping</c> without keys; one with keys may be as large as a <c>handshake</c>.</summary>
    public int PingBytes { get; init; } = 1024;

    /// <summary>The body of a <c>handshake</c>.</summary>
    public int HandshakeBytes { get; init; } = 8 * 1024;

    /// <summary>The body of a <c>send</c> or <c>resend</c>, one item of a <c>history</c>, and the envelope around the items.</summary>
    public int SendBytes { get; init; } = 256 * 1024;

    /// <summary>As <see cref="SendBytes"/>, for a sealed message: the longest envelope and room for the fields around it.</summary>
    public int SealedSendBytes { get; init; } = 768 * 1024;

    /// <summary>The body of a <c>history</c> that is read to its end at all.</summary>
    public int HistoryBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The items of a <c>history</c> that are taken, in bytes; also the whole body when it is form-encoded.</summary>
    public int HistoryTakenBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How many items of a <c>history</c> are taken.</summary>
    public int HistoryTakenItems { get; init; } = 500;

    /// <summary>How many items a <c>history</c> may have at all: each costs two bytes of the answer.</summary>
    public int HistoryItems { get; init; } = 250_000;

    /// <summary>The reply to a request of ours.</summary>
    public int ReplyBytes { get; init; } = 64 * 1024;
}
