using Messenger.Storage.Sqlite;

namespace Messenger.Storage.Tests.Sqlite;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteFile _file;

    public SqliteFileTests() => _file = new SqliteFile(Path.Combine(_folder.Path, "some.db"), Durability.Full).Prepared();

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("synchronous", 2)]
    [InlineData("secure_delete", 1)]
    [InlineData("temp_store", 2)]
    public void Every_connection_commits_to_the_disk_overwrites_what_it_deletes_and_keeps_temporary_texts_in_memory(string pragma, int value)
    {
        using var first = _file.Open();
        using var second = _file.Open();

        Assert.Equal((value, value), (Read(first), Read(second)));

        long Read(SqliteSession session) => session.Single($"PRAGMA {pragma}", row => row.GetInt64(0));
    }
}
