using System.Text;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Sealing;

/// <summary>What a friend who carries sealed messages can see of them, and do to them.</summary>
public sealed class SealedRelayTests : IAsyncLifetime
{
    private static readonly NodeSettings Hasty = new() { Options = ["--relay-after", "0", "--retry-min", "0.2"] };
    private NodeProcess _ann = null!;
    private NodeProcess _bob = null!;
    private string _toBob = "";
    private string _toAnn = "";

    public async Task InitializeAsync()
    {
        _ann = await NodeProcess.StartAsync(Hasty);
        _bob = await NodeProcess.StartAsync(Hasty);
        (_toBob, _toAnn) = await Friends.BecomeAsync(_ann, _bob);
        await _ann.Api.ContactBecomesAsync(c => c.Id == _toBob && c.Encryption == "offered", "known by its identity");
        await _bob.Api.ContactBecomesAsync(c => c.Id == _toAnn && c.Encryption == "offered", "known by its identity");
    }

    public async Task DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_relay_has_the_text_neither_in_its_files_nor_in_its_log_nor_in_its_memory()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads /proc.");
        await using var rob = await NodeProcess.StartAsync(Hasty);
        var (robOfAnn, _) = await Friends.BecomeAsync(_ann, rob);
        var (robOfBob, _) = await Friends.BecomeAsync(_bob, rob);
        var secret = $"Встречаемся в полдень {Guid.NewGuid():N}";
        await _bob.StopAsync();

        await _ann.Api.SendAsync(_toBob, secret);
        await _ann.Api.AllOutBecomeAsync(_toBob, "relayed");
        Assert.Equal([robOfAnn], (await _ann.Api.ConversationAsync(_toBob))[^1].Relays);
        await _ann.KillAsync();

        byte[][] forms = [Encoding.UTF8.GetBytes(secret[^20..]), Encoding.Unicode.GetBytes(secret[^20..])];
        byte[][] known = [Encoding.UTF8.GetBytes(_bob.Address), Encoding.Unicode.GetBytes(_bob.Address)];
        Assert.True(ProcessMemory.Holds(rob.ProcessId, known), "what the relay knows is found in its memory");
        Assert.False(ProcessMemory.Holds(rob.ProcessId, forms), "the text is in the relay's memory");
        Assert.True(FilesHold(rob, known), "what the relay knows is found in its files");
        Assert.False(FilesHold(rob, forms), "the text is in the relay's files");
        Assert.DoesNotContain(secret, rob.Output + rob.Log, StringComparison.Ordinal);

        await _bob.StartAgainAsync();
        await _bob.Api.ReceivesAsync(_toAnn, [secret]);
        var received = Assert.Single(await _bob.Api.ConversationAsync(_toAnn));
        Assert.Equal((robOfBob, true, SealingTests.Enctype), (received.Via, received.Proven, received.Enctype));
        await _ann.StartAgainAsync();
        await _ann.Api.AllOutBecomeAsync(_toBob, "delivered");
        Assert.Single(await _bob.Api.ConversationAsync(_toAnn));
    }

    [Fact]
    public async Task A_relay_that_alters_drops_doubles_reorders_replays_and_readdresses_forges_nothing_and_is_seen_to_drop()
    {
        await using var relay = await SeedDouble.StartAsync(new SeedHabits { Relays = true });
        await using var clara = await NodeProcess.StartAsync(Hasty);
        await SeedFriend.AskedByNodeAsync(_ann, relay);
        var relayOfBob = (await SeedFriend.AskedByNodeAsync(_bob, relay)).Id;
        await SeedFriend.AskedByNodeAsync(clara, relay);
        var (annOfClara, _) = await Friends.BecomeAsync(clara, _ann);
        await clara.Api.ContactBecomesAsync(c => c.Id == annOfClara && c.Encryption == "offered", "known by its identity");
        await _bob.StopAsync();
        string[] texts = [.. Enumerable.Range(1, 12).Select(n => $"message {n}")];
        foreach (var text in texts)
        {
            await _ann.Api.SendAsync(_toBob, text);
        }

        await Eventually.Holds(() => relay.Carried.Count == texts.Length, "the relay has everything", _ann.Evidence);
        await _ann.StopAsync();
        await _bob.StartAgainAsync();
        var honest = relay.Carried;

        Assert.Empty(await relay.HandOverAsync(_bob.Address, [.. honest.Select(Altered)]));
        Assert.Empty(await relay.HandOverAsync(_bob.Address, [.. honest.Select(m => m with { Enctype = "" })]));
        await relay.HandOverAsync(_bob.Address, [.. honest.Select(m => m with { From = relay.Address })]);
        Assert.All(await _bob.Api.ConversationAsync(relayOfBob), m => Assert.Equal(("", false, "unknown_author"), (m.Text, m.Proven, m.Unreadable)));
        Assert.Empty(await relay.HandOverAsync(_bob.Address, new SeedMessage(_ann.Address, _bob.Address, "send money", "1764000000", "")));
        Assert.Empty(await relay.HandOverAsync(clara.Address, [.. honest.Select(m => m with { To = clara.Address })]));
        SeedMessage[] dropped = [honest[3], honest[7], honest[8]];
        SeedMessage[] kept = [.. honest.Except(dropped).Reverse()];
        Assert.Equal(kept.Length, (await relay.HandOverAsync(_bob.Address, kept)).Count);
        Assert.Equal(kept.Length, (await relay.HandOverAsync(_bob.Address, [.. kept.Select(m => m with { Timestamp = "1" })])).Count);

        string[] expected = [.. texts.Where((_, n) => n is not (3 or 7 or 8))];
        await _bob.Api.ReceivesAsync(_toAnn, expected);
        var received = await _bob.Api.ConversationAsync(_toAnn);
        Assert.All(received, m => Assert.Equal((relayOfBob, true), (m.Via, m.Proven)));
        Assert.Equal([0, 0, 0, 1, 0, 0, 2, 0, 0], received.Select(m => m.Missing));
        Assert.Equal(3, (await _bob.Api.ContactAsync(_toAnn)).Sealing!.Missing);
        Assert.Empty(await clara.Api.ConversationAsync(annOfClara));
        Assert.Contains("seal", (await _bob.Api.GetAsync("diagnostics")).GetProperty("refused").EnumerateArray().Select(r => r.GetProperty("action").GetString()));

        await _ann.StartAgainAsync();
        await _ann.Api.AllOutBecomeAsync(_toBob, "delivered");
        await _bob.Api.ReceivesAsync(_toAnn, texts);
        received = await _bob.Api.ConversationAsync(_toAnn);
        Assert.All(received, m => Assert.Equal((0L, null), (m.Missing, m.Warning)));
        Assert.Equal(0, (await _bob.Api.ContactAsync(_toAnn)).Sealing!.Missing);
    }

    private static SeedMessage Altered(SeedMessage message, int n)
    {
        var bytes = Convert.FromBase64String(message.Message);
        bytes[n * (bytes.Length - 1) / 12] ^= (byte)(1 << (n % 8));
        return message with { Message = Convert.ToBase64String(bytes) };
    }

    private static bool FilesHold(NodeProcess node, byte[][] wanted) => Directory.EnumerateFiles(node.DataFolder, "*.db*").Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return wanted.Any(bytes => content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(bytes) >= 0);
    });
}
