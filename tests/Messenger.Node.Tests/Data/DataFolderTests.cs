using System.Runtime.Versioning;
using Messenger.Node.Data;

namespace Messenger.Node.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_folder_is_for_the_owner_alone()
    {
        using var folder = DataFolder.Open(_folder.File("new"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Fact]
    public void A_second_node_is_told_which_process_has_the_folder()
    {
        using var first = DataFolder.Open(_folder.Path);

        var error = Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder.Path));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_was_let_go_can_be_opened_again()
    {
        DataFolder.Open(_folder.Path).Dispose();

        using var again = DataFolder.Open(_folder.Path);

        Assert.Equal(_folder.Path, again.Path);
    }

    [Fact]
    public void An_empty_folder_open_to_others_is_closed_to_them()
    {
        var path = Shared("empty");

        using var folder = DataFolder.Open(path);

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
    }

    [Fact]
    public void A_shared_folder_with_foreign_files_is_refused_and_left_as_it_is()
    {
        var path = Shared("shared");
        File.WriteAllText(Path.Combine(path, "theirs"), "");
        var before = File.GetUnixFileMode(path);

        var error = Assert.Throws<CannotStartException>(() => DataFolder.Open(path));

        Assert.Contains("chmod 700", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        File.WriteAllText(_folder.File("file"), "");

        Assert.Throws<CannotStartException>(() => DataFolder.Open(_folder.File("file")));
    }

    [Fact]
    public void What_the_owner_only_may_read_replaces_the_old_content_at_once()
    {
        DataFolder.WriteOwnerOnly(_folder.File("secret"), "old and longer"u8);
        DataFolder.WriteOwnerOnly(_folder.File("secret"), "new"u8);

        Assert.Equal("new", File.ReadAllText(_folder.File("secret")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("secret")));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    private string Shared(string name)
    {
        var path = Directory.CreateDirectory(_folder.File(name)).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }
}
