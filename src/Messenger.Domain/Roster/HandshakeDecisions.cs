using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Roster;

/// <summary>A handshake as it came (seed, action 1; protocol.md, The five actions).</summary>
/// <param name="Key">The key that we must use toward the caller from now on.</param>
/// <param name="From">What the caller calls itself; the seed's own handshake does not say.</param>
/// <param name="Nick">The caller's name for itself.</param>
/// <param name="Proof">The key we issued to the caller, if it shows one.</param>
/// <param name="Source">Where the connection comes from.</param>
/// <param name="NamesAtSource">Host names of contacts that were just resolved to <paramref name="Source"/>.</param>
/// <param name="Invite">The code of an invite, if it shows one.</param>
public sealed record ReceivedHandshake(
    HeldKey Key, Address? From, string Nick, string? Proof, IPAddress Source, ImmutableHashSet<string> NamesAtSource, ShownInvite? Invite = null);

/// <summary>A code that a handshake shows.</summary>
/// <param name="CodeHash">Its keyed hash.</param>
/// <param name="Identity">The identity that came with it, base64url; <see langword="null"/> when none did.</param>
public sealed record ShownInvite(string CodeHash, string? Identity);

/// <summary>How well a handshake shows that it is a contact's.</summary>
public enum HandshakeProof
{
    /// <summary>It only says so.</summary>
    None,

    /// <summary>It comes from the host that we dial.</summary>
    Source,

    /// <summary>It carries the key that we issued.</summary>
    Key,
}

/// <summary>Whose handshake it is.</summary>
/// <param name="Row">The row; <see langword="null"/> for a stranger.</param>
/// <param name="Proof">How well that is shown.</param>
public readonly record struct HandshakeCaller(RosterRow? Row, HandshakeProof Proof);

/// <summary>What a handshake from outside may do to the friend list (protocol.md, Keys and handshake).</summary>
public static class HandshakeDecisions
{
    /// <summary>Names by which contacts go elsewhere than at the address we dial; more are not learned.</summary>
    private const int MaxAliases = 16;

    // A handshake of a stranger makes us resolve names of our own contacts: no more than this.
    private const int MaxNames = 16;

    /// <summary>Host names to resolve before <see cref="Identify"/>, so that contacts dialed by name are found by their source address.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="handshake">The handshake, nothing resolved.</param>
    public static ImmutableArray<string> NamesToResolve(RosterState state, ReceivedHandshake handshake)
    {
        var caller = Identify(state, handshake);
        if (caller.Proof != HandshakeProof.None)
        {
            return [];
        }

        var candidates = caller.Row is { } named ? [named] : state.Rows.Values.Where(r => r.Standing == ContactStanding.Requested);
        return [.. candidates.SelectMany(row => row.Profile.Addresses).Where(a => a.IsDns).Select(a => a.Host).Distinct().Take(MaxNames)];
    }

    /// <summary>Finds out whose handshake it is.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="handshake">The handshake.</param>
    public static HandshakeCaller Identify(RosterState state, ReceivedHandshake handshake)
    {
        if (state.Rows.Values.FirstOrDefault(row => ShowsIssuedKey(row, handshake)) is { } prover)
        {
            return new HandshakeCaller(prover, HandshakeProof.Key);
        }

        if (handshake.From is { } from && state.Named(from) is { } named)
        {
            return new HandshakeCaller(named, IsAt(named, handshake) ? HandshakeProof.Source : HandshakeProof.None);
        }

        if (InviteDecisions.UsedBefore(state, handshake) is { } redeemer)
        {
            return new HandshakeCaller(redeemer, IsAt(redeemer, handshake) ? HandshakeProof.Source : HandshakeProof.None);
        }

        var row = handshake.From is { } name ? AskedAt(state, handshake, name.Port) : AtSource(state, handshake);
        return new HandshakeCaller(row, row is null ? HandshakeProof.None : HandshakeProof.Source);
    }

