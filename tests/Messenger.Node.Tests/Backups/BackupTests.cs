using System.Runtime.Versioning;
using Messenger.Node.Backups;
using Messenger.Node.Data;
using Messenger.Storage.Accounts;
using Microsoft.Data.Sqlite;

namespace Messenger.Node.Tests.Backups;

[UnsupportedOSPlatform("windows")]
public sealed class BackupTests : IDisposable
{
    private const string Passphrase = "correct horse battery";

    private readonly TemporaryFolder _folder = new();

    public BackupTests()
    {
        using (var data = DataFolder.Open(Data))
        {
            MasterKey.Load(data);
        }

        using var accounts = new AccountStore(Path.Combine(Data, "node.db"));
        accounts.AddSession([1], new Session("s", "browser", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue));
        accounts.AddToken([2], new BearerToken("t", "script", DateTimeOffset.UnixEpoch, null));
        Journal("create table journal (message text); insert into journal values ('first');", keepLog: false);
    }

    private string Data => _folder.File("data");

    private string Archive => _folder.File("backup");

    private string Restored => _folder.File("restored");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_restored_folder_has_the_journal_the_key_and_the_tokens_but_no_browser_stays_signed_in()
    {
        var taken = Take();

        var read = Restore.Run(Archive, Passphrase, Restored, TimeProvider.System, CancellationToken.None);

        Assert.Equal((taken.Id, taken.TakenAt), (read.Id, read.TakenAt));
        Assert.Equal(["first"], Messages(Restored));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Data, "master.key")), File.ReadAllBytes(Path.Combine(Restored, "master.key")));
        using var accounts = new AccountStore(Path.Combine(Restored, "node.db"));
        Assert.Single(accounts.Tokens());
        Assert.Empty(accounts.Sessions(DateTimeOffset.UnixEpoch));
        Assert.Equal(
            ["journal.db", "lock", "master.key", "node.db", "node.pid", "restored"],
            Directory.GetFiles(Restored).Select(Path.GetFileName).Where(name => !name!.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Restored, "journal.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
    }

    [Fact]
    public void Each_restore_begins_another_life_and_a_file_made_by_hand_does_too()
    {
        Take();
        Restore.Run(Archive, Passphrase, Restored, TimeProvider.System, CancellationToken.None);
        Restore.Run(Archive, Passphrase, _folder.File("again"), TimeProvider.System, CancellationToken.None);
        var lives = new[] { Data, Restored, _folder.File("again") }.Select(Life).ToList();
        File.WriteAllText(Path.Combine(Data, DatabaseLife.FileName), "");
        lives.Add(Life(Data));

        Assert.Equal("", lives[0]);
        Assert.Equal(4, lives.Distinct().Count());
        Assert.Equal(Life(Restored), Life(Restored));

        static string Life(string path)
        {
            using var folder = DataFolder.Open(path);
            return DatabaseLife.Read(folder).Id;
        }
    }

    [Fact]
    public void What_a_running_node_has_committed_is_in_the_backup_also_when_it_is_in_the_log_only_and_while_it_writes()
    {
        using var writer = Journal("insert into journal values ('in the log');", keepLog: true);
        using var transaction = writer.BeginTransaction();
        using var command = writer.CreateCommand();
        command.CommandText = "insert into journal values ('not committed');";
        command.Transaction = transaction;
        command.ExecuteNonQuery();

        Take();

        transaction.Commit();
        Restore.Run(Archive, Passphrase, Restored, TimeProvider.System, CancellationToken.None);
        Assert.Equal(["first", "in the log"], Messages(Restored));
        Assert.Equal(["first", "in the log", "not committed"], Messages(Data));
    }

    [Fact]
    public void Nothing_of_the_content_or_the_names_can_be_read_in_the_backup_and_no_draft_stays()
    {
        Take();

        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Archive));
        Assert.All(["first", "journal.db", "SQLite", "script"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(Data, "backup.draft")));
        Assert.False(File.Exists(Archive + ".new"));
    }

    [Fact]
    public void A_new_backup_replaces_an_old_one_but_no_other_file()
    {
        var first = Take();
        Assert.NotEqual(first.Id, Take().Id);
        File.WriteAllText(Archive, "letters");

        Assert.Contains("is no backup", Assert.Throws<BackupException>(Take).Message, StringComparison.Ordinal);
        Assert.Equal("letters", File.ReadAllText(Archive));
    }

    [Fact]
    public void A_damaged_database_makes_no_backup()
    {
        var file = Path.Combine(Data, "journal.db");
        var bytes = File.ReadAllBytes(file);
        Array.Clear(bytes, 4096, bytes.Length - 4096);
        File.WriteAllBytes(file, bytes);

        Assert.Contains("journal.db is damaged", Assert.Throws<BackupException>(Take).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Archive));
    }

    [Fact]
    public void A_folder_without_a_node_makes_no_backup()
    {
        File.Delete(Path.Combine(Data, "journal.db"));

        Assert.Contains("There is no node", Assert.Throws<BackupException>(Take).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("anything")]
    public void A_folder_that_has_data_is_left_as_it_is(string name)
    {
        Take();
        Directory.CreateDirectory(Restored);
        File.WriteAllText(Path.Combine(Restored, name), "theirs");

        Assert.Contains($"is not empty, it has {name}", Refused(Passphrase), StringComparison.Ordinal);
        Assert.Equal("theirs", File.ReadAllText(Assert.Single(Directory.GetFiles(Restored))));
    }

    [Fact]
    public void Another_passphrase_restores_nothing()
    {
        Take();

        Assert.Contains("passphrase", Refused("another passphrase"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public void A_backup_that_was_altered_or_cut_anywhere_restores_nothing()
    {
        Take();
        var whole = File.ReadAllBytes(Archive);
        foreach (var place in (int[])[0, 18, 25, 30, 44, whole.Length / 2, whole.Length - 1])
        {
            var altered = whole.ToArray();
            altered[place] ^= 1;
            File.WriteAllBytes(Archive, altered);
            Refused(Passphrase);
            File.WriteAllBytes(Archive, whole[..place]);
            Refused(Passphrase);
        }

        File.WriteAllBytes(Archive, [.. whole, 0]);
        Refused(Passphrase);
        Assert.False(Directory.Exists(Restored));
    }

    private string Refused(string passphrase) =>
        Assert.Throws<BackupException>(() => Restore.Run(Archive, passphrase, Restored, TimeProvider.System, CancellationToken.None)).Message;

    private BackupManifest Take() => Backup.Take(Data, Archive, Passphrase, TimeProvider.System, CancellationToken.None);

    private SqliteConnection Journal(string sql, bool keepLog)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; " + sql;
        command.ExecuteNonQuery();
        if (!keepLog)
        {
            connection.Dispose();
        }

        return connection;
    }

    private static List<string> Messages(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select message from journal";
        using var reader = command.ExecuteReader();
        var messages = new List<string>();
        while (reader.Read())
        {
            messages.Add(reader.GetString(0));
        }

        return messages;
    }
}
