namespace Messenger.EndToEnd.Tests;

/// <summary>An empty folder that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("messenger-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