    /// <summary>Whether the handshake counts against the rates for strangers: unless it proves itself or changes nothing.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="handshake">The handshake.</param>
    /// <param name="invite">What <see cref="Invitation"/> found in the same state.</param>
    public static bool IsRated(HandshakeCaller caller, ReceivedHandshake handshake, Invite? invite = null) => invite is null && caller.Row?.Standing switch
    {
        ContactStanding.Requested => caller.Proof == HandshakeProof.None,
        ContactStanding.Accepted => caller.Proof != HandshakeProof.Key && !Keys.Same(caller.Row.Profile.TheirKey, handshake.Key.Open),
        _ => true,
    };

    /// <summary>The open invite that a handshake redeems; none for somebody whom the owner blocked.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="handshake">The handshake.</param>
    /// <param name="now">UTC.</param>
    public static Invite? Invitation(RosterState state, HandshakeCaller caller, ReceivedHandshake handshake, DateTimeOffset now) =>
        caller.Row?.Standing == ContactStanding.Blocked ? null : InviteDecisions.Shown(state, handshake, now);

    /// <summary>Decides about a handshake.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="handshake">The handshake.</param>
    /// <param name="caller">What <see cref="Identify"/> found in the same state.</param>
    /// <param name="now">UTC.</param>
    /// <param name="fresh">Drawn for this decision.</param>
    public static RosterDecision Receive(
        RosterState state, RosterPolicy policy, ReceivedHandshake handshake, HandshakeCaller caller, DateTimeOffset now, FreshValues fresh)
    {
        if (handshake.From is { } from && policy.OwnAddresses.Contains(from))
        {
            return Answer(0);
        }

        var invite = Invitation(state, caller, handshake, now);
        return caller.Row switch
        {
            { Standing: ContactStanding.Requested } asked => Used(invite, asked, handshake, now, Answered(state, policy, handshake, asked, caller.Proof, now)),
            { Standing: ContactStanding.Accepted } friend => Used(invite, friend, handshake, now, Repeated(state, policy, handshake, friend, caller.Proof, now)),
            var other when invite is not null => Redeemed(invite, handshake, other, now, fresh),
            { Standing: ContactStanding.Pending } pending => AskedAgain(policy, handshake, pending, now, fresh),
            { } => Answer(Room(state, policy) ? 1 : 0),
            null => Room(state, policy) ? Asked(policy, handshake, now, fresh) : Answer(0),
        };
    }

    /// <summary>The call back proved a key: it is taken, unless another one came meanwhile.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="verified">What was proven.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision Verified(RosterState state, KeyToVerify verified, DateTimeOffset now)
    {
        var row = state.Find(verified.Contact);
        var sealedKey = row is not { Standing: ContactStanding.Accepted } ? null
            : Keys.Same(row.ProposedKey?.Open, verified.Key) ? row.ProposedKey!.Sealed
            : Keys.Same(row.Profile.TheirKey, verified.Key) && !row.KeyProven && row.ProposedKey is null ? row.SealedTheirKey
            : null;
        return new RosterDecision(
            new RosterAnswer.Noted(), sealedKey is null ? [] : [new KeyTaken(now, row!.Id, sealedKey, Proven: true, WeakKey: row.Profile.WeakKey && row.ProposedKey is null)]);
    }

    /// <summary>A name under which a contact proved itself by its key.</summary>
    /// <param name="state">The friend list.</param>
    /// <param name="policy">Settings.</param>
    /// <param name="contact">Whose.</param>
    /// <param name="alias">The name.</param>
    /// <param name="now">UTC.</param>
    public static RosterDecision LearnAlias(RosterState state, RosterPolicy policy, ContactId contact, Address alias, DateTimeOffset now) =>
        new(new RosterAnswer.Noted(), state.Find(contact) is { } row ? Alias(state, policy, row, alias, now) : []);

    // The first answer to our own request makes a friend; a call back upgrades it when it does not come from where we asked.
    private static RosterDecision Answered(
        RosterState state, RosterPolicy policy, ReceivedHandshake handshake, RosterRow row, HandshakeProof proof, DateTimeOffset now) => new(
            new RosterAnswer.Handshake(1),
            [
                new KeyTaken(now, row.Id, handshake.Key.Sealed, proof != HandshakeProof.None, Keys.Same(row.Profile.IssuedKey, handshake.Key.Open)),
                new ContactAccepted(now, row.Id, null, RelayOnly: false),
                .. NickOf(row, handshake, now),
                .. proof == HandshakeProof.None ? [] : Alias(state, policy, row, handshake.From, now),
            ],
            proof == HandshakeProof.None ? new KeyToVerify(row.Id, handshake.Key.Open) : null);

