using Akka.Actor;
using Messenger.Actors.Cluster;
using Messenger.Actors.Tests.Roster;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Tests.Cluster;

public sealed class PresenceExchangeTests : RosterWorld
{
    private static readonly ContactId AnnaHere = new("anna");
    private static readonly ContactId BorisThere = new("boris");
    private readonly MembersByHand _members;

    public PresenceExchangeTests() => _members = new(this);

    [Fact]
    public void Who_comes_here_is_told_to_every_other_member_at_once()
    {
        var (second, third) = (_members.Add("second"), _members.Add("third"));
        StartExchange();
        Presence.Heard(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        Assert.Equal(AnnaHere, Assert.Single(second.ExpectMsg<PresenceSeen>().Contacts).Contact);
        Assert.Equal(AnnaHere, Assert.Single(third.ExpectMsg<PresenceSeen>().Contacts).Contact);
    }

    [Fact]
    public void Who_goes_here_is_told_at_once_too()
    {
        var second = _members.Add("second");
        StartExchange();
        Presence.Connected(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        Assert.False(second.ExpectMsg<PresenceSeen>().Contacts.Single().Lost);
        Presence.Lost(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        Assert.True(second.ExpectMsg<PresenceSeen>().Contacts.Single().Lost);
    }

    [Fact]
    public void Who_stays_online_is_told_now_and_then()
    {
        var second = _members.Add("second");
        StartExchange();
        Presence.Heard(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        second.ExpectMsg<PresenceSeen>();
        Presence.Heard(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        Pass(TimeSpan.FromSeconds(14.5));
        Assert.Equal(Time.GetUtcNow() - TimeSpan.FromSeconds(15), second.ExpectMsg<PresenceSeen>().Contacts.Single().LastOnline);
    }

    [Fact]
    public void What_another_member_saw_is_believed_and_told_to_nobody()
    {
        var second = _members.Add("second");
        var exchange = StartExchange();
        exchange.Tell(Seen(BorisThere));
        AwaitCondition(() => Presence.Of(BorisThere).IsOnline(Time.GetUtcNow()));
        Presence.Heard(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromSeconds(15));
        Assert.Equal(AnnaHere, Assert.Single(second.ExpectMsg<PresenceSeen>().Contacts).Contact);
    }

    [Fact]
    public void A_member_that_comes_is_told_who_is_online()
    {
        var exchange = StartExchange();
        Presence.Heard(AnnaHere, Time.GetUtcNow());
        Pass(TimeSpan.FromMilliseconds(500));
        var second = _members.Add("second");
        exchange.Tell(new MemberCame("second"));
        Settle(exchange);
        Pass(TimeSpan.FromSeconds(15));
        Assert.Equal(AnnaHere, Assert.Single(second.ExpectMsg<PresenceSeen>().Contacts).Contact);
    }

    [Fact]
    public void Who_was_only_seen_elsewhere_falls_silent_here_too()
    {
        var exchange = StartExchange();
        exchange.Tell(Seen(BorisThere));
        Settle(exchange);
        Pass(TimeSpan.FromSeconds(10));
        Settle(exchange);
        var changes = new List<ContactId>();
        Presence.Changed += changes.Add;
        Pass(TimeSpan.FromSeconds(80));
        Settle(exchange);
        Assert.Equal([BorisThere], changes);
    }

    private PresenceSeen Seen(ContactId contact) => new([new SeenByMember(contact, null, Time.GetUtcNow(), false)]);

    private IActorRef StartExchange()
    {
        var exchange = Sys.ActorOf(Props.Create(() => new PresenceExchange(Presence, Time, _members)));
        Settle(exchange);

        // The first round tells everything.
        Pass(TimeSpan.FromMilliseconds(500));
        Settle(exchange);
        return exchange;
    }

    private void Settle(IActorRef exchange)
    {
        exchange.Tell(new Identify(0), TestActor);
        ExpectMsg<ActorIdentity>();
    }
}
