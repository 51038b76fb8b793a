using Messenger.Storage.Postgres;

namespace Messenger.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresLockTests(PostgresServer server)
{
    private const string Holders = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    private const string Cut = "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory'";
    private static readonly DatabasePatience Impatient = new(TimeSpan.Zero, TimeSpan.Zero);
    private readonly string _database = server.CreateDatabase();

    [SkippableFact]
    public async Task A_second_node_is_refused_until_the_first_lets_go()
    {
        await using (await TakeAsync())
        {
            var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(TakeAsync);
            Assert.Contains("another node", refused.Message, StringComparison.Ordinal);
        }

        await using var second = await PostgresLock.TakeAsync(_database, PostgresLockKind.Alone, DatabasePatience.AtStart, TimeProvider.System, default);
    }

    [SkippableFact]
    public async Task A_lost_connection_is_replaced_and_a_second_node_stays_refused()
    {
        await using var held = await TakeAsync();
        server.Query(_database, Cut);
        while (server.Query(_database, Holders) == "0")
        {
            await Task.Yield();
        }

        await Assert.ThrowsAsync<DatabaseUnavailableException>(TakeAsync);
        Assert.False(held.Lost.IsCancellationRequested);
    }

    [SkippableFact]
    public async Task Who_finds_another_node_in_its_place_has_lost_the_database()
    {
        await using var held = await TakeAsync();
        var lost = new TaskCompletionSource();
        await using var told = held.Lost.Register(lost.SetResult);

        server.Query(_database, Cut);
        await using var faster = await PostgresLock.TakeAsync(_database, PostgresLockKind.Alone, DatabasePatience.AtStart, TimeProvider.System, default);

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [SkippableFact]
    public async Task A_server_that_is_not_there_is_said_in_one_line()
    {
        server.Require();
        var nobody = await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => PostgresLock.TakeAsync("Host=127.0.0.1;Port=1;Database=x;Username=y;Password=a-secret", PostgresLockKind.Alone, Impatient, TimeProvider.System, default));
        var unnamed = await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => PostgresLock.TakeAsync(_database.Replace("Database=", "Database=no_", StringComparison.Ordinal), PostgresLockKind.Alone, Impatient, TimeProvider.System, default));

        Assert.DoesNotContain("a-secret", nobody.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', nobody.Message + unnamed.Message);
        Assert.Contains("does not exist", unnamed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("postgres")]
    [InlineData("Host=db;Username=messenger;Password=a-secret")]
    [InlineData("Host=db;Database=messenger;Secret=a-secret")]
    public void A_connection_string_that_cannot_be_used_is_refused_without_repeating_it(string text)
    {
        var refused = Assert.Throws<FormatException>(() => PostgresStorage.Parse(text));
        Assert.DoesNotContain("a-secret", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Members_share_the_database_with_each_other_and_with_nobody_else()
    {
        await using (await TakeAsync(PostgresLockKind.Member))
        {
            await using var second = await TakeAsync(PostgresLockKind.Member);
            await Assert.ThrowsAsync<DatabaseUnavailableException>(TakeAsync);
        }

        await using var alone = await TakeAsync();
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => TakeAsync(PostgresLockKind.Member));
        Assert.Contains("without --cluster", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_friend_list_has_one_keeper_beside_the_members_and_one_that_is_not_heard_is_put_out()
    {
        await using var member = await TakeAsync(PostgresLockKind.Member);
        await using var keeper = await TakeAsync(PostgresLockKind.Keeper);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => TakeAsync(PostgresLockKind.Keeper));

        await using var next = await TakeAsync(PostgresLockKind.Keeper with { StaleAfter = TimeSpan.Zero }, DatabasePatience.AtStart);
        Assert.False(member.Lost.IsCancellationRequested);
    }

    private Task<PostgresLock> TakeAsync(PostgresLockKind kind, DatabasePatience? patience = null) =>
        PostgresLock.TakeAsync(_database, kind, patience ?? Impatient, TimeProvider.System, default);

    private Task<PostgresLock> TakeAsync() => PostgresLock.TakeAsync(_database, PostgresLockKind.Alone, Impatient, TimeProvider.System, default);
}
