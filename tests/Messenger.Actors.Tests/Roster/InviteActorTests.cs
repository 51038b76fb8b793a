using System.Net;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Roster.RosterProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Tests.Roster;

public sealed class InviteActorTests : RosterWorld
{
    [Fact]
    public void An_invite_is_redeemed_once_also_after_a_restart_and_its_code_is_nowhere_in_the_journal()
    {
        var roster = Start();
        var made = (InviteResult.Made)Ask<InviteResult>(roster, new MakeInvite("for Anna", TimeSpan.FromHours(1)));
        Assert.True(made.Code.Length >= 22);
        Assert.Equal(("for Anna", made.Invite.MadeAt + TimeSpan.FromHours(1)), (made.Invite.Note, made.Invite.ExpiresAt));
        Assert.NotEqual(made.Code, made.Invite.CodeHash);
        Stop(roster);
        roster = Start();

        var answer = Redeem(roster, made.Code, "k1", Anna, "ik");
        Assert.Equal((1, At(Anna).Id), (answer.Status, answer.Contact));
        Assert.Equal((ContactStanding.Accepted, "k1", true), (At(Anna).Standing, At(Anna).TheirKey, At(Anna).HandshakeDue));
        Stop(roster);
        roster = Start();

        Assert.Equal(answer, Redeem(roster, made.Code, "k1", Anna, "ik"));
        Assert.Equal((1, null), Redeem(roster, made.Code, "k2", Boris, "another") is var second ? (second.Status, second.Contact) : default);
        Assert.Equal(ContactStanding.Pending, At(Boris).Standing);
        var used = Assert.Single(Ask<InviteList>(roster, new GetInvites()).Invites);
        Assert.Equal((At(Anna).Id, "ik"), (used.UsedBy, used.UsedIdentity));
    }

    [Fact]
    public void Two_who_show_a_code_at_once_are_decided_one_after_the_other()
    {
        var roster = Start();
        var code = ((InviteResult.Made)Ask<InviteResult>(roster, new MakeInvite("", TimeSpan.FromHours(1)))).Code;
        roster.Tell(Handshake(code, "k1", Anna, "ik1"), TestActor);
        roster.Tell(Handshake(code, "k2", Boris, "ik2"), TestActor);
        ExpectMsg<HandshakeAnswer>();
        ExpectMsg<HandshakeAnswer>();
        Assert.Equal((ContactStanding.Accepted, ContactStanding.Pending), (At(Anna).Standing, At(Boris).Standing));
    }

    [Fact]
    public void An_invite_can_be_redeemed_until_its_hour_and_is_forgotten_after_it()
    {
        var roster = Start();
        var code = ((InviteResult.Made)Ask<InviteResult>(roster, new MakeInvite("", TimeSpan.FromHours(1)))).Code;
        Time.Advance(TimeSpan.FromHours(1));
        Redeem(roster, code, "k1", Anna, null);
        Assert.Equal(ContactStanding.Pending, At(Anna).Standing);
        Pass(TimeSpan.FromMinutes(1));
        AwaitAssert(() => Assert.Empty(Ask<InviteList>(roster, new GetInvites()).Invites));
    }

    [Fact]
    public void A_revoked_invite_is_useless_and_gone()
    {
        var roster = Start();
        var made = (InviteResult.Made)Ask<InviteResult>(roster, new MakeInvite("", TimeSpan.FromHours(1)));
        Assert.True(Ask<InviteEndResult>(roster, new EndInvite(made.Invite.Id)).Found);
        Assert.False(Ask<InviteEndResult>(roster, new EndInvite(made.Invite.Id)).Found);
        Redeem(roster, made.Code, "k1", Anna, null);
        Assert.Equal(ContactStanding.Pending, At(Anna).Standing);
    }

    [Fact]
    public void A_flood_of_strangers_keeps_nobody_out_who_was_invited()
    {
        var roster = Start();
        var code = ((InviteResult.Made)Ask<InviteResult>(roster, new MakeInvite("", TimeSpan.FromHours(1)))).Code;
        for (var i = 1; i <= 40; i++)
        {
            Shake(roster, "k", $"10.0.{i}.1", $"10.0.{i}.1");
        }

        Assert.NotNull(Redeem(roster, "guessed code, 16+", "k1", Anna, null).RetryAfter);
        Assert.Null(Redeem(roster, code, "k1", Anna, null).RetryAfter);
        Assert.Equal(ContactStanding.Accepted, At(Anna).Standing);
    }

    [Fact]
    public void A_followed_link_is_remembered_until_its_code_was_taken()
    {
        var roster = Start();
        var added = (AddResult.Added)Ask<AddResult>(roster, new FollowLink([Address.Parse(Anna), Address.Parse(Boris)], "ik", "the code", "Anna", null));
        Stop(roster);
        Start();
        Assert.Equal(("ik", "the code", true), At(Boris) is var row ? (row.LinkIdentity, row.InviteCode, row.HandshakeDue) : default);
        Assert.Equal(added.Profile.Id, At(Anna).Id);
    }

    private static ReceiveHandshake Handshake(string code, string key, string source, string? identity) =>
        new(key, Address.Parse(source), "", null, IPAddress.Parse(source)) { Invite = code, Identity = identity };

    private HandshakeAnswer Redeem(Akka.Actor.IActorRef roster, string code, string key, string source, string? identity) =>
        Ask<HandshakeAnswer>(roster, Handshake(code, key, source, identity));
}
