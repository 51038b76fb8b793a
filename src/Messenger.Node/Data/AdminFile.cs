using System.Text.Json;
using System.Text.Json.Serialization;

namespace Messenger.Node.Data;

/// <summary>How the other commands reach the running node: an owner-only file in its data folder, new at each start.</summary>
/// <param name="Url">The GUI listener as this machine reaches it.</param>
/// <param name="Token">Bearer token with the owner's rights, valid until the node stops.</param>
internal sealed record AdminFile(Uri Url, string Token)
{
    private static string PathIn(string dataPath) => Path.Combine(dataPath, "admin.json");

    /// <summary>The file of a data folder; null when no node runs there.</summary>
    public static AdminFile? Read(string dataPath)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(dataPath)), AdminFileJson.Default.AdminFile);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the file, readable by the owner only.</summary>
    public void Write(string dataPath) => DataFolder.WriteOwnerOnly(PathIn(dataPath), JsonSerializer.SerializeToUtf8Bytes(this, AdminFileJson.Default.AdminFile));

    /// <summary>Removes the file, so that nothing calls a node that is not there.</summary>
    public static void Remove(string dataPath) => File.Delete(PathIn(dataPath));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AdminFile))]
internal sealed partial class AdminFileJson : JsonSerializerContext;
