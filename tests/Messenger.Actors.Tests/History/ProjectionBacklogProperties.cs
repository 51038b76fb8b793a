using CsCheck;
using Messenger.Actors.History;
using Messenger.Actors.Ports;

namespace Messenger.Actors.Tests.History;

public sealed class ProjectionBacklogProperties
{
    private const int Length = 30;
    private static readonly string[] Ids = ["a", "b", "c"];

    private enum What
    {
        Hint,
        Announce,
        Work,
        SomebodyElseWrites,
    }

    private static readonly Gen<(What What, int Id, int First, int Count)[]> Steps = Gen.Select(
        Gen.Frequency((5, Gen.Const(What.Hint)), (1, Gen.Const(What.Announce)), (6, Gen.Const(What.Work)), (1, Gen.Const(What.SomebodyElseWrites))),
        Gen.Int[0, Ids.Length - 1],
        Gen.Int[1, Length],
        Gen.Int[1, 5]).Array[1, 200];

    [Fact]
    public void Every_event_is_applied_once_and_in_order_whatever_hints_are_lost_repeated_or_late() => Steps.Sample(steps =>
    {
        var world = new World();
        foreach (var (what, id, first, count) in steps)
        {
            var last = Math.Min(first + count - 1, Length);
            switch (what)
            {
                case What.Hint:
                    world.Backlog.Add(World.Journal(Ids[id], first, last));
                    break;
                case What.Announce:
                    world.Backlog.Require(Ids[id], last);
                    break;
                case What.SomebodyElseWrites:
                    world.ApplyElsewhere(Ids[id]);
                    break;
                default:
                    world.Work();
                    break;
            }
        }

        foreach (var id in Ids)
        {
            world.Backlog.Require(id, Length);
        }

        Assert.Equal(Ids.Sum(id => Length - world.Backlog.AppliedTo(id)), world.Backlog.Lag);
        while (world.Work())
        {
        }

        foreach (var id in Ids)
        {
            Assert.Equal(Enumerable.Range(1, Length), world.Stored[id]);
            Assert.Equal(Length, world.Backlog.AppliedTo(id));
        }
    });

    [Fact]
    public void What_has_to_be_read_of_several_journals_goes_into_one_transaction()
    {
        var world = new World();
        foreach (var id in Ids)
        {
            world.Backlog.Require(id, 4);
        }

        while (world.Work())
        {
        }

        Assert.Equal(1, world.Transactions);
        Assert.All(Ids, id => Assert.Equal(4, world.Backlog.AppliedTo(id)));
    }

    [Fact]
    public void What_was_hinted_waits_for_a_few_reads_at_most()
    {
        var world = new World();
        var backlog = world.Backlog;
        for (var number = 0; number < 100; number++)
        {
            backlog.Require($"unknown {number}", 1);
        }

        backlog.Add(World.Journal("a", 1, 1));
        for (var reads = 0; reads < ProjectionBacklog.ReadsAtOnce; reads++)
        {
            var read = Assert.IsType<ProjectionBacklog.Work.Read>(backlog.Next());
            backlog.Read(new JournalSlice(read.PersistenceId, read.From, []));
        }

        Assert.IsType<ProjectionBacklog.Work.Apply>(backlog.Next());
    }

    [Fact]
    public void A_journal_that_grows_as_fast_as_it_is_read_does_not_hold_up_the_others()
    {
        var backlog = new ProjectionBacklog(new Dictionary<string, long>());
        backlog.Require("busy", 1_000);
        backlog.Require("other", 1);
        var read = Assert.IsType<ProjectionBacklog.Work.Read>(backlog.Next());
        backlog.Require("busy", 2_000);
        backlog.Read(new JournalSlice(read.PersistenceId, read.From, new object[100]));
        Assert.Equal(new ProjectionBacklog.Work.Read("other", 1), backlog.Next());
    }

    [Fact]
    public void A_number_that_the_journal_does_not_have_is_looked_for_once()
    {
        var world = new World();
        world.Backlog.Require("a", Length + 5);
        var works = 0;
        while (world.Work())
        {
            works++;
        }

        Assert.InRange(works, 1, 4 * Length);
        Assert.Equal(Length, world.Backlog.AppliedTo("a"));
    }

    [Fact]
    public void A_number_that_came_while_the_journal_was_read_is_a_reason_to_read_again()
    {
        var backlog = new ProjectionBacklog(new Dictionary<string, long>());
        backlog.Require("a", 1);
        Assert.Equal(new ProjectionBacklog.Work.Read("a", 1), backlog.Next());
        backlog.Add(new JournalSlice("a", 2, [2]));
        backlog.Read(new JournalSlice("a", 1, []));

        Assert.Equal(new ProjectionBacklog.Work.Read("a", 1), backlog.Next());
    }

    [Fact]
    public void Hints_beyond_the_capacity_are_read_back_later()
    {
        var backlog = new ProjectionBacklog(new Dictionary<string, long>());
        backlog.Add(new JournalSlice("a", 1, new object[ProjectionBacklog.Capacity]));
        backlog.Add(new JournalSlice("b", 1, [1]));

        var apply = Assert.IsType<ProjectionBacklog.Work.Apply>(backlog.Next());
        Assert.Equal("a", Assert.Single(apply.Slices).PersistenceId);
        Assert.Null(backlog.Next());
        backlog.Applied(new Dictionary<string, long> { ["a"] = ProjectionBacklog.Capacity });
        Assert.Equal(new ProjectionBacklog.Work.Read("b", 1), backlog.Next());
    }

    private sealed class World
    {
        private ProjectionBacklog.Work? _begun;

        public ProjectionBacklog Backlog { get; } = new(new Dictionary<string, long>());

        public int Transactions { get; private set; }

        public Dictionary<string, List<int>> Stored { get; } = Ids.ToDictionary(id => id, _ => new List<int>());

        public static JournalSlice Journal(string id, int first, int last) =>
            new(id, first, [.. Enumerable.Range(first, Math.Max(0, Math.Min(last, Length) - first + 1)).Cast<object>()]);

        public void ApplyElsewhere(string id)
        {
            if (Stored[id].Count < Length)
            {
                Stored[id].Add(Stored[id].Count + 1);
            }
        }

        /// <summary>Begins the next piece of work, or ends the one begun as the read model and the journal would; false when there is none.</summary>
        public bool Work()
        {
            if (_begun is null)
            {
                _begun = Backlog.Next();
                return _begun is not null;
            }

            var work = _begun;
            _begun = null;
            switch (work)
            {
                case ProjectionBacklog.Work.Apply apply:
                    Transactions++;
                    foreach (var slice in apply.Slices.Where(s => s.First == Stored[s.PersistenceId].Count + 1))
                    {
                        Stored[slice.PersistenceId].AddRange(slice.Events.Cast<int>());
                    }

                    Backlog.Applied(apply.Slices.ToDictionary(s => s.PersistenceId, s => (long)Stored[s.PersistenceId].Count));
                    break;
                case ProjectionBacklog.Work.Read read:
                    Backlog.Read(Journal(read.PersistenceId, (int)read.From, (int)read.From + 3));
                    break;
            }

            return true;
        }
    }
}
