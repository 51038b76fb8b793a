using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Tls;

/// <summary>Two nodes that know each other's own certificates by their hashes.</summary>
public sealed class PeerTlsTests
{
    private static readonly NodeSettings Tls = new() { Options = ["--peer-tls", "on"] };

    [Fact]
    public async Task Nodes_that_hear_TLS_alone_become_friends_by_the_address_with_the_hash_and_a_false_hash_holds_everything_back()
    {
        await using var anna = await NodeProcess.StartAsync(Tls);
        await using var boris = await NodeProcess.StartAsync(Tls);
        var address = (await boris.Api.GetAsync("node")).GetProperty("address").GetString()!;
        Assert.StartsWith($"https://{boris.Address}#sha256=", address, StringComparison.Ordinal);
        Assert.EndsWith((await boris.Api.GetAsync("node")).GetProperty("certificate").GetString()!, address, StringComparison.Ordinal);

        var ofBoris = (await anna.Api.AddContactAsync(address)).Id;
        var ofAnna = (await boris.Api.ContactBecomesAsync(c => c.State == "pending", "pending")).Id;
        await boris.Api.ActAsync(ofAnna, "accept");
        await anna.Api.ContactBecomesAsync(c => c.State == "accepted", "accepted");
        await anna.Api.SendAsync(ofBoris, "Hello");
        await boris.Api.ReceivesAsync(ofAnna, ["Hello"]);
        await boris.Api.SendAsync(ofAnna, "Hello yourself");
        await anna.Api.ReceivesAsync(ofBoris, ["Hello yourself"]);

        var wrong = address[..^43] + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        await anna.Api.ChangeContactAsync(ofBoris, new { addresses = new[] { wrong } });
        await anna.Api.SendAsync(ofBoris, "held back");
        await Eventually.Reads(
            async () => (await anna.Api.GetAsync("diagnostics")).GetRawText(), text => text.Contains("instead of AAECAwQ", StringComparison.Ordinal), "the reason is told", anna.Evidence);
        Assert.Equal(["Hello"], await boris.Api.TextsAsync(ofAnna, "in"));

        await boris.StopAsync();
        await boris.StartAgainAsync();
        await anna.Api.ChangeContactAsync(ofBoris, new { addresses = new[] { address } });
        await boris.Api.ReceivesAsync(ofAnna, ["Hello", "held back"]);
    }
}
