using Akka.Actor;
using Akka.TestKit;
using Messenger.Actors.Cluster;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Tests.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using static Messenger.Actors.Cluster.MemberProtocol;

namespace Messenger.Actors.Tests.Cluster;

public sealed class RosterFollowerTests : RosterWorld
{
    private readonly MembersByHand _members;
    private readonly TestProbe _keeper;
    private readonly LateJournal _journal = new();

    public RosterFollowerTests()
    {
        _members = new(this);
        _keeper = CreateTestProbe("keeper");
    }

    [Fact]
    public void A_member_that_missed_changes_catches_up_before_it_says_that_it_shows_them()
    {
        var follower = StartFollower();
        _journal.Write(1_200);
        follower.Tell(new RosterGrew(1_200), _keeper);
        Assert.Equal(new RosterSeen("here", 1_200), _keeper.ExpectMsg<RosterSeen>());
        Assert.Equal(1_200, Board.Current.All.Length);
    }

    [Fact]
    public void What_is_read_in_parts_is_shown_as_a_whole()
    {
        var follower = StartFollower();
        _journal.Write(1_200);
        _journal.OnRead = from => Assert.Equal(0, from > 1 ? Board.Current.All.Length : 0);
        follower.Tell(new RosterGrew(1), _keeper);
        Assert.Equal(new RosterSeen("here", 1_200), _keeper.ExpectMsg<RosterSeen>());
    }

    [Fact]
    public void What_a_member_shows_already_it_says_at_once()
    {
        var follower = StartFollower();
        _journal.Write(2);
        follower.Tell(new RosterGrew(2), _keeper);
        _keeper.ExpectMsg<RosterSeen>();
        var reads = _journal.Reads;
        follower.Tell(new RosterGrew(1), _keeper);
        Assert.Equal(2, _keeper.ExpectMsg<RosterSeen>().Version);
        Assert.Equal(reads, _journal.Reads);
    }

    [Fact]
    public void An_answer_is_passed_on_when_the_member_shows_what_it_tells_of()
    {
        var follower = StartFollower();
        follower.Tell(new RosterProtocol.GetInvites(), TestActor);
        var call = _keeper.ExpectMsg<RosterCall>();
        Assert.Equal("here", call.Member);
        follower.Tell(new RosterReturn(call.Id, 1, "the answer"), _keeper);
        ExpectNothingYet(follower);
        _journal.Write(1);
        Pass(TimeSpan.FromSeconds(10));
        ExpectMsg("the answer");
        Assert.Single(Board.Current.All);
    }

    [Fact]
    public void Changes_of_which_no_word_came_are_seen_all_the_same()
    {
        StartFollower();
        _journal.Write(1);
        Pass(TimeSpan.FromSeconds(10));
        AwaitCondition(() => Board.Version == 1);
    }

    [Fact]
    public void A_journal_that_cannot_be_read_is_read_again()
    {
        var follower = StartFollower();
        _journal.Write(1);
        _journal.IsAway = true;
        follower.Tell(new RosterGrew(1), _keeper);
        AwaitCondition(() => _journal.Failures > 0);
        _journal.IsAway = false;
        ExpectNothingYet(follower);
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _keeper.ExpectMsg<RosterSeen>().Version);
    }

    [Fact]
    public void A_contact_that_lives_here_is_told_that_its_profile_has_changed()
    {
        var follower = StartFollower();
        _journal.Write(1);
        follower.Tell(new RosterGrew(1), _keeper);
        _keeper.ExpectMsg<RosterSeen>();
        _journal.Write(1);
        follower.Tell(new RosterGrew(2), _keeper);
        _keeper.ExpectMsg<RosterSeen>();
        Assert.Equal(new ContactProtocol.Wake(LateJournal.IdOf(2), ContactProtocol.WakeReason.ProfileChanged), Region.ExpectMsg<ContactProtocol.Wake>());
    }

    [Fact]
    public void A_note_goes_to_the_keeper_and_expects_no_answer()
    {
        var follower = StartFollower();
        follower.Tell(new RosterProtocol.AudienceChanged(true), TestActor);
        Assert.Equal(new RosterCall(0, "here", new RosterProtocol.AudienceChanged(true)), _keeper.ExpectMsg<RosterCall>());
    }

    [Fact]
    public void The_keeper_hears_again_and_again_that_somebody_watches_here()
    {
        var follower = StartFollower();
        follower.Tell(new RosterProtocol.AudienceChanged(true), TestActor);
        _keeper.ExpectMsg<RosterCall>();
        Pass(TimeSpan.FromSeconds(30));
        _keeper.ExpectMsg<RosterCall>();
    }

    private IActorRef StartFollower()
    {
        var follower = Sys.ActorOf(Props.Create(() => new RosterFollower(Services, Region, _keeper, _journal, _members)));

        // Nothing is dealt with before it has read the list.
        follower.Tell(new RosterGrew(0), _keeper);
        _keeper.ExpectMsg<RosterSeen>();
        return follower;
    }

    private void ExpectNothingYet(IActorRef follower)
    {
        follower.Tell(new Identify(0), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    /// <summary>The journal of the list as the keeper writes it, which is empty when the follower starts.</summary>
    private sealed class LateJournal : IJournalReader
    {
        private volatile int _rows;
        private volatile int _reads;
        private volatile int _failures;

        public bool IsAway { get; set; }

        public Action<long> OnRead { get; set; } = _ => { };

        public int Reads => _reads;

        public int Failures => _failures;

        public static ContactId IdOf(int number) => new($"contact-{number}");

        public void Write(int rows) => _rows += rows;

        public Task<IReadOnlyDictionary<string, long>> LastSequencesAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<JournalSlice> ReadAsync(string persistenceId, long from, int count, CancellationToken cancellation)
        {
            _reads++;
            OnRead(from);
            if (IsAway)
            {
                _failures++;
                return Task.FromException<JournalSlice>(new IOException("The database is away."));
            }

            return Task.FromResult(new JournalSlice(persistenceId, from, [.. Enumerable.Range(1, _rows).Skip((int)from - 1).Take(count).Select(Row)]));
        }

        private static ContactAdded Row(int number) =>
            new(DateTimeOffset.UnixEpoch, IdOf(number), [$"10.1.{number / 250}.{(number % 250) + 1}"], "", $"~{number} key");
    }
}
