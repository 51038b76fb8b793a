using System.Text.Json.Serialization;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Roster;

namespace Messenger.Node.Api;

/// <summary>Where the friendship stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactState>))]
internal enum ContactState
{
    /// <summary>We asked; they have not answered.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    /// <summary>They asked; the owner has not decided.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Friends.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>The owner wants nothing from them.</summary>
    [JsonStringEnumMemberName("blocked")]
    Blocked,

    /// <summary>The owner said no; only in the answer to that.</summary>
    [JsonStringEnumMemberName("denied")]
    Denied,
}

/// <summary>A row of the contact list.</summary>
internal sealed record ContactItem
{
    /// <summary>Its id, which stays when its addresses change.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is dialed first, in canonical form.</summary>
    public required string Address { get; init; }

    /// <summary>The preferred address as it was typed.</summary>
    public required string TypedAddress { get; init; }

    /// <summary>Where it is dialed, preferred first, in canonical form; with the hash of the certificate that it must show, if one is demanded.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Names under which it calls us; never dialed.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The owner's name for it, else the one it gave itself, else empty. Hostile text.</summary>
    public required string Nick { get; init; }

    /// <summary>Where the friendship stands.</summary>
    public required ContactState State { get; init; }

    /// <summary>Whether it was reached or heard within about the last minute.</summary>
    public required bool Online { get; init; }

    /// <summary>Last sign of life of any kind.</summary>
    public required DateTimeOffset? LastOnline { get; init; }

    /// <summary>Last successful exchange that we started.</summary>
    public required DateTimeOffset? LastConnect { get; init; }

    /// <summary>Whether we may ask it to relay.</summary>
    public required bool CanResend { get; init; }

    /// <summary>Whether it may ask us to relay.</summary>
    public required bool MayRelay { get; init; }

    /// <summary>Whether it was accepted for relaying only.</summary>
    public required bool RelayOnly { get; init; }

    /// <summary>Whether the owner wants no notifications.</summary>
    public required bool Muted { get; init; }

    /// <summary>Whether it uses one password both ways.</summary>
    public required bool WeakKey { get; init; }

    /// <summary>Whether it offered a new key that could not be proven: the owner decides with POST …/key.</summary>
    public required bool KeyChangeProposed { get; init; }

    /// <summary>Whether the address is only where its handshake came from.</summary>
    public required bool AddressGuessed { get; init; }

    /// <summary>Whether the owner followed an invite link of it, which names its identity.</summary>
    public required bool Linked { get; init; }

    /// <summary>Since when it is in the list.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>In which form messages to it leave.</summary>
    public required ContactEncryption Encryption { get; init; }

    /// <summary>Its identity and what concerns sealed messages; null while it has shown none.</summary>
    public required SealingItem? Sealing { get; init; }

    /// <summary>Messages to it that are not delivered.</summary>
    public required int Outbox { get; init; }

    /// <summary>Messages from it that are not read.</summary>
    public required int Unread { get; init; }

    /// <summary>The last message of the conversation; null when there is none.</summary>
    public required MessageItem? LastMessage { get; init; }

    /// <summary>A row as the client API shows it.</summary>
    public static ContactItem Of(ContactProfile profile, Presence presence, ContactSummary? summary, Verifier verifier, DateTimeOffset now) => new()
    {
        Id = profile.Id.Value,
        Address = profile.Addresses[0].Canonical,
        TypedAddress = profile.Addresses[0].Typed,
        Addresses = [.. profile.Addresses.Select(address => address.Full)],
        Aliases = [.. profile.Aliases.Select(alias => alias.Canonical)],
        Nick = profile.Nick,
        State = profile.Standing switch
        {
            ContactStanding.Requested => ContactState.Requested,
            ContactStanding.Pending => ContactState.Pending,
            ContactStanding.Accepted => ContactState.Accepted,
            ContactStanding.Blocked => ContactState.Blocked,
            _ => ContactState.Denied,
        },
        Online = presence.IsOnline(now),
        LastOnline = presence.LastOnline,
        LastConnect = presence.LastConnect,
        CanResend = profile.CanResend,
        MayRelay = profile.MayRelay,
        RelayOnly = profile.RelayOnly,
        Muted = profile.Muted,
        WeakKey = profile.WeakKey,
        KeyChangeProposed = profile.KeyChangeProposed,
        AddressGuessed = profile.AddressGuessed,
        Linked = profile.LinkIdentity is not null,
        AddedAt = profile.AddedAt,
        Encryption = verifier.EncryptionOf(summary?.Sealing, profile.LinkIdentity),
        Sealing = verifier.Describe(summary?.Sealing, profile.LinkIdentity),
        Outbox = summary?.Outbox ?? 0,
        Unread = summary?.Unread ?? 0,
        LastMessage = summary?.LastMessage is { } last ? MessageItem.Of(last) : null,
    };
}

/// <summary>The contact list.</summary>
/// <param name="Contacts">In the order in which they were added.</param>
internal sealed record ContactList(IReadOnlyList<ContactItem> Contacts);

/// <summary>Adds a contact by its address or by its invite link: one of the two.</summary>
/// <param name="Address">IPv4, IPv6 or a DNS name, with a port unless it is 7450; https:// in front for TLS, #sha256=HASH behind for the one certificate that is right.</param>
/// <param name="Nick">The owner's name for it, at most 64 characters.</param>
/// <param name="Invite">The invite link that its node made: p2pm:?a=…&amp;c=…&amp;i=…, at most 2,048 characters.</param>
internal sealed record NewContactRequest(string? Address = null, string? Nick = null, string? Invite = null);

/// <summary>Changes a contact; what is absent or null stays.</summary>
/// <param name="Nick">The owner's name for it, at most 64 characters.</param>
/// <param name="Addresses">Where it is dialed, preferred first; 1 to 8.</param>
/// <param name="CanResend">Whether we may ask it to relay.</param>
/// <param name="MayRelay">Whether it may ask us to relay.</param>
/// <param name="Muted">Whether the owner wants no notifications.</param>
internal sealed record EditContactRequest(
    string? Nick = null, IReadOnlyList<string>? Addresses = null, bool? CanResend = null, bool? MayRelay = null, bool? Muted = null);

/// <summary>Decides about a key that a contact offered and could not prove.</summary>
/// <param name="Take">Whether it replaces the old one.</param>
internal sealed record KeyDecisionRequest(bool Take);

/// <summary>What came of a ping.</summary>
/// <param name="Online">Whether the contact answered.</param>
/// <param name="Detail">What happened.</param>
/// <param name="ReasonCode">Stable code of why it did not answer; null when it did, or when none is known.</param>
internal sealed record PingAnswer(bool Online, string Detail, ReasonCode? ReasonCode);
