using System.Text.Json;
using CsCheck;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class RosterPropertyTests
{
    private const int Hosts = 4;
    private static readonly Gen<(int Action, int Host, int Other, int Key)> Steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, Hosts], Gen.Int[0, Hosts], Gen.Int[0, 2]);

    [Fact]
    public void Replay_and_snapshot_equal_the_live_state_and_no_two_rows_share_an_address_or_an_issued_key() =>
        Steps.Array[0, 40].Sample(steps =>
        {
            var roster = new PureRoster("me", Host(0));
            foreach (var step in steps)
            {
                Do(roster, step.Action, Host(step.Host), Host(step.Other), $"key{step.Key}");
            }

            var live = Written(roster.State);
            Assert.Equal(live, Written(roster.Journal.Aggregate(RosterState.Empty, (state, e) => state.Apply(e, PureRoster.Open))));
            var restored = RosterState.From(roster.State.ToSnapshot(), PureRoster.Open);
            Assert.Equal(live, Written(restored));
            Assert.All(roster.State.Rows.Values, row => Assert.Equal(row.Profile.TheirKey, restored.Find(row.Id)!.Profile.TheirKey));

            var rows = roster.State.Rows.Values;
            Assert.Distinct(rows.SelectMany(r => r.Profile.Addresses).Select(a => a.Canonical));
            Assert.Distinct(rows.Select(r => r.Profile.IssuedKey).OfType<string>());
            Assert.All(rows, row => Assert.All(row.Profile.Addresses, a => Assert.Equal(row.Id, roster.State.DialedAt(a)!.Id)));
            Assert.DoesNotContain(rows, r => r.Standing == ContactStanding.Accepted && r.Profile.TheirKey is null);
        });

    [Fact]
    public void A_proven_key_is_never_replaced_without_proof_or_the_owner() =>
        Steps.Array[1, 20].Sample(steps =>
        {
            var roster = new PureRoster("me", Host(0));
            var friend = roster.Friend(Host(1), "pinned").Id;
            foreach (var step in steps)
            {
                roster.Shake($"key{step.Key}", Host(step.Host), step.Action % 2 == 0 ? Host(step.Other) : null, proof: step.Action % 3 == 0 ? "wrong" : null);
            }

            Assert.Equal("pinned", roster.State.Find(friend)!.Profile.TheirKey);
        });

    [Fact]
    public void Two_nodes_that_both_ask_or_one_that_accepts_end_as_friends_with_each_others_keys_whatever_gets_lost() =>
        Gen.Select(Gen.Bool, Gen.Bool.Array[0, 30]).Sample((bothAsk, lost) =>
        {
            var (anna, boris) = (new PureRoster("anna", Host(1)), new PureRoster("boris", Host(2)));
            anna.Add(Host(2));
            if (bothAsk)
            {
                boris.Add(Host(1));
            }

            var losses = new Queue<bool>(lost);
            for (var round = 0; round < lost.Length + 4; round++)
            {
                Deliver(anna, boris, Host(1), Host(2), losses);
                Deliver(boris, anna, Host(2), Host(1), losses);
            }

            var (ofBoris, ofAnna) = (anna.At(Host(2)).Profile, boris.At(Host(1)).Profile);
            Assert.Equal(ContactStanding.Accepted, ofBoris.Standing);
            Assert.Equal(ContactStanding.Accepted, ofAnna.Standing);
            Assert.Equal(ofAnna.IssuedKey, ofBoris.TheirKey);
            Assert.Equal(ofBoris.IssuedKey, ofAnna.TheirKey);
            Assert.False(ofBoris.HandshakeDue || ofAnna.HandshakeDue);
        });

    // A request may be lost, or its answer: the caller cannot tell, and asks again.
    private static void Deliver(PureRoster caller, PureRoster callee, string source, string target, Queue<bool> losses)
    {
        if (caller.State.DialedAt(Address.Parse(target)) is { Profile: { HandshakeDue: true } profile } row && !Lost(losses))
        {
            var (status, _) = callee.Shake(profile.IssuedKey!, source, source, profile.TheirKey);
            if (callee.At(source).Standing == ContactStanding.Pending)
            {
                callee.Accept(callee.At(source).Id);
            }

            if (status == 1 && !Lost(losses))
            {
                caller.Do(RosterUpkeep.HandshakeDelivered(caller.State, row.Id, caller.Now));
            }
        }
    }

    private static bool Lost(Queue<bool> losses) => losses.TryDequeue(out var lost) && lost;

    private static void Do(PureRoster roster, int action, string host, string other, string key)
    {
        roster.Now += TimeSpan.FromMinutes(7);
        var id = roster.State.DialedAt(Address.Parse(host))?.Id ?? new ContactId("nobody");
        _ = action switch
        {
            0 => roster.Add(host),
            1 => roster.Shake(key, host, host).Decision,
            2 => roster.Shake(key, other, host).Decision,
            3 => roster.Shake(key, host).Decision,
            4 => roster.Shake(key, other, other, roster.State.Find(id)?.Profile.IssuedKey).Decision,
            5 => roster.Accept(id),
            6 => roster.Do(OwnerDecisions.Deny(roster.State, id, roster.Now)),
            7 => roster.Do(OwnerDecisions.Block(roster.State, id, roster.Now)),
            8 => roster.Do(OwnerDecisions.Remove(roster.State, id, roster.Now)),
            9 => roster.Edit(id, host, other),
            10 => roster.Do(OwnerDecisions.DecideKeyChange(roster.State, id, key == "key0", roster.Now)),
            _ => roster.Do(RosterUpkeep.NotePresence(roster.State, [new SeenContact(id, null, roster.Now)], all: false, roster.Now)),
        };
    }

    private static string Host(int number) => $"192.0.2.{number}";

    private static string Written(RosterState state) => JsonSerializer.Serialize(state.ToSnapshot());
}
