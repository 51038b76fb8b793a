using Messenger.EndToEnd.Tests.Nodes;

namespace Messenger.EndToEnd.Tests.Sealing;

/// <summary>Two nodes of ours seal what they write to each other, from the first message on and over restarts.</summary>
public sealed class SealingTests
{
    internal const string Enctype = "x25519-chacha20poly1305-ed25519-v1";

    [Fact]
    public async Task Two_nodes_seal_both_ways_over_restarts()
    {
        await using var ann = await NodeProcess.StartAsync();
        await using var bob = await NodeProcess.StartAsync();
        var (toBob, toAnn) = await Friends.BecomeAsync(ann, bob);
        await ann.Api.ContactBecomesAsync(c => c.Id == toBob && c.Encryption == "offered", "known by its identity");
        await bob.Api.ContactBecomesAsync(c => c.Id == toAnn && c.Encryption == "offered", "known by its identity");

        await WriteAsync(ann, toBob, "one", "two");
        await WriteAsync(bob, toAnn, "eins", "zwei");
        await bob.Api.ReceivesAsync(toAnn, ["one", "two"]);
        await ann.Api.ReceivesAsync(toBob, ["eins", "zwei"]);
        await bob.StopAsync();
        await WriteAsync(ann, toBob, "three", "four");
        await ann.KillAsync();
        await ann.StartAgainAsync();
        await bob.StartAgainAsync();
        await WriteAsync(ann, toBob, "five");

        await bob.Api.ReceivesAsync(toAnn, ["one", "two", "three", "four", "five"]);
        await ann.Api.AllOutBecomeAsync(toBob, "delivered");
        foreach (var message in (await bob.Api.ConversationAsync(toAnn)).Concat(await ann.Api.ConversationAsync(toBob)))
        {
            Assert.Equal((Enctype, true, 0L, (string?)null, (string?)null), (message.Enctype, message.Proven, message.Missing, message.Unreadable, message.Warning));
        }
    }

    [Fact]
    public async Task Both_sides_show_the_same_safety_number_and_say_when_it_was_compared()
    {
        await using var ann = await NodeProcess.StartAsync();
        await using var bob = await NodeProcess.StartAsync();
        var (toBob, toAnn) = await Friends.BecomeAsync(ann, bob);
        var seenByAnn = await ann.Api.ContactBecomesAsync(c => c.Id == toBob && c.Sealing is not null, "known by its identity");
        var seenByBob = await bob.Api.ContactBecomesAsync(c => c.Id == toAnn && c.Sealing is not null, "known by its identity");

        Assert.Equal(seenByAnn.Sealing!.SafetyNumber, seenByBob.Sealing!.SafetyNumber);
        Assert.Equal((await bob.Api.GetAsync("node")).GetProperty("identity").GetString(), seenByAnn.Sealing.Fingerprint);
        Assert.Equal("verified", (await ann.Api.DecideAsync(toBob, "verify", new { verified = true })).Encryption);
        await ann.StopAsync();
        await ann.StartAgainAsync();
        Assert.Equal("verified", (await ann.Api.ContactAsync(toBob)).Encryption);
        Assert.Equal("offered", (await ann.Api.DecideAsync(toBob, "verify", new { verified = false })).Encryption);
    }

    [Fact]
    public async Task Plain_text_needs_an_act_of_the_owner_is_marked_and_is_refused_by_who_compared()
    {
        await using var ann = await NodeProcess.StartAsync();
        await using var bob = await NodeProcess.StartAsync(new NodeSettings { Options = ["--retry-min", "0.2"] });
        var (toBob, toAnn) = await Friends.BecomeAsync(ann, bob);
        await bob.Api.ContactBecomesAsync(c => c.Id == toAnn && c.Encryption == "offered", "known by its identity");
        await ann.Api.ContactBecomesAsync(c => c.Id == toBob && c.Encryption == "offered", "known by its identity");

        Assert.Equal("plain", (await bob.Api.DecideAsync(toAnn, "plaintext", new { allowed = true })).Encryption);
        await WriteAsync(bob, toAnn, "in the open");
        await ann.Api.ReceivesAsync(toBob, ["in the open"]);
        var open = Assert.Single(await ann.Api.ConversationAsync(toBob));
        Assert.Equal(("", "plaintext"), (open.Enctype, open.Warning));

        await ann.Api.DecideAsync(toBob, "verify", new { verified = true });
        await WriteAsync(bob, toAnn, "in the open again");
        await Eventually.Holds(
            async () => (await bob.Api.ConversationAsync(toAnn))[^1].Reason is not null, "the message is not taken", bob.Evidence);
        Assert.Single(await ann.Api.ConversationAsync(toBob));

        Assert.Equal("offered", (await bob.Api.DecideAsync(toAnn, "plaintext", new { allowed = false })).Encryption);
        await WriteAsync(bob, toAnn, "sealed again");
        await Eventually.Holds(async () => (await ann.Api.TextsAsync(toBob, "in")).Contains("sealed again"), "the sealed one passes", bob.Evidence);
    }

    [Fact]
    public async Task A_node_that_was_made_anew_is_another_until_the_owner_says_otherwise()
    {
        await using var ann = await NodeProcess.StartAsync(new NodeSettings { Options = ["--retry-min", "0.2", "--ping-interval", "1"] });
        await using var bob = await NodeProcess.StartAsync();
        var (toBob, toAnn) = await Friends.BecomeAsync(ann, bob);
        var before = await ann.Api.ContactBecomesAsync(c => c.Id == toBob && c.Encryption == "offered", "known by its identity");
        await WriteAsync(ann, toBob, "to the first Bob");
        await bob.Api.ReceivesAsync(toAnn, ["to the first Bob"]);

        await bob.StopAsync();
        Directory.Delete(bob.DataFolder, recursive: true);
        Directory.CreateDirectory(bob.DataFolder);
        await bob.StartAgainAsync(afresh: true);
        await bob.Api.AddContactAsync(ann.Address);
        if ((await ann.Api.GetAsync($"contacts/{toBob}")).GetProperty("keyChangeProposed").GetBoolean())
        {
            await ann.Api.DecideAsync(toBob, "key", new { take = true });
        }

        await ann.Api.ActAsync(toBob, "ping");
        await WriteAsync(ann, toBob, "to whom?");
        var changed = await ann.Api.ContactBecomesAsync(c => c.Id == toBob && c.Encryption == "changed", "another than before");
        Assert.Equal(before.Sealing!.Fingerprint, changed.Sealing!.Fingerprint);
        Assert.NotNull(changed.Sealing.Offered);
        Assert.Equal("queued", (await ann.Api.ConversationAsync(toBob))[^1].State);

        Assert.Equal("offered", (await ann.Api.DecideAsync(toBob, "identity", new { take = true })).Encryption);
        var toNewAnn = (await bob.Api.ContactBecomesAsync(c => c.Address == ann.Address, "in the list")).Id;
        await bob.Api.ContactBecomesAsync(c => c.Id == toNewAnn && c.State == "accepted", "accepted");
        await bob.Api.ReceivesAsync(toNewAnn, ["to whom?"]);
        Assert.Equal(Enctype, Assert.Single(await bob.Api.ConversationAsync(toNewAnn)).Enctype);
    }

    private static async Task WriteAsync(NodeProcess node, string contact, params string[] texts)
    {
        foreach (var text in texts)
        {
            await node.Api.SendAsync(contact, text);
        }
    }
}
