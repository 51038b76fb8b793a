using Messenger.Actors.Ports;
using Messenger.Actors.Sealing;
using Messenger.Protocol.Envelopes;

namespace Messenger.Storage.Tests.Keys;

/// <summary>What a keyring does, whatever database its keys are in.</summary>
public abstract class KeyringTests
{
    protected static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
    private readonly IdentityKey _anna = IdentityKey.Create();

    private protected abstract IKeyStore Store { get; }

    private protected static IKeyVault Vault { get; } = new PlainVault();

    [SkippableFact]
    public void It_is_the_same_after_a_restart()
    {
        using var first = Keyring.Open(Store, Vault, "", Start);
        var message = Seal(first.Bundle, Start, "before the restart");

        using var second = Keyring.Open(Store, Vault, "", Start.AddDays(1));

        Assert.Equal(first.Identity, second.Identity);
        Assert.Equal(first.Bundle, second.Bundle);
        Assert.Equal("before the restart", Opened(second, message)?.Body);
    }

    [SkippableFact]
    public void A_restored_database_keeps_its_identity_makes_new_prekeys_once_and_opens_what_was_sealed_to_the_old_ones()
    {
        using var before = Keyring.Open(Store, Vault, "", Start);
        var message = Seal(before.Bundle, Start, "on its way during the restore");

        using var restored = Keyring.Open(Store, Vault, "another life", Start.AddHours(1));
        using var again = Keyring.Open(Store, Vault, "another life", Start.AddHours(2));

        Assert.Equal(before.Identity, restored.Identity);
        Assert.True(restored.Bundle.Counter > before.Bundle.Counter);
        Assert.NotEqual(before.Bundle.Choose(Start.AddHours(1))!.Prekey.Id, restored.Bundle.Choose(Start.AddHours(1))!.Prekey.Id);
        Assert.Equal(restored.Bundle, again.Bundle);
        Assert.Equal("on its way during the restore", Opened(again, message)?.Body);
    }

    [SkippableFact]
    public async Task Members_that_share_a_store_have_one_identity_and_open_what_was_sealed_to_keys_that_another_made()
    {
        var members = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Keyring.Open(Store, Vault, "", Start, isShared: true))));
        Assert.Single(members.Select(member => member.Identity.Text).Distinct());
        foreach (var member in members)
        {
            member.Refresh();
        }

        var later = Start.AddDays(10);
        await Task.WhenAll(members.Select(member => member.TurnAsync(later, default)));
        await members[1].TurnAsync(later.AddDays(10), default);

        Assert.Equal("to the newest key", Opened(members[1], Seal(members[1].Bundle, later.AddDays(10), "to the newest key"))?.Body);
        members[0].Refresh();
        members[2].Refresh();
        Assert.Single(members.Select(member => member.Bundle.Counter).Distinct());
        Assert.All(members, member => Assert.Equal("to all", Opened(member, Seal(members[1].Bundle, later.AddDays(10), "to all"))?.Body));
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    [SkippableFact]
    public async Task A_bundle_is_committed_before_it_is_advertised()
    {
        using var keyring = Keyring.Open(Store, Vault, "", Start);
        for (var day = 0; day <= 30; day += 5)
        {
            await keyring.TurnAsync(Start.AddDays(day), default);

            var stored = Store.Read();
            Assert.Equal(System.Text.Encoding.UTF8.GetString(BundleText.Write(keyring.Bundle)), stored.Bundle);
            Assert.Subset(stored.Prekeys.Select(key => key.Id).ToHashSet(), keyring.Bundle.Prekeys.Select(key => key.Id.Value).ToHashSet());
        }
    }

    [SkippableFact]
    public void A_store_that_fails_changes_nothing_that_is_advertised()
    {
        var store = new StubbornKeyStore(Store);
        using var keyring = Keyring.Open(store, Vault, "", Start);
        var before = keyring.Bundle;
        store.Fails = true;

        Assert.ThrowsAny<IOException>(() => keyring.TurnAsync(Start.AddDays(8), default).GetAwaiter().GetResult());

        Assert.Equal(before, keyring.Bundle);
    }

    [SkippableFact]
    public async Task Over_sixty_days_an_offline_recipient_opens_what_it_should_and_erases_what_it_should()
    {
        using var keyring = Keyring.Open(Store, Vault, "", Start);
        var first = Store.Read().Prekeys.Single(key => !key.IsFallback);
        Dictionary<int, string> sealedOn = [];
        for (var day = 0; day <= 60; day++)
        {
            var now = Start.AddDays(day);
            await keyring.TurnAsync(now, default);
            sealedOn[day] = Seal(keyring.Bundle, now, $"of day {day}");
            Assert.Equal(day < 44, Holds(first.SealedKey));
            Assert.Equal(day < 44, Store.Read().Prekeys.Any(key => key.Id == first.Id));
        }

        // Sealed to the first prekey, which was replaced on day 7; 14 days advertised and 30 kept are over.
        Assert.All(Enumerable.Range(0, 7), day => Assert.Null(Opened(keyring, sealedOn[day])));
        Assert.All(Enumerable.Range(21, 40), day => Assert.Equal($"of day {day}", Opened(keyring, sealedOn[day])?.Body));
        Assert.True(keyring.Bundle.Counter > Start.ToUnixTimeMilliseconds());
    }

    [SkippableFact]
    public async Task Messages_are_opened_while_keys_are_erased()
    {
        using var keyring = Keyring.Open(Store, Vault, "", Start);
        var message = Seal(keyring.Bundle, Start, "in a hurry");
        var opening = Task.Run(() =>
        {
            while (Opened(keyring, message) is not null)
            {
            }
        });

        await keyring.TurnAsync(Start.AddDays(45), default);
        await opening.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Null(Opened(keyring, message));
    }

    /// <summary>Whether the files of the database hold a text; always what is expected where they cannot be read.</summary>
    private protected abstract bool Holds(string text);

    private string Seal(Bundle bundle, DateTimeOffset now, string body) => Envelope.Seal(_anna, bundle.Identity, bundle.Choose(now)!.Prekey, new Payload
    {
        Id = Guid.NewGuid(),
        Time = now,
        Sid = OutgoingChain.Begin(new byte[16]).Sid,
        Seq = 1,
        Body = body,
    }).Message;

    private Payload? Opened(Keyring keyring, string message) => keyring.Open(message, [_anna.Identity]) switch
    {
        OpenedEnvelope opened => opened.Payload,
        UnreadableEnvelope { Fault: UnreadableFault.UnknownPrekey } => null,
        var other => throw new InvalidOperationException($"{other}"),
    };

    private sealed class PlainVault : IKeyVault
    {
        public string Seal(string key) => key;

        public string Open(string sealedKey) => sealedKey;

        public string Seal(ReadOnlySpan<byte> key) => Convert.ToBase64String(key);

        public byte[] OpenBytes(string sealedKey) => Convert.FromBase64String(sealedKey);

        public string LookupHash(string key) => key;
    }

    private sealed class StubbornKeyStore(IKeyStore store) : IKeyStore
    {
        public bool Fails { get; set; }

        public StoredKeyring Read() => store.Read();

        public bool Write(KeyringChange change)
        {
            if (Fails)
            {
                throw new IOException("full");
            }

            return store.Write(change);
        }

        public Task ScrubAsync(CancellationToken cancellation) => store.ScrubAsync(cancellation);
    }
}