    private static RosterDecision Repeated(
        RosterState state, RosterPolicy policy, ReceivedHandshake handshake, RosterRow row, HandshakeProof proof, DateTimeOffset now)
    {
        var weak = Keys.Same(row.Profile.IssuedKey, handshake.Key.Open);
        ImmutableArray<RosterEvent> alias = proof == HandshakeProof.Key ? Alias(state, policy, row, handshake.From, now) : [];
        if (Keys.Same(row.Profile.TheirKey, handshake.Key.Open))
        {
            var upgrade = !row.KeyProven && proof != HandshakeProof.None;
            return Answer(1, upgrade ? [new KeyTaken(now, row.Id, row.SealedTheirKey!, Proven: true, row.Profile.WeakKey || weak), .. alias] : alias);
        }

        if (proof == HandshakeProof.Key || (proof == HandshakeProof.Source && !row.KeyProven))
        {
            return Answer(1, [new KeyTaken(now, row.Id, handshake.Key.Sealed, Proven: true, weak), .. alias]);
        }

        var proposed = Keys.Same(row.ProposedKey?.Open, handshake.Key.Open);
        return Answer(1, proposed ? [] : [new KeyChangeProposed(now, row.Id, handshake.Key.Sealed)]) with
        {
            Verify = new KeyToVerify(row.Id, handshake.Key.Open),
        };
    }

    // Whoever names an address from elsewhere is called back there, as after the answer to our own request.
    private static RosterDecision Redeemed(Invite invite, ReceivedHandshake handshake, RosterRow? row, DateTimeOffset now, FreshValues fresh)
    {
        var (id, known) = (row?.Id ?? fresh.Id, row?.Profile.Addresses[0]);
        var source = Address.FromSource(handshake.Source);
        var address = handshake.From ?? known ?? source;
        var confirmed = address.Host == source.Host || SourceHost.Is(address, handshake.Source, handshake.NamesAtSource);
        var request = new RequestReceived(
            now, id, address.Typed, handshake.From is null && (row?.Profile.AddressGuessed ?? true), confirmed, Nickname.Clean(handshake.Nick), handshake.Key.Sealed);
        return new RosterDecision(
            new RosterAnswer.Handshake(1, id),
            [
                request,
                .. confirmed ? (RosterEvent[])[new KeyTaken(now, id, handshake.Key.Sealed, Proven: true, WeakKey: false)] : [],
                new ContactAccepted(now, id, fresh.Key.Sealed, RelayOnly: false),
                new InviteRedeemed(now, id, invite.Id, handshake.Invite!.Identity),
            ],
            confirmed ? null : new KeyToVerify(id, handshake.Key.Open));
    }

    private static RosterDecision Used(Invite? invite, RosterRow row, ReceivedHandshake handshake, DateTimeOffset now, RosterDecision decision) => invite is null
        ? decision
        : decision with
        {
            Events =
            [
                .. decision.Events,
                .. row.Profile.RelayOnly && decision.Verify is null ? (RosterEvent[])[new ContactAccepted(now, row.Id, null, RelayOnly: false)] : [],
                new InviteRedeemed(now, row.Id, invite.Id, handshake.Invite!.Identity),
            ],
        };

    // A request is changed by its own host, or by anybody while nothing shows that it came from there.
    private static RosterDecision AskedAgain(RosterPolicy policy, ReceivedHandshake handshake, RosterRow row, DateTimeOffset now, FreshValues fresh)
    {
        var profile = row.Profile;
        var confirmed = IsAt(row, handshake);
        if (row.AddressConfirmed && !confirmed)
        {
            return Answer(0);
        }

        var nick = Nickname.Clean(handshake.Nick);
        var same = Keys.Same(profile.TheirKey, handshake.Key.Open) && profile.Nick == nick && row.AddressConfirmed == confirmed;
        return Recorded(policy, same ? [] :
            [new RequestReceived(now, row.Id, profile.Addresses[0].Typed, profile.AddressGuessed, confirmed, nick, handshake.Key.Sealed)], row.Id, now, fresh);
    }

