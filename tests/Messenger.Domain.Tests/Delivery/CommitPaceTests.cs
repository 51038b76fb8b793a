using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery;

public sealed class CommitPaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Who_has_never_committed_is_not_lively() => Assert.False(default(CommitPace).IsLively(Start));

    [Theory]
    [InlineData(CommitPace.Lively - 1, false)]
    [InlineData(CommitPace.Lively, true)]
    public void So_many_commits_within_a_second_are_lively(int commits, bool lively) =>
        Assert.Equal(lively, Paced(commits, TimeSpan.FromMilliseconds(100)).IsLively(Start + TimeSpan.FromMilliseconds(900)));

    [Fact]
    public void The_same_over_a_longer_time_is_not() =>
        Assert.False(Paced(3 * CommitPace.Lively, TimeSpan.FromMilliseconds(200)).IsLively(Start + TimeSpan.FromSeconds(5)));

    [Theory]
    [InlineData(1999, true)]
    [InlineData(2000, false)]
    public void It_is_lively_for_a_second_more(int milliseconds, bool lively) =>
        Assert.Equal(lively, Paced(CommitPace.Lively, TimeSpan.Zero).IsLively(Start + TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void It_stays_lively_while_the_next_second_has_only_begun()
    {
        var turn = Start + TimeSpan.FromMilliseconds(1500);
        Assert.True(Paced(CommitPace.Lively, TimeSpan.Zero).Committing(turn).IsLively(turn));
    }

    [Fact]
    public void After_a_pause_it_is_not_lively_again_with_the_first_commit()
    {
        var later = Start + TimeSpan.FromSeconds(10);
        Assert.False(Paced(CommitPace.Lively, TimeSpan.Zero).Committing(later).IsLively(later));
    }

    private static CommitPace Paced(int commits, TimeSpan apart) =>
        Enumerable.Range(0, commits).Aggregate(default(CommitPace), (pace, number) => pace.Committing(Start + (number * apart)));
}
