using System.Net.Http.Headers;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Commands;

/// <summary><c>messenger export FILE</c> and <c>messenger import FILE</c>: the contact list in the seed's own map format.</summary>
internal static class ContactListCommands
{
    /// <summary>Writes the list to a file that only the owner may read, since it holds the keys.</summary>
    public static async Task ExportAsync(NodeClient node, string file, CancellationToken cancel) =>
        DataFolder.WriteOwnerOnly(file, await node.GetBytesAsync("api/v1/export/contacts", cancel));

    /// <summary>Adds the contacts of a list; those that are there stay as they are.</summary>
    /// <exception cref="CommandFailedException">The list or some of its rows cannot be read.</exception>
    public static async Task ImportAsync(NodeClient node, byte[] list, CancellationToken cancel)
    {
        using var body = new ByteArrayContent(list);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await node.PostAsync("api/v1/import/contacts", body, ApiJson.Default.ImportAnswer, cancel);
        Console.WriteLine($"{answer.Added} added, {answer.Existing} were there already");
        if (answer.Refused is [var first, ..])
        {
            throw new CommandFailedException($"{answer.Refused.Count} could not be read, the first is '{first.Address}': {first.Reason}");
        }
    }
}