    private static RosterDecision Asked(RosterPolicy policy, ReceivedHandshake handshake, DateTimeOffset now, FreshValues fresh)
    {
        var source = Address.FromSource(handshake.Source);
        var address = handshake.From ?? source;
        var request = new RequestReceived(
            now, fresh.Id, address.Typed, handshake.From is null, address.Host == source.Host, Nickname.Clean(handshake.Nick), handshake.Key.Sealed);
        return Recorded(policy, [request], fresh.Id, now, fresh);
    }

    private static RosterDecision Recorded(
        RosterPolicy policy, ImmutableArray<RosterEvent> request, ContactId id, DateTimeOffset now, FreshValues fresh) =>
        Answer(1, policy.Strangers == StrangerPolicy.Relay ? [.. request, new ContactAccepted(now, id, fresh.Key.Sealed, RelayOnly: true)] : request);

    private static bool Room(RosterState state, RosterPolicy policy) => policy.Strangers switch
    {
        StrangerPolicy.Manual => state.Rows.Values.Count(r => r.Standing == ContactStanding.Pending) < policy.Limits.Pending,
        StrangerPolicy.Relay => state.Rows.Values.Count(r => r.Profile.RelayOnly) < policy.Limits.RelayContacts,
        _ => false,
    };

    // Someone who says another name than we dial, from the host and port that we asked: one host may have many names.
    private static RosterRow? AskedAt(RosterState state, ReceivedHandshake handshake, int port) => OnlyOne(
        state.Rows.Values.Where(row => row.Standing == ContactStanding.Requested && row.Profile.Addresses.Any(a => a.Port == port && IsAt(a, handshake))));

    private static RosterRow? AtSource(RosterState state, ReceivedHandshake handshake)
    {
        var there = state.Rows.Values.Where(row => IsAt(row, handshake)).ToArray();
        return OnlyOne(there.Where(row => row.Standing == ContactStanding.Requested))
            ?? OnlyOne(there)
            ?? OnlyOne(there.Where(row => Keys.Same(row.Profile.TheirKey, handshake.Key.Open)))
            ?? state.DialedAt(Address.FromSource(handshake.Source));
    }

    private static RosterRow? OnlyOne(IEnumerable<RosterRow> rows) => rows.Take(2).ToArray() is [var one] ? one : null;

    private static bool IsAt(RosterRow row, ReceivedHandshake handshake) => row.Profile.Addresses.Any(a => IsAt(a, handshake));

    private static bool IsAt(Address address, ReceivedHandshake handshake) => SourceHost.Is(address, handshake.Source, handshake.NamesAtSource);

    private static bool ShowsIssuedKey(RosterRow row, ReceivedHandshake handshake) =>
        row.Profile.IssuedKey is { } issued && (Keys.Same(issued, handshake.Proof) || Keys.Same(issued, handshake.Key.Open));

    private static ImmutableArray<RosterEvent> NickOf(RosterRow row, ReceivedHandshake handshake, DateTimeOffset now) =>
        row.Profile.Nick.Length == 0 && Nickname.Clean(handshake.Nick) is { Length: > 0 } nick
            ? [new ContactEdited(now, row.Id, nick, null, null, null, null)]
            : [];

    private static ImmutableArray<RosterEvent> Alias(RosterState state, RosterPolicy policy, RosterRow row, Address? alias, DateTimeOffset now) =>
        alias is null || state.Named(alias) is not null || policy.OwnAddresses.Contains(alias) || row.Profile.Aliases.Length >= MaxAliases
            ? []
            : [new AliasLearned(now, row.Id, alias.Canonical)];

    private static RosterDecision Answer(int status, ImmutableArray<RosterEvent> events = default) =>
        new(new RosterAnswer.Handshake(status), events.IsDefault ? [] : events);
}
