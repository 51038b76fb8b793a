using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Tests.Roster;

public sealed class PresenceBoardTests
{
    private static readonly ContactId Anna = new("anna");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PresenceBoard _board = new();
    private readonly List<ContactId> _changes = [];

    public PresenceBoardTests() => _board.Changed += _changes.Add;

    [Fact]
    public void A_contact_that_is_lost_is_offline_at_once_and_was_still_last_online_when_it_was_heard()
    {
        _board.Connected(Anna, Noon);

        _board.Lost(Anna, Noon.AddSeconds(10));

        Assert.False(_board.Of(Anna).IsOnline(Noon.AddSeconds(10)));
        Assert.Equal((Noon, Noon), (_board.Of(Anna).LastConnect, _board.Of(Anna).LastOnline));
        Assert.Equal([Anna, Anna], _changes);
    }

    [Fact]
    public void A_lost_contact_that_is_heard_is_online_again()
    {
        _board.Connected(Anna, Noon);
        _board.Lost(Anna, Noon.AddSeconds(10));

        _board.Heard(Anna, Noon.AddSeconds(20));

        Assert.True(_board.Of(Anna).IsOnline(Noon.AddSeconds(20)));
        Assert.Equal((Noon, Noon.AddSeconds(20)), (_board.Of(Anna).LastConnect, _board.Of(Anna).LastOnline));
        Assert.Equal(3, _changes.Count);
    }

    [Fact]
    public void What_an_earlier_run_knew_makes_nobody_online()
    {
        _board.Restore(Anna, Noon, Noon);

        Assert.False(_board.Of(Anna).IsOnline(Noon.AddSeconds(1)));
        Assert.Equal((Noon, Noon), (_board.Of(Anna).LastConnect, _board.Of(Anna).LastOnline));
    }

    [Fact]
    public void Of_what_another_member_knows_the_later_sign_of_life_counts()
    {
        var noted = new List<ContactId>();
        _board.Noted += noted.Add;
        _board.Restore(Anna, Noon.AddDays(-1), Noon.AddDays(-1));

        _board.Learn(Anna, new Presence(null, Noon), Noon);
        _board.Learn(Anna, new Presence(Noon.AddHours(-1), Noon.AddHours(-1)) { Lost = true }, Noon);

        Assert.True(_board.Of(Anna).IsOnline(Noon));
        Assert.Equal((Noon.AddHours(-1), Noon), (_board.Of(Anna).LastConnect, _board.Of(Anna).LastOnline));
        _board.Learn(Anna, new Presence(Noon.AddHours(-1), Noon) { Lost = true }, Noon);
        Assert.False(_board.Of(Anna).IsOnline(Noon));
        Assert.Equal([Anna, Anna], _changes);
        Assert.Empty(noted);
    }
}
