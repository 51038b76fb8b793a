namespace Messenger.Storage.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("messenger-storage-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether any file of the folder, as it lies on the disk, holds the text.</summary>
    public bool Holds(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Directory.EnumerateFiles(Path).Any(f => Read(f).AsSpan().IndexOf(bytes) >= 0);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
