using Messenger.EndToEnd.Tests.Nodes;
using Xunit.Abstractions;

namespace Messenger.EndToEnd.Tests.Crash;

public sealed class SqliteCrashTests(ITestOutputHelper output) : CrashTests(output)
{
    private protected override NodeSettings NewNode() => new();
}

public sealed class SqliteRelayCrashTests : RelayCrashTests
{
    private protected override NodeSettings NewRelay() => new();
}
