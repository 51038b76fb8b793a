using Messenger.EndToEnd.Tests.Crash;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Backups;

/// <summary>A node that is destroyed and comes back as it was when its backup was taken.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Passphrase = "correct horse battery staple";

    private readonly ScratchFolder scratch = new();
    private NodeProcess anna = null!;
    private NodeProcess boris = null!;
    private string ofBoris = "";
    private string ofAnna = "";

    private string Backup => Path.Combine(scratch.Path, "anna.backup");

    public async Task InitializeAsync()
    {
        anna = await NodeProcess.StartAsync();
        boris = await NodeProcess.StartAsync();
        (ofBoris, ofAnna) = await Friends.BecomeAsync(anna, boris);
    }

    public async Task DisposeAsync()
    {
        await anna.DisposeAsync();
        await boris.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task Two_hundred_messages_later_both_go_on_without_pairing_and_nothing_is_lost_or_shown_twice()
    {
        await ExchangeAsync("before", 20);
        await boris.StopAsync();
        var queued = await WriteAsync(anna.Api, ofBoris, "queued before", 5);
        await TakeBackupAsync();
        await boris.StartAgainAsync();
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await ExchangeAsync("after", 100);
        string last;
        await using (var events = await NodeEvents.OpenAsync(anna.Api))
        {
            last = (await events.NextAsync(e => e.Type == "hello")).Data.GetProperty("latest").GetString()!;
        }

        var known = await boris.Api.ConversationAsync(ofAnna);
        await DestroyAnnaAsync();
        var held = await WriteAsync(boris.Api, ofAnna, "while she is gone", 20);
        await RestoreAsync();
        await anna.StartAgainAsync();

        var before = Texts("before", 20);
        await anna.Api.ReceivesAsync(ofBoris, [.. before, .. held]);
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await boris.Api.AllOutBecomeAsync(ofAnna, "delivered");
        Assert.Equal([.. before, .. queued], await anna.Api.TextsAsync(ofBoris, "out"));
        Assert.Equal(known.Select(m => m.Text).Concat(held), (await boris.Api.ConversationAsync(ofAnna)).Select(m => m.Text));

        await ExchangeAsync("again", 20);
        var conversation = await anna.Api.ConversationAsync(ofBoris);
        Assert.Equal(conversation.Count, conversation.Select(m => m.Id).Distinct().Count());
        Assert.Equal(conversation.Count, conversation.Select(m => (m.Direction, m.Text)).Distinct().Count());
        Assert.Equal([.. known.Where(m => m.Direction == "in").Select(m => m.Text), .. Texts("again", 20)], await boris.Api.TextsAsync(ofAnna, "in"));

        // A browser that was open before asks from an id that now means something else.
        await using var resumed = await NodeEvents.OpenAsync(anna.Api, last);
        await resumed.NextAsync(e => e.Type == "reset");
    }

    [Fact]
    public async Task What_waits_with_a_friend_who_carries_arrives_after_the_restore()
    {
        await using var clara = await NodeProcess.StartAsync();
        await Friends.BecomeAsync(clara, anna);
        await Friends.BecomeAsync(clara, boris);
        await ExchangeAsync("before", 3);
        await TakeBackupAsync();
        await DestroyAnnaAsync();
        await boris.Api.SendAsync(ofAnna, "by way of Clara");
        await Eventually.Reads(
            async () => (await boris.Api.ConversationAsync(ofAnna))[^1].State, state => state == "relayed", "Clara carries it", boris.Evidence);
        await boris.StopAsync();

        await RestoreAsync();
        await anna.StartAgainAsync();

        await anna.Api.ReceivesAsync(ofBoris, [.. Texts("before", 3), "by way of Clara"]);
        await boris.StartAgainAsync();
        await boris.Api.AllOutBecomeAsync(ofAnna, "delivered");
        Assert.Equal([.. Texts("before", 3), "by way of Clara"], await anna.Api.TextsAsync(ofBoris, "in"));
    }

    [Fact]
    public async Task A_backup_taken_while_messages_pour_in_holds_all_that_were_acknowledged_before_it_and_the_rest_up_to_one_moment()
    {
        var before = await WriteAsync(anna.Api, ofBoris, "before", 10);
        using var enough = new CancellationTokenSource();
        var pouring = PourAsync(enough.Token);
        await TakeBackupAsync();
        await enough.CancelAsync();
        var poured = await pouring;
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await DestroyAnnaAsync();

        await RestoreAsync();
        await anna.StartAgainAsync();
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");

        var kept = await anna.Api.TextsAsync(ofBoris, "out");
        Assert.InRange(kept.Count, before.Length, before.Length + poured);
        Assert.Equal([.. before, .. Texts("poured", kept.Count - before.Length)], kept);
        Assert.Equal([.. before, .. Texts("poured", poured)], await boris.Api.TextsAsync(ofAnna, "in"));

        async Task<int> PourAsync(CancellationToken cancel)
        {
            var count = 0;
            while (!cancel.IsCancellationRequested)
            {
                await anna.Api.SendAsync(ofBoris, $"poured {count++}");
            }

            return count;
        }
    }

    [Fact]
    public async Task A_seed_peer_and_the_restored_node_go_on_with_the_keys_they_have()
    {
        await using var seed = await SeedDouble.StartAsync();
        var ofSeed = await SeedFriendship.BecomeAsync(anna, seed);
        await anna.StopAsync();
        await TakeBackupAsync();
        Directory.Delete(anna.DataFolder, recursive: true);

        await RestoreAsync();
        await anna.StartAgainAsync();

        await anna.Api.SendAsync(ofSeed, "I am back");
        await anna.Api.AllOutBecomeAsync(ofSeed, "delivered");
        Assert.True(await seed.SendAsync(anna.Address, "So you are"));
        await anna.Api.ReceivesAsync(ofSeed, ["So you are"]);
    }

    [Fact]
    public async Task The_passphrase_comes_from_a_file_or_standard_input_and_a_wrong_one_or_a_folder_in_use_changes_nothing()
    {
        var file = Path.Combine(scratch.Path, "passphrase");
        await File.WriteAllTextAsync(file, Passphrase + "\n");
        Assert.Equal(2, (await CommandLine.RunAsync(["backup", Backup, "--data", anna.DataFolder], input: "too short\n")).ExitCode);
        Assert.False(File.Exists(Backup));
        var made = await anna.CommandAsync("backup", Backup, "--passphrase-file", file);
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.StartsWith($"{Backup}: ", made.Output, StringComparison.Ordinal);

        var target = Path.Combine(scratch.Path, "new");
        var wrong = await CommandLine.RunAsync(["restore", Backup, "--data", target], input: "correct horse battery\n");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("passphrase", Assert.Single(wrong.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));

        var occupied = await anna.CommandAsync("restore", Backup, "--passphrase-file", file);
        Assert.Equal((1, ""), (occupied.ExitCode, occupied.Output));
        Assert.Contains("is not empty", occupied.Error, StringComparison.Ordinal);
        await ExchangeAsync("still there", 1);

        var postgres = await anna.CommandAsync("backup", Backup, "--database", "Host=localhost;Database=messenger;Username=me;Password=secret");
        Assert.Equal(2, postgres.ExitCode);
        Assert.Contains("pg_dump", postgres.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", postgres.Error, StringComparison.Ordinal);
    }

    private async Task TakeBackupAsync()
    {
        var made = await CommandLine.RunAsync(["backup", Backup, "--data", anna.DataFolder], input: Passphrase + "\n");
        Assert.True(made.ExitCode == 0, $"{made.Output}{made.Error}{anna.Evidence()}");
    }

    private async Task DestroyAnnaAsync()
    {
        await anna.KillAsync();
        Directory.Delete(anna.DataFolder, recursive: true);
    }

    private async Task RestoreAsync()
    {
        var restored = await CommandLine.RunAsync(["restore", Backup, "--data", anna.DataFolder], input: Passphrase + "\n");
        Assert.True(restored.ExitCode == 0, restored.Output + restored.Error);
    }

    private async Task ExchangeAsync(string what, int count)
    {
        await WriteAsync(anna.Api, ofBoris, what, count);
        await WriteAsync(boris.Api, ofAnna, what, count);
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await boris.Api.AllOutBecomeAsync(ofAnna, "delivered");
    }

    private static string[] Texts(string what, int count) => [.. Enumerable.Range(0, count).Select(number => $"{what} {number}")];

    private static async Task<string[]> WriteAsync(NodeApi api, string contact, string what, int count)
    {
        foreach (var text in Texts(what, count))
        {
            await api.SendAsync(contact, text);
        }

        return Texts(what, count);
    }
}
