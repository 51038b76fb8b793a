namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>How the author of a seed peer has read "the key" of the page.</summary>
internal enum Passwords
{
    /// <summary>Each contact is issued a key of its own and uses it towards us; we use the one it issued to us.</summary>
    PerContact,

    /// <summary>We issue one password to everybody; we use the one that a contact issued to us.</summary>
    OneForEverybody,

    /// <summary>One password, sent in the handshake and in every message of ours, and expected in every message of theirs.</summary>
    OneBothWays,
}

/// <summary>The forms that "GET/POST http" allows for a request.</summary>
internal enum RequestForm
{
    Json,
    FormEncoded,
    Query,
}

/// <summary>Everything the seed's page leaves to its reader; the defaults are the plainest reading.</summary>
internal sealed record SeedHabits
{
    public Passwords Passwords { get; init; } = Passwords.PerContact;

    public RequestForm Form { get; init; } = RequestForm.Json;

    /// <summary>A key must be the one issued to `from`, not just any issued key. Such a peer cannot be reached through a relay.</summary>
    public bool KeyBelongsToAuthor { get; init; }

    /// <summary>`timestamp` as a JSON number instead of a string.</summary>
    public bool NumericTimestamps { get; init; }

    /// <summary>Writes and expects one key on the `history` envelope instead of a key on each of its messages.</summary>
    public bool KeyOnEnvelope { get; init; }

    /// <summary>Answers `resend` with 1 and delivers later; else with 0.</summary>
    public bool Relays { get; init; }

    /// <summary>Recognises a message that it has already stored. The page does not ask for it.</summary>
    public bool Deduplicates { get; init; } = true;

    /// <summary>The clock of this peer, in whole Unix seconds as most languages give them.</summary>
    public Func<long> UnixSeconds { get; init; } = () => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
