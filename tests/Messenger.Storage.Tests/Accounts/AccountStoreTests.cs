using Messenger.Storage.Accounts;

namespace Messenger.Storage.Tests.Accounts;

/// <summary>What every account store does, whatever database it is in.</summary>
public abstract class AccountStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>Opens the database of this test, once more.</summary>
    private protected abstract AccountStore Open();

    [SkippableFact]
    public void Everything_survives_a_restart()
    {
        var before = Open();
        before.AddSession([1], NewSession("s", Now));
        before.AddLink([2], Now, Now.AddMinutes(10));
        before.AddToken([3], new("t", "script", Now, null));

        var after = Open();

        Assert.Equal((NewSession("s", Now), false), after.UseSession([1], Now, Lifetime));
        Assert.True(after.UseLink([2], Now));
        Assert.Equal("script", after.UseToken([3], Now)?.Name);
    }

    [SkippableFact]
    public void A_new_password_ends_every_session_and_link()
    {
        var store = Open();
        Assert.Null(store.PasswordHash());
        store.AddSession([1], NewSession("s", Now));
        store.AddLink([2], Now, Now.AddMinutes(10));
        store.AddToken([3], new("t", "script", Now, null));

        store.SetPassword("hash");
        store.SetPassword("hash 2");

        Assert.Equal("hash 2", store.PasswordHash());
        Assert.Empty(store.Sessions(Now));
        Assert.False(store.UseLink([2], Now));
        Assert.Single(store.Tokens());
    }

    [SkippableFact]
    public void Sessions_beyond_the_most_drive_out_those_unused_for_longest()
    {
        var store = Open();
        for (var i = 0; i <= AccountStore.MaxSessions; i++)
        {
            store.AddSession([(byte)i], NewSession($"s{i}", Now.AddMinutes(i)));
        }

        Assert.Equal(AccountStore.MaxSessions, store.Sessions(Now).Count);
        Assert.DoesNotContain(store.Sessions(Now), session => session.Id == "s0");
    }

    [SkippableFact]
    public void Links_beyond_the_most_drive_out_the_oldest()
    {
        var store = Open();
        for (var i = 0; i <= AccountStore.MaxLinks; i++)
        {
            store.AddLink([(byte)i], Now, Now.AddMinutes(i + 1));
        }

        Assert.False(store.UseLink([0], Now));
        Assert.True(store.UseLink([1], Now));
    }

    [SkippableFact]
    public void Tokens_beyond_the_most_and_taken_names_are_refused()
    {
        var store = Open();
        for (var i = 0; i < AccountStore.MaxTokens; i++)
        {
            Assert.True(store.AddToken([(byte)i], new($"t{i}", $"name {i}", Now, null)));
        }

        Assert.False(store.AddToken([200], new("more", "more", Now, null)));
        Assert.True(store.RevokeToken("t0"));
        Assert.False(store.RevokeToken("t0"));
        Assert.False(store.AddToken([200], new("same", "name 1", Now, null)));
        Assert.True(store.AddToken([200], new("again", "name 0", Now, null)));
    }

    [SkippableFact]
    public void The_last_use_is_kept_to_within_an_hour()
    {
        var store = Open();
        store.AddToken([1], new("t", "script", Now, null));

        store.UseToken([1], Now);
        store.UseToken([1], Now.AddMinutes(59));
        Assert.Equal(Now, Assert.Single(store.Tokens()).LastUsedAt);

        store.UseToken([1], Now.AddMinutes(60));
        Assert.Equal(Now.AddMinutes(60), Assert.Single(store.Tokens()).LastUsedAt);
    }

    [SkippableFact]
    public void A_session_that_is_over_is_not_found_and_goes_with_the_next_one()
    {
        var store = Open();
        store.AddSession([1], NewSession("old", Now));

        Assert.Null(store.UseSession([1], Now + Lifetime, Lifetime));
        store.AddSession([2], NewSession("new", Now + Lifetime));
        Assert.Equal("new", Assert.Single(store.Sessions(DateTimeOffset.UnixEpoch)).Id);
        Assert.False(store.EndSession("old"));
        Assert.True(store.EndSession("new"));
    }

    [SkippableFact]
    public void A_revoked_token_and_an_ended_session_are_refused_at_once_and_those_that_another_process_ended_after_two_seconds()
    {
        var store = Open();
        var elsewhere = Open();
        foreach (byte number in (byte[])[1, 2])
        {
            store.AddToken([number], new($"t{number}", $"script {number}", Now, Now));
            store.AddSession([number], NewSession($"s{number}", Now));
            store.UseToken([number], Now);
            Assert.NotNull(store.UseToken([number], Now));
            Assert.NotNull(store.UseSession([number], Now, Lifetime));
            Assert.NotNull(store.UseSession([number], Now, Lifetime));
        }

        store.RevokeToken("t1");
        store.EndSession("s1");
        Assert.Null(store.UseToken([1], Now));
        Assert.Null(store.UseSession([1], Now, Lifetime));

        Assert.NotNull(store.UseToken([2], Now));
        Assert.NotNull(store.UseSession([2], Now, Lifetime));
        elsewhere.RevokeToken("t2");
        elsewhere.EndSession("s2");
        Assert.Null(store.UseToken([2], Now.AddSeconds(2)));
        Assert.Null(store.UseSession([2], Now.AddSeconds(2), Lifetime));
    }

    private static Session NewSession(string id, DateTimeOffset at) => new(id, "browser", at, at, at + Lifetime);
}
