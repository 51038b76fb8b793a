namespace Messenger.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresStorageTests(PostgresServer server)
{
    private static readonly DatabasePatience Impatient = new(TimeSpan.Zero, TimeSpan.Zero);

    [SkippableFact]
    public async Task It_knows_how_large_the_database_is()
    {
        var database = server.CreateDatabase();
        await using var storage = await PostgresStorage.OpenAsync(database, isMember: false, Impatient, TimeProvider.System, default);
        var empty = await storage.SizeAsync(default);

        server.Query(database, "create table filled as select repeat(md5(n::text), 100) as text from generate_series(1, 2000) as n");

        Assert.InRange(await storage.SizeAsync(default) - empty, 200_000, 50_000_000);
    }
}
