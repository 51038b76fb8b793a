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

    /// <summary>Sealed for an identity that the owner compared.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,

    /// <summary>Not at all: it shows another identity than before, and the owner has to decide with POST …/identity.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,
}

/// <summary>A contact's identity and what concerns sealed messages with it.</summary>
/// <param name="Fingerprint">Of its identity: 10 groups of 4 hexadecimal digits.</param>
/// <param name="SafetyNumber">12 groups of 5 digits, the same on both sides: to be compared by another way.</param>
/// <param name="Verified">Whether the owner compared it.</param>
/// <param name="PlaintextAllowed">Whether the owner wants messages to go as plain text all the same.</param>
/// <param name="Missing">Messages of the contact that are known to be missing.</param>
/// <param name="Offered">Another identity that it shows now; null when there is none. Messages to it are held meanwhile.</param>
internal sealed record SealingItem(
    string Fingerprint, string SafetyNumber, bool Verified, bool PlaintextAllowed, long Missing, OfferedIdentity? Offered);

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
    public ContactEncryption EncryptionOf(SealingSummary? contact) =>
        contact is not { Identity: not null } || !sealing.Enabled || contact.PlaintextAllowed && contact.Offered is null ? ContactEncryption.Plain
        : contact.Offered is not null ? ContactEncryption.Changed
        : contact.Verified ? ContactEncryption.Verified
        : ContactEncryption.Offered;

    /// <summary>A contact's identity; null when it has shown none.</summary>
    public SealingItem? Describe(SealingSummary? contact)
    {
        if (contact is not { Identity: { } identity })
        {
            return null;
        }

        var (fingerprint, safetyNumber) = Compare(identity);
        return new SealingItem(
            fingerprint, safetyNumber, contact.Verified, contact.PlaintextAllowed, contact.Missing, contact.Offered is { } offered ? Compare(offered) : null);
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
