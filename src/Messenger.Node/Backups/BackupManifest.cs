using System.Text.Json;
using System.Text.Json.Serialization;

namespace Messenger.Node.Backups;

/// <summary>What a backup holds: its first entry.</summary>
/// <param name="Format">1. A newer program may write another one.</param>
/// <param name="Id">Random.</param>
/// <param name="TakenAt">When, UTC.</param>
/// <param name="Version">Version of the program that wrote it.</param>
/// <param name="Files">The entries that follow, in order.</param>
internal sealed record BackupManifest(int Format, string Id, DateTimeOffset TakenAt, string Version, IReadOnlyList<BackupEntry> Files)
{
    /// <summary>The only format so far.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the entry.</summary>
    public const string EntryName = "manifest.json";

    /// <summary>Larger ones are none of ours.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>What all files have together.</summary>
    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>A file of a backup.</summary>
/// <param name="Name">Name in the data folder, one of <see cref="BackupFile.Known"/>.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">SHA-256 of its content, lower-case hexadecimal.</param>
internal sealed record BackupEntry(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
