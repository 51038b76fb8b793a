using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Commands;

/// <summary>
/// <c>messenger export FILE --messages</c> and the import of such a file: JSON Lines, whose first line holds the contact list in the
/// seed's own map, and every further one a message.
/// </summary>
internal static class ConversationCommands
{
    private const string Mark = "messenger";
    private const int Format = 1;
    private const int LinesPerCall = 500;
    private const int BytesPerCall = 2 * 1024 * 1024;

    /// <summary>Writes contacts and messages to a file that only the owner may read.</summary>
    public static async Task ExportAsync(NodeClient node, string file, CancellationToken cancel)
    {
        var draft = file + ".new";
        try
        {
            await using (var target = DataFolder.CreateOwnerOnly(draft))
            {
                var contacts = JsonNode.Parse(await node.GetBytesAsync("api/v1/export/contacts", cancel));
                await target.WriteAsync(Encoding.UTF8.GetBytes(new JsonObject { [Mark] = Format, ["contacts"] = contacts }.ToJsonString() + "\n"), cancel);
                await node.CopyAsync("api/v1/export/messages", target, cancel);
                target.Flush(flushToDisk: true);
            }

            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>The contacts and messages of a file; null when it holds something else.</summary>
    public static async Task<JsonElement?> ReadContactsAsync(string file, CancellationToken cancel)
    {
        using var lines = new StreamReader(file);
        try
        {
            var first = JsonSerializer.Deserialize(await lines.ReadLineAsync(cancel) ?? "", ApiJson.Plain.JsonElement);
            return first.ValueKind == JsonValueKind.Object && first.TryGetProperty(Mark, out var format) && format.ValueKind == JsonValueKind.Number
                ? format.TryGetInt32(out var number) && number == Format && first.TryGetProperty("contacts", out var contacts)
                    ? contacts
                    : throw new CommandFailedException($"{file} was exported by a newer version")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes the messages of a file in; those that are there stay as they are.</summary>
    /// <exception cref="CommandFailedException">Some lines cannot be read.</exception>
    public static async Task ImportAsync(NodeClient node, string file, CancellationToken cancel)
    {
        using var lines = new StreamReader(file);
        await lines.ReadLineAsync(cancel);
        var (added, existing, refused) = (0, 0, 0);
        (int Line, string Reason)? first = null;
        for (var line = 2; await ReadSomeAsync(lines, cancel) is { Count: > 0 } some; line += some.Count)
        {
            using var body = new StringContent(string.Join('\n', some), Encoding.UTF8);
            body.Headers.ContentType = new MediaTypeHeaderValue(MessageTransferApi.JsonLines);
            var answer = await node.PostAsync("api/v1/import/messages", body, ApiJson.Default.MessageImportAnswer, cancel);
            (added, existing, refused) = (added + answer.Added, existing + answer.Existing, refused + answer.Refused);
            first ??= answer.Problems is [var problem, ..] ? (line + problem.Line - 1, problem.Reason) : null;
        }

        Console.WriteLine($"{added} messages added, {existing} were there already");
        if (first is { } wrong)
        {
            throw new CommandFailedException($"{refused} messages were not taken in, the first is line {wrong.Line}: {wrong.Reason}");
        }
    }

    private static async Task<List<string>> ReadSomeAsync(StreamReader lines, CancellationToken cancel)
    {
        var (some, bytes) = (new List<string>(), 0);
        while (some.Count < LinesPerCall && bytes < BytesPerCall && await lines.ReadLineAsync(cancel) is { } line)
        {
            some.Add(line);
            bytes += Encoding.UTF8.GetByteCount(line);
        }

        return some;
    }
}
