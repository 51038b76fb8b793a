using System.Runtime.Versioning;
using System.Security.Cryptography;
using Messenger.Node.Data;

namespace Messenger.Node.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class SealedKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(MasterKey.SecretSize);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_right_passphrase_opens_the_key_and_another_one_does_not()
    {
        var file = SealedKeyFile.Seal(_secret, "correct horse");

        Assert.True(SealedKeyFile.IsOne(file));
        Assert.False(SealedKeyFile.IsOne(_secret));
        Assert.Equal(_secret, SealedKeyFile.Open(file, "correct horse"));
        Assert.Null(SealedKeyFile.Open(file, "correct horsf"));
        Assert.NotEqual(file, SealedKeyFile.Seal(_secret, "correct horse"));
        Assert.Equal(-1, file.AsSpan().IndexOf(_secret));
    }

    [Fact]
    public void A_damaged_file_is_no_key()
    {
        var file = SealedKeyFile.Seal(_secret, "correct horse");

        Assert.Throws<InvalidDataException>(() => SealedKeyFile.Open(file.AsSpan(0, file.Length - 1), "correct horse"));
        Assert.Throws<InvalidDataException>(() => SealedKeyFile.Open(file.AsSpan(1), "correct horse"));
        Assert.Throws<InvalidDataException>(() => SealedKeyFile.Open(Flipped(file, 17), "correct horse"));
        Assert.Null(SealedKeyFile.Open(Flipped(file, 30), "correct horse"));
        Assert.Null(SealedKeyFile.Open(Flipped(file, file.Length - 1), "correct horse"));
    }

    [Fact]
    public void What_stood_in_a_replaced_file_is_overwritten()
    {
        var path = _folder.File("master.key");
        DataFolder.WriteOwnerOnly(path, _secret);
        using var old = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        SealedKeyFile.Replace(path, "new"u8);

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var left = new byte[_secret.Length];
        old.ReadExactly(left);
        Assert.NotEqual(_secret, left);
    }

    [Fact]
    public void A_folder_says_whether_it_is_locked_and_opens_to_the_same_key()
    {
        using var folder = DataFolder.Open(_folder.Path);
        Assert.False(MasterKey.IsLocked(folder));
        var box = MasterKey.Load(folder).Seal("key");
        var path = _folder.File("master.key");

        SealedKeyFile.Replace(path, SealedKeyFile.Seal(File.ReadAllBytes(path), "correct horse"));

        Assert.True(MasterKey.IsLocked(folder));
        Assert.Null(MasterKey.Unlock(folder, "wrong"));
        Assert.Equal("key", MasterKey.Unlock(folder, "correct horse")!.Open(box));
    }

    [Theory]
    [InlineData(60, 59)]
    [InlineData(18, 50)]
    [InlineData(89, 17)]
    public void A_damaged_sealed_key_keeps_the_node_from_starting_and_is_named(int length, int flipped)
    {
        using var folder = DataFolder.Open(_folder.Path);
        var damaged = Flipped(SealedKeyFile.Seal(_secret, "correct horse"), flipped)[..length];
        DataFolder.WriteOwnerOnly(_folder.File("master.key"), damaged);

        var error = Assert.Throws<CannotStartException>(() => MasterKey.IsLocked(folder)).Message;

        Assert.Contains(_folder.File("master.key"), error, StringComparison.Ordinal);
        Assert.Contains("restore", error, StringComparison.Ordinal);
    }

    private static byte[] Flipped(byte[] file, int place)
    {
        var changed = file.ToArray();
        changed[place] ^= 0x80;
        return changed;
    }
}
