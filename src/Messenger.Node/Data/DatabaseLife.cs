using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Messenger.Actors.Ports;

namespace Messenger.Node.Data;

/// <summary>
/// The file <c>restored</c> in the data folder: there since the database came back from a backup. Whoever restores PostgreSQL makes it
/// with <c>touch</c>; then the time of the file is the <see cref="Id"/>.
/// </summary>
/// <param name="Id">Random.</param>
/// <param name="TakenAt">When the backup was taken, UTC.</param>
/// <param name="RestoredAt">When it was restored, UTC.</param>
internal sealed record DatabaseLife(string Id, DateTimeOffset? TakenAt = null, DateTimeOffset? RestoredAt = null) : IDatabaseLife
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "restored";

    /// <summary>The life that a data folder is in.</summary>
    /// <exception cref="CannotStartException">The file cannot be read.</exception>
    public static DatabaseLife Read(DataFolder folder)
    {
        var file = folder.File(FileName);
        if (!File.Exists(file))
        {
            return new("");
        }

        var content = File.ReadAllBytes(file);
        if (content.Length == 0)
        {
            return new(File.GetLastWriteTimeUtc(file).Ticks.ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            return JsonSerializer.Deserialize(content, DatabaseLifeJson.Default.DatabaseLife)!;
        }
        catch (JsonException)
        {
            throw new CannotStartException($"{file} is damaged; empty it, and what must be new after a restore is made anew");
        }
    }

    /// <summary>Begins this life in a folder.</summary>
    public void Write(DataFolder folder) =>
        DataFolder.WriteOwnerOnly(folder.File(FileName), JsonSerializer.SerializeToUtf8Bytes(this, DatabaseLifeJson.Default.DatabaseLife));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DatabaseLife))]
internal sealed partial class DatabaseLifeJson : JsonSerializerContext;
