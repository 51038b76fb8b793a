using Messenger.Node.Data;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests.Data;

public sealed class DatabaseSizeTests
{
    [Fact]
    public async Task Files_are_looked_at_every_time_with_their_write_ahead_logs()
    {
        using var folder = new TemporaryFolder();
        var size = DatabaseSize.OfFiles(folder.Path, new FakeTimeProvider());
        Assert.Equal(0, (await size.MeasureAsync(default))["journal"]);

        await File.WriteAllTextAsync(folder.File("journal.db"), "12345");
        await File.WriteAllTextAsync(folder.File("journal.db-wal"), "123");

        Assert.Equal(8, (await size.MeasureAsync(default))["journal"]);
    }

    [Fact]
    public async Task A_server_is_asked_once_a_minute_at_most()
    {
        var (asked, time) = (0, new FakeTimeProvider());
        var size = DatabaseSize.OfServer(_ => Task.FromResult((long)++asked), time);
        Assert.Equal(1, (await size.MeasureAsync(default))["database"]);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, (await size.MeasureAsync(default))["database"]);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await size.MeasureAsync(default))["database"]);
    }

    [Fact]
    public async Task A_server_that_did_not_answer_is_asked_again()
    {
        var isAway = true;
        var size = DatabaseSize.OfServer(_ => isAway ? Task.FromException<long>(new IOException("away")) : Task.FromResult(7L), new FakeTimeProvider());
        await Assert.ThrowsAsync<IOException>(() => size.MeasureAsync(default));

        isAway = false;

        Assert.Equal(7, (await size.MeasureAsync(default))["database"]);
    }
}
