using Messenger.EndToEnd.Tests.Nodes;
using Messenger.Storage.Tests.Postgres;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Crash;

[Collection(PostgresCollection.Name)]
public sealed class PostgresCrashTests(PostgresServer server, ITestOutputHelper output) : CrashTests(output)
{
    private protected override NodeSettings NewNode() => new() { Options = ["--database", server.CreateDatabase()] };
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresRelayCrashTests(PostgresServer server) : RelayCrashTests
{
    private protected override NodeSettings NewRelay() => new() { Options = ["--database", server.CreateDatabase()] };
}
