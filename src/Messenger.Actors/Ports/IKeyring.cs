using System.Collections.Immutable;
using Messenger.Domain.Addressing;
using Messenger.Protocol.Envelopes;

namespace Messenger.Actors.Ports;

/// <summary>This node's own keys for sealed messages (security.md, End-to-end envelope). No private key leaves it.</summary>
public interface IKeyring
{
    /// <summary>Who we are.</summary>
    Identity Identity { get; }

    /// <summary>What we advertise: always committed before it can be read here.</summary>
    Bundle Bundle { get; }

    /// <summary>Takes in what another member of a cluster has made meanwhile; does nothing on a node alone.</summary>
    void Refresh();

    /// <summary>Seals a message of ours.</summary>
    /// <param name="recipient">Who reads it.</param>
    /// <param name="prekey">A prekey of the recipient's bundle.</param>
    /// <param name="payload">What is written.</param>
    SealedMessage Seal(Identity recipient, Prekey prekey, Payload payload);

    /// <summary>Signs a change of our address.</summary>
    /// <param name="recipient">Who is told.</param>
    /// <param name="address">Where we are dialed from now on.</param>
    /// <param name="counter">See <see cref="Counters.Next"/>.</param>
    AddressChange SignMove(Identity recipient, Address address, long counter);

    /// <summary>Opens a message for us.</summary>
    /// <param name="message">The wire's <c>message</c>; anything at all.</param>
    /// <param name="authors">Who may have written it.</param>
    OpenResult Open(string message, IReadOnlyList<Identity> authors);
}

/// <summary>Where the keys of the <see cref="IKeyring"/> are kept; private ones only as the vault seals them.</summary>
public interface IKeyStore
{
    /// <summary>Everything that is kept.</summary>
    StoredKeyring Read();

    /// <summary>Makes a change in one transaction; returns after the commit.</summary>
    /// <returns>False when another bundle is kept than the one that the change was made from: nothing is done, read again.</returns>
    bool Write(KeyringChange change);

    /// <summary>Takes what was erased out of the files, as far as the database can.</summary>
    /// <exception cref="IOException">It could not be done now.</exception>
    Task ScrubAsync(CancellationToken cancellation);
}

/// <summary>What a store keeps.</summary>
/// <param name="SealedIdentity">The private part of the identity; <see langword="null"/> before the first start.</param>
/// <param name="Prekeys">The prekeys whose private parts exist, oldest first.</param>
/// <param name="Bundle">The last bundle signed, as JSON; <see langword="null"/> when there was none.</param>
/// <param name="Life">The <see cref="IDatabaseLife"/> in which the prekeys were made.</param>
public sealed record StoredKeyring(string? SealedIdentity, ImmutableArray<StoredPrekey> Prekeys, string? Bundle, string Life);

/// <summary>A prekey as it is kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Public">The public part, base64url.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="Expires">Until when it may be sealed to, UTC.</param>
/// <param name="IsFallback">Whether it is a fallback key.</param>
/// <param name="SealedKey">The private part, sealed.</param>
public sealed record StoredPrekey(string Id, string Public, DateTimeOffset CreatedAt, DateTimeOffset Expires, bool IsFallback, string SealedKey);

/// <summary>A change of what is kept.</summary>
/// <param name="SealedIdentity">The identity to keep from now on; <see langword="null"/> leaves it as it is.</param>
/// <param name="Created">New prekeys.</param>
/// <param name="Erased">Ids of prekeys to erase.</param>
/// <param name="Bundle">The newest bundle, as JSON.</param>
/// <param name="Life">The <see cref="IDatabaseLife"/> of the change.</param>
/// <param name="Before">The bundle that was read, as it was kept; <see langword="null"/> when there was none.</param>
public sealed record KeyringChange(
    string? SealedIdentity, ImmutableArray<StoredPrekey> Created, ImmutableArray<string> Erased, string Bundle, string Life, string? Before);
