using System.Net.Http.Json;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>history.db is a read model: whoever deletes it while the node is down gets the same one back.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    // Enough for a rebuild that can be caught in the middle, and far beyond the ids that a contact remembers itself.
    private const int Backlog = 6_000;
    private const int Attempts = 5;

    private NodeProcess anna = null!;
    private NodeProcess boris = null!;
    private SeedDouble seed = null!;
    private SeedDouble carrier = null!;
    private SeedDouble away = null!;
    private string ofBoris = "";
    private string ofSeed = "";

    public async Task InitializeAsync()
    {
        anna = await NodeProcess.StartAsync();
        boris = await NodeProcess.StartAsync();
        seed = await SeedDouble.StartAsync();
        carrier = await SeedDouble.StartAsync(new SeedHabits { Relays = true });
        away = await SeedDouble.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await anna.DisposeAsync();
        await boris.DisposeAsync();
        foreach (var peer in new[] { seed, carrier, away })
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public Task A_deleted_read_model_is_rebuilt_the_same_also_when_the_rebuild_is_cut_off() => CrashPlan.RunAsync(async random =>
    {
        var batches = await FillAsync();
        var before = await ReadModel.ReadAsync(anna.Api);

        await anna.KillAsync();
        DeleteHistory();
        await anna.StartAgainAsync();
        await ReadModel.AssertIsAsync(before, anna.Api);

        await anna.StopAsync();
        Assert.False(HistoryFile("-wal").Exists);
        await CutOffRebuildAsync(whole: HistorySize(), random);
        await anna.StartAgainAsync();
        await ReadModel.AssertIsAsync(before, anna.Api);

        await TalkOnAsync(batches[0], before);
    });

    /// <summary>One message at least in every state that the list can show, in every kind of conversation.</summary>
    private async Task<IReadOnlyList<Utterance>> FillAsync()
    {
        (ofBoris, var ofAnna) = await Friends.BecomeAsync(anna, boris);
        ofSeed = await SeedFriendship.BecomeAsync(anna, seed);
        var ofCarrier = await SeedFriendship.BecomeAsync(anna, carrier);
        var ofAway = await SeedFriendship.BecomeAsync(anna, away);

        // Who is asked to carry, and declines, changes its row at a moment of its own: nobody is asked but by this test.
        await MayBeAskedAsync(ofBoris, false);
        await MayBeAskedAsync(ofSeed, false);
        await FriendIsAwayAsync(ofAway);
        await MayBeAskedAsync(ofCarrier, false);
        var silent = await anna.Api.AddContactAsync($"127.0.0.1:{Loopback.FreePort(System.Net.IPAddress.Loopback)}", "silent");

        for (var number = 0; number < 20; number++)
        {
            await anna.Api.SendAsync(ofBoris, $"to Boris {number}");
            await boris.Api.SendAsync(ofAnna, $"to Anna {number}");
            await anna.Api.SendAsync(silent.Id, $"to nobody {number}");
        }

        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        await boris.Api.AllOutBecomeAsync(ofAnna, "delivered");
        var conversation = await anna.Api.ConversationAsync(ofBoris);
        await anna.Api.EraseMessageAsync(ofBoris, conversation[3].Id);
        await anna.Api.EraseMessageAsync(ofBoris, conversation[^1].Id);
        await anna.Api.EraseMessageAsync(silent.Id, (await anna.Api.ConversationAsync(silent.Id))[7].Id);
        using var read = await anna.Api.Client.PostAsJsonAsync($"contacts/{ofBoris}/read", new { cursor = conversation[25].Cursor });
        read.EnsureSuccessStatusCode();

        return await BacklogAsync();
    }

    private Task MayBeAskedAsync(string contact, bool canResend) => anna.Api.ChangeContactAsync(contact, new { canResend });

    private async Task FriendIsAwayAsync(string ofAway)
    {
        await carrier.AskAsync(away.Address);
        await away.GoOfflineAsync();
        await anna.Api.SendAsync(ofAway, "by way of another");
        await anna.Api.AllOutBecomeAsync(ofAway, "relayed");
    }

    // The later batch is the earlier one by its author's clock: the list must put it where it belongs, now and when it is rebuilt.
    private async Task<IReadOnlyList<Utterance>> BacklogAsync()
    {
        var start = DateTimeOffset.UtcNow.AddDays(-1);
        var batches = Enumerable.Range(0, Backlog / 500)
            .Select(batch => Utterances.History(
                seed, anna, [.. Enumerable.Range(0, 500).Select(n => $"{batch}.{n}")], start.AddMinutes(batch % 2 == 0 ? -batch : batch)))
            .ToArray();
        foreach (var batch in batches)
        {
            await RepeatAsync(batch);
        }

        await Eventually.Reads(async () => await anna.Api.ContactAsync(ofSeed), row => row.Unread == Backlog, "the backlog is there", anna.Evidence);
        return batches;
    }

    /// <summary>Kills a rebuild in the middle: what is written is more than nothing and less than the whole.</summary>
    private async Task CutOffRebuildAsync(long whole, Random random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            DeleteHistory();
            anna.StartWithoutWaiting();
            var enough = (long)(whole * (0.1 + (0.5 * random.NextDouble())));
            await Task.Run(() => SpinWait.SpinUntil(() => HistorySize() >= enough, Eventually.Deadline));
            await anna.KillAsync();
            if (HistorySize() is var written && written >= enough && written < whole)
            {
                return;
            }
        }

        Assert.Fail($"The rebuild could not be caught in the middle.{Environment.NewLine}{anna.Evidence()}");
    }

    // Every page of the database is in one of the two, some are in both: less than the whole is surely not all.
    private long HistorySize() => new[] { "", "-wal" }.Select(HistoryFile).Where(file => file.Exists).Sum(file => file.Length);

    private FileInfo HistoryFile(string suffix) => new(Path.Combine(anna.DataFolder, "history.db" + suffix));

    /// <summary>Nothing comes a second time, and what is new comes once.</summary>
    private async Task TalkOnAsync(Utterance old, IReadOnlyList<string> before)
    {
        await RepeatAsync(old);
        await ReadModel.AssertIsAsync(before, anna.Api);

        await anna.Api.SendAsync(ofBoris, "new");
        await anna.Api.AllOutBecomeAsync(ofBoris, "delivered");
        Assert.Single(await anna.Api.TextsAsync(ofBoris, "out"), "new");
    }

    private static async Task RepeatAsync(Utterance utterance) =>
        await Eventually.Reads(() => Task.Run(() => utterance.Request.Exchange(() => { })), utterance.Acknowledges, "a batch is answered with 1");

    private void DeleteHistory()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            HistoryFile(suffix).Delete();
        }
    }
}
