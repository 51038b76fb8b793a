using System.Runtime.Versioning;
using System.Security.Cryptography;
using Messenger.Node.Data;

namespace Messenger.Node.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MasterKey _key = new(new byte[32]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Members_of_a_cluster_have_the_same_certificate_key_and_nobody_else()
    {
        using var one = _key.MemberCertificate();
        using var other = new MasterKey(new byte[32]).MemberCertificate();
        using var foreign = new MasterKey(RandomNumberGenerator.GetBytes(32)).MemberCertificate();

        Assert.True(one.HasPrivateKey);
        Assert.Equal(one.GetPublicKey(), other.GetPublicKey());
        Assert.NotEqual(one.GetPublicKey(), foreign.GetPublicKey());
    }

    [Fact]
    public void The_first_member_makes_the_key_that_all_share_and_one_with_another_is_refused()
    {
        var shared = _folder.File("shared.key");
        using var first = DataFolder.Open(_folder.File("first"));
        using var second = DataFolder.Open(_folder.File("second"));
        using var third = DataFolder.Open(_folder.File("third"));
        MasterKey.Load(third);

        MasterKey.Share(first, shared);
        MasterKey.Share(second, shared);
        MasterKey.Share(first, shared);

        Assert.Equal("key", MasterKey.Load(second).Open(MasterKey.Load(first).Seal("key")));
        Assert.Contains("another key", Assert.Throws<CannotStartException>(() => MasterKey.Share(third, shared)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("key")]
    [InlineData("пароль 🔑")]
    public void What_is_sealed_opens_to_the_same(string text) => Assert.Equal(text, _key.Open(_key.Seal(text)));

    [Fact]
    public void Sealing_twice_gives_two_texts() => Assert.NotEqual(_key.Seal("key"), _key.Seal("key"));

    [Fact]
    public void Another_master_key_opens_nothing()
    {
        var other = new MasterKey(RandomNumberGenerator.GetBytes(32));

        Assert.ThrowsAny<CryptographicException>(() => other.Open(_key.Seal("key")));
    }

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        var box = _key.Seal("key");
        for (var i = 0; i < box.Length; i++)
        {
            var changed = string.Concat(box.AsSpan(0, i), box[i] == 'A' ? "B" : "A", box.AsSpan(i + 1));
            Assert.ThrowsAny<CryptographicException>(() => _key.Open(changed));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.")]
    [InlineData("v1.AAAA")]
    [InlineData("v1.not base64!")]
    [InlineData("v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_was_never_sealed_is_refused(string text) => Assert.ThrowsAny<CryptographicException>(() => _key.Open(text));

    [Fact]
    public void A_sealed_text_of_an_earlier_release_still_opens() =>
        Assert.Equal("golden", _key.Open("v1.AAECAwQFBgcICQoL1589Pd9CagJBrfgwRmuPn8Q55RqM4A"));

    [Fact]
    public void Lookup_hashes_are_stable_and_depend_on_the_master_key()
    {
        Assert.Equal("YartOwGyse-XjyjUNXilSWLckHOFImZz2QZqs2-c0fQ", _key.LookupHash("key"));
        Assert.NotEqual(_key.LookupHash("key"), new MasterKey(RandomNumberGenerator.GetBytes(32)).LookupHash("key"));
        Assert.NotEqual(_key.LookupHash("key"), _key.LookupHash("other"));
    }

    [Fact]
    public void The_key_of_a_folder_is_made_once_and_for_the_owner_alone()
    {
        using var folder = DataFolder.Open(_folder.Path);

        var box = MasterKey.Load(folder).Seal("key");

        Assert.Equal("key", MasterKey.Load(folder).Open(box));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("master.key")));
    }

    [Fact]
    public void A_folder_whose_key_was_lost_is_not_given_another()
    {
        using var folder = DataFolder.Open(_folder.Path);
        File.WriteAllText(_folder.File("journal.db"), "");

        Assert.Contains("master.key is missing", Assert.Throws<CannotStartException>(() => MasterKey.Load(folder)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("master.key")));
    }

    [Fact]
    public void A_damaged_key_is_named()
    {
        using var folder = DataFolder.Open(_folder.Path);
        File.WriteAllBytes(_folder.File("master.key"), new byte[31]);

        Assert.Contains("damaged", Assert.Throws<CannotStartException>(() => MasterKey.Load(folder)).Message, StringComparison.Ordinal);
    }
}
