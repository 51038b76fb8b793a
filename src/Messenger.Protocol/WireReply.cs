using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Protocol;

/// <summary>What a node answers.</summary>
public abstract record WireReply;

/// <summary><c>{status: 1}</c>.</summary>
/// <param name="Status">1 = done, anything else = not done (design page "protocol", the five actions).</param>
/// <param name="E2e">To a handshake: the receiver's bundle as JSON, not checked yet.</param>
public sealed record StatusReply(int Status, string? E2e = null) : WireReply
{
    /// <summary>To a handshake: what the receiver understands beyond the seed; null when it does not say.</summary>
    public Advertisement? Advertised { get; init; }
}

/// <summary><c>{status: [1, 0, …]}</c>, one for each item of a <c>history</c>, in order.</summary>
/// <param name="Statuses">1 = stored, anything else = not stored.</param>
public sealed record StatusesReply(ImmutableArray<int> Statuses) : WireReply;

/// <summary><c>{action: "pong"}</c>.</summary>
/// <param name="E2e">The receiver's bundle as JSON, not checked yet; null when the asker has it, or there is none.</param>
public sealed record PongReply(string? E2e = null) : WireReply
{
    /// <summary>What the receiver understands beyond the seed; null when it does not say.</summary>
    public Advertisement? Advertised { get; init; }
}

/// <summary>A reply that is none. What was asked may or may not have happened.</summary>
/// <param name="Reason">A sentence saying what is wrong with it; holds nothing of the reply.</param>
public sealed record UnreadableReply(string Reason) : WireReply;
