using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Messenger.Node.Locked;
using Messenger.Storage.Accounts;

namespace Messenger.Node.Tests.Locked;

/// <summary>What takes the passphrase when there is something wrong with the file that it would open.</summary>
public sealed class LockedHostTests : IDisposable
{
    private const string Passphrase = "correct horse";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_browser_gets_its_page_and_is_told_that_the_node_is_locked()
    {
        using var folder = DataFolder.Open(_folder.Path);
        var options = new NodeOptions { DataPath = _folder.Path, GuiListen = [new(IPAddress.Loopback, 0)] };
        await using var host = LockedHost.Build(options, folder, new AccountStore(_folder.File("node.db")), new(), TimeProvider.System);
        await host.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(host.Urls.Single()) };

        using var page = await client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(WebFiles.OfNode.Exist ? HttpStatusCode.OK : HttpStatusCode.Redirect, page.StatusCode);
        using var session = await client.GetAsync(new Uri("api/v1/session", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, session.StatusCode);
        Assert.Equal("locked", (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(60, null, "damaged_keys")]
    [InlineData(1, null, "damaged_keys")]
    [InlineData(89, 0, "damaged_keys")]
    [InlineData(89, 18, "damaged_keys")]
    [InlineData(89, 85, "wrong_passphrase")]
    public async Task A_key_that_was_damaged_while_the_node_waited_is_named_with_what_to_do(int length, int? flipped, string code)
    {
        using var folder = DataFolder.Open(_folder.Path);
        _ = MasterKey.Load(folder);
        var file = folder.File(MasterKey.FileName);
        var whole = SealedKeyFile.Seal(File.ReadAllBytes(file), Passphrase);
        SealedKeyFile.Replace(file, whole);
        var unlocked = new TaskCompletionSource<MasterKey>();
        var options = new NodeOptions { DataPath = _folder.Path, GuiListen = [new(IPAddress.Loopback, 0)] };
        await using var host = LockedHost.Build(options, folder, new AccountStore(_folder.File("node.db")), unlocked, TimeProvider.System);
        await host.StartAsync();

        var damaged = whole[..length];
        if (flipped is { } place)
        {
            damaged[place] ^= 0x80;
        }

        SealedKeyFile.Replace(file, damaged);
        using var client = new HttpClient { BaseAddress = new(host.Urls.Single()) };
        using var answer = await client.PostAsJsonAsync("api/v1/unlock", new { passphrase = Passphrase });

        Assert.InRange((int)answer.StatusCode, 400, 499);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(file, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("backup", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(unlocked.Task.IsCompleted);
    }
}
