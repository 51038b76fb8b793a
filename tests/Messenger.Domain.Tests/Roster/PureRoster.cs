using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

/// <summary>A friend list without actors: keys are "sealed" by a prefix, ids and issued keys are counted.</summary>
internal sealed class PureRoster(string name, params string[] ownAddresses)
{
    private const string Seal = "sealed:";
    private int _drawn;

    public RosterPolicy Policy { get; set; } = new([.. ownAddresses.Select(Address.Parse)]);

    public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public RosterState State { get; private set; } = RosterState.Empty;

    public List<RosterEvent> Journal { get; } = [];

    public static HeldKey Hold(string key) => new(key, Seal + key);

    public static string Open(string sealedKey) => sealedKey[Seal.Length..];

    public FreshValues Fresh()
    {
        _drawn++;
        return new FreshValues(new ContactId($"{name}{_drawn}"), Hold($"{name}-key-{_drawn}"));
    }

    public RosterDecision Do(RosterDecision decision)
    {
        foreach (var happened in decision.Events)
        {
            Journal.Add(happened);
            State = State.Apply(happened, Open);
        }

        return decision;
    }

    public RosterDecision Add(string address, string nick = "") =>
        Do(OwnerDecisions.Add(State, Policy, Address.Parse(address), nick, Now, Fresh()));

    public RosterDecision Edit(ContactId contact, params string[] addresses) => Do(OwnerDecisions.Edit(
        State, Policy, new ContactEdited(Now, contact, null, null, null, null, null), addresses.Length == 0 ? null : [.. addresses.Select(Address.Parse)]));

    public RosterDecision Accept(ContactId contact) => Do(OwnerDecisions.Accept(State, contact, Now, Fresh()));

    public (int Status, RosterDecision Decision) Shake(
        string key, string source, string? from = null, string? proof = null, string nick = "", params string[] namesAtSource)
    {
        var handshake = new ReceivedHandshake(
            Hold(key), from is null ? null : Address.Parse(from), nick, proof, IPAddress.Parse(source), namesAtSource.ToImmutableHashSet());
        var decision = Do(HandshakeDecisions.Receive(State, Policy, handshake, HandshakeDecisions.Identify(State, handshake), Now, Fresh()));
        return (((RosterAnswer.Handshake)decision.Answer).Status, decision);
    }

    public string Invite(string code, int hours = 24)
    {
        var made = Do(InviteDecisions.Make(State, $"invite-{code}", $"hash of {code}", "", TimeSpan.FromHours(hours), Now));
        return ((RosterAnswer.InviteMade)made.Answer).Invite;
    }

    /// <summary>A handshake with a code.</summary>
    public (int Status, RosterDecision Decision) Redeem(
        string code, string key, string source, string? from, string? identity = "ik", params string[] namesAtSource)
    {
        var handshake = new ReceivedHandshake(
            Hold(key), from is null ? null : Address.Parse(from), "", null, IPAddress.Parse(source), namesAtSource.ToImmutableHashSet(), new ShownInvite($"hash of {code}", identity));
        var decision = Do(HandshakeDecisions.Receive(State, Policy, handshake, HandshakeDecisions.Identify(State, handshake), Now, Fresh()));
        return (((RosterAnswer.Handshake)decision.Answer).Status, decision);
    }

    /// <summary>The only row dialed at an address.</summary>
    public RosterRow At(string address) => State.DialedAt(Address.Parse(address)) ?? throw new KeyNotFoundException(address);

    /// <summary>A friend, made by the seed's two handshakes.</summary>
    public RosterRow Friend(string address, string key)
    {
        Add(address);
        var host = Address.Parse(address).Host;
        Shake(key, host, address);
        Do(RosterUpkeep.HandshakeDelivered(State, At(address).Id, Now));
        return At(address);
    }

    public RosterRow Request(string address, string key)
    {
        Shake(key, Address.Parse(address).Host, address);
        return At(address);
    }
}
