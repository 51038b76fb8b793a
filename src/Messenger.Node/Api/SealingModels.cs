using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Protocol.Envelopes;

namespace Messenger.Node.Api;

/// <summary>In which form messages to a contact leave.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactEncryption>))]
internal enum ContactEncryption
{
    /// <summary>As plain text: it has shown no identity, or the owner or this node's settings want it so.</summary>
    [JsonStringEnumMemberName("plain")]
    Plain,

    /// <summary>Sealed for the identity that it showed first; nobody has compared it.</summary>
    [JsonStringEnumMemberName("offered")]
    Offered,

    /// <summary>Not at all yet: it was added by an invite link and has not shown the identity that the link names.</summary>
    [JsonStringEnumMemberName("awaited")]
    Awaited,

    /// <summary>Sealed for an identity that the owner compared or an invite link named.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,

    /// <summary>Not at all: it shows another identity than before, or than its invite link names, and the owner has to decide with POST …/identity.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,
}

/// <summary>A contact's identity and what concerns sealed messages with it.</summary>
/// <param name="Fingerprint">Of its identity, or of the one that its invite link names while it shows another: 10 groups of 4 hexadecimal digits.</param>
/// <param name="SafetyNumber">12 groups of 5 digits, the same on both sides: to be compared by another way.</param>
/// <param name="Verified">Whether the owner compared it, or an invite link named it.</param>
/// <param name="VerifiedByLink">Whether it is verified by an invite link alone.</param>
/// <param name="PlaintextAllowed">Whether the owner wants messages to go as plain text all the same.</param>
/// <param name="Missing">Messages of the contact that are known to be missing.</param>
/// <param name="Offered">Another identity that it shows now; null when there is none. Messages to it are held meanwhile.</param>
/// <param name="CopiesAt">When messages last came that only two copies of its node at once can have written; null for never.</param>
internal sealed record SealingItem(
    string Fingerprint, string SafetyNumber, bool Verified, bool VerifiedByLink, bool PlaintextAllowed, long Missing, OfferedIdentity? Offered, DateTimeOffset? CopiesAt);

/// <summary>Another identity than before, to be taken or refused.</summary>
/// <param name="Fingerprint">Of that identity.</param>
/// <param name="SafetyNumber">With that identity.</param>
internal sealed record OfferedIdentity(string Fingerprint, string SafetyNumber);

/// <summary>Marks the identity of a contact as compared, or takes that back.</summary>
/// <param name="Verified">Whether it was compared.</param>
internal sealed record VerifiedRequest(bool Verified);

/// <summary>Decides about an identity that a contact shows instead of its former one.</summary>
/// <param name="Take">Whether it replaces the former one.</param>
internal sealed record IdentityDecisionRequest(bool Take);

/// <summary>Allows messages to a contact as plain text although it could open sealed ones.</summary>
/// <param name="Allowed">Whether they go as plain text.</param>
internal sealed record PlaintextRequest(bool Allowed);

/// <summary>What people compare, computed once for each identity.</summary>
internal sealed class Verifier(IKeyring keyring, SealingPolicy sealing)
{
    private const int Kept = 20_000;
    private readonly ConcurrentDictionary<string, OfferedIdentity> _known = new();

    /// <summary>The fingerprint of this node's identity.</summary>
    public string OwnFingerprint => Verification.Fingerprint(keyring.Identity);

    /// <summary>In which form messages leave.</summary>
    /// <param name="contact">Where sealed messages with the contact stand.</param>
    /// <param name="linked">The identity that its invite link names.</param>
    public ContactEncryption EncryptionOf(SealingSummary? contact, string? linked) =>
        !sealing.Enabled || (contact?.Identity ?? contact?.Offered ?? linked) is null || (contact is { PlaintextAllowed: true, Offered: null }) ? ContactEncryption.Plain
        : contact is not { Identity: not null } and not { Offered: not null } ? ContactEncryption.Awaited
        : contact.Offered is not null ? ContactEncryption.Changed
        : contact.Verified ? ContactEncryption.Verified
        : ContactEncryption.Offered;

    /// <summary>A contact's identity; null when it has shown none.</summary>
    /// <param name="contact">Where sealed messages with the contact stand.</param>
    /// <param name="linked">The identity that its invite link names.</param>
    public SealingItem? Describe(SealingSummary? contact, string? linked)
    {
        if (contact is null || (contact.Identity ?? linked) is not { } identity)
        {
            return null;
        }

        var (fingerprint, safetyNumber) = Compare(identity);
        return new SealingItem(
            fingerprint, safetyNumber, contact.Verified, contact.ByLink, contact.PlaintextAllowed, contact.Missing, contact.Offered is { } offered ? Compare(offered) : null, contact.CopiesAt);
    }

    private OfferedIdentity Compare(string text)
    {
        if (_known.Count > Kept)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(text, _ => Identity.TryParse(text, out var identity)
            ? new OfferedIdentity(Verification.Fingerprint(identity), Verification.SafetyNumber(keyring.Identity, identity))
            : throw new InvalidDataException("The read model holds an identity that is none."));
    }
}
