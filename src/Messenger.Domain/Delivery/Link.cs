using System.Collections.Immutable;

namespace Messenger.Domain.Delivery;

/// <summary>
/// Where delivery to one contact stands between two exchanges. It is not kept on disk: after a restart everything queued is
/// simply tried again.
/// </summary>
public sealed record Link
{
    /// <summary>A link of which nothing is known.</summary>
    public static Link New { get; } = new();

    /// <summary>What is under way.</summary>
    public Exchange? InFlight { get; init; }

    /// <summary>Tries in a row without an answer.</summary>
    public int Failures { get; init; }

    /// <summary>Nothing is started before, UTC.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The contact itself asked for the wait (429): hearing from it does not end it.</summary>
    public bool AskedToWait { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? LastError { get; init; }

    /// <summary>Which of the contact's addresses is dialed.</summary>
    public int AddressIndex { get; init; }

    /// <summary>Last sign of life, UTC.</summary>
    public DateTimeOffset? LastContact { get; init; }

    /// <summary>One ping is wanted.</summary>
    public bool PingDue { get; init; }

    /// <summary>The contact has to be shown our keys before anything sealed goes to it: a ping does that.</summary>
    public bool IntroductionDue { get; init; }

    /// <summary>Someone is looking, or needs the contact as a relay, until then.</summary>
    public DateTimeOffset? WantedUntil { get; init; }

    /// <summary>Histories were not understood: single sends until then.</summary>
    public DateTimeOffset? SinglesUntil { get; init; }

    /// <summary>Messages per history: halved when the contact finds one too large or does not answer it, grows with each full one that passes.</summary>
    public int? BatchLimit { get; init; }

    /// <summary>Every message was answered 0: a ping tells whether the key is wrong.</summary>
    public bool KeyDoubted { get; init; }

    /// <summary>The key is wrong: everything is held.</summary>
    public bool KeyHeld { get; init; }

    /// <summary>Handshakes in a row that were not answered with 1.</summary>
    public int HandshakeFailures { get; init; }

    /// <summary>No handshake before, UTC.</summary>
    public DateTimeOffset? HandshakeNotBefore { get; init; }

    /// <summary>Own messages that were not taken, each with its own wait.</summary>
    public ImmutableDictionary<long, Deferral> Deferred { get; init; } = ImmutableDictionary<long, Deferral>.Empty;

    /// <summary>Carried messages that were not taken, each with its own wait.</summary>
    public ImmutableDictionary<long, Deferral> CarriedDeferred { get; init; } = ImmutableDictionary<long, Deferral>.Empty;

    /// <summary>Something is carried for this contact.</summary>
    public bool CarriedWaiting { get; init; }

    /// <summary>Messages this contact shall be asked to carry.</summary>
    public ImmutableQueue<RelayRequest> RelayRequests { get; init; } = [];

    /// <summary>What the owner has read is not told before, UTC, so that much of it is told at once.</summary>
    public DateTimeOffset? ReceiptsAt { get; init; }

    /// <summary>Our new address is not told before, UTC.</summary>
    public DateTimeOffset? MovesAt { get; init; }

    /// <summary>The clock when the link was last looked at, UTC.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Notes the clock; when it stepped back, every wait that it had set would last too long and is dropped.</summary>
    public Link Seen(DateTimeOffset now) => now >= SeenAt || SeenAt is null ? this with { SeenAt = now } : Refreshed() with
    {
        SeenAt = now,
        NotBefore = null,
        AskedToWait = false,
        LastContact = null,
        SinglesUntil = null,
        WantedUntil = null,
        ReceiptsAt = null,
        MovesAt = null,
    };

    /// <summary>The contact showed its key: whatever we thought about its absence or our key is outdated.</summary>
    public Link Heard(DateTimeOffset now) => this with
    {
        LastContact = now,
        Failures = 0,
        KeyHeld = false,
        KeyDoubted = false,
        NotBefore = AskedToWait ? NotBefore : null,
        PingDue = false,
    };

    /// <summary>Keys, addresses or standing changed: start afresh.</summary>
    public Link Refreshed() => this with
    {
        Failures = 0,
        NotBefore = AskedToWait ? NotBefore : null,
        AddressIndex = 0,
        KeyHeld = false,
        KeyDoubted = false,
        HandshakeFailures = 0,
        HandshakeNotBefore = null,
        Deferred = ImmutableDictionary<long, Deferral>.Empty,
        CarriedDeferred = ImmutableDictionary<long, Deferral>.Empty,
        CarriedWaiting = CarriedWaiting || !CarriedDeferred.IsEmpty,
    };
}

/// <summary>A message that was not taken.</summary>
/// <param name="Attempts">How often.</param>
/// <param name="NotBefore">When it is tried again, UTC.</param>
public readonly record struct Deferral(int Attempts, DateTimeOffset NotBefore);

/// <summary>What delivery needs to know of the friend list.</summary>
/// <param name="Dialable">The contact is accepted, or we asked it.</param>
/// <param name="HasKey">We have the key it wants to see.</param>
/// <param name="HandshakeDue">It has not answered our handshake with 1 yet.</param>
/// <param name="Addresses">How many addresses it has.</param>
/// <param name="MoveTo">Our address, when it knows another one and is to be told.</param>
/// <param name="TakesReceipts">It wants to be told what is read, and the owner lets it know.</param>
public readonly record struct LinkView(bool Dialable, bool HasKey, bool HandshakeDue, int Addresses, bool TakesReceipts = false, string? MoveTo = null);
