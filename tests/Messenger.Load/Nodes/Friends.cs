using System.Buffers.Text;
using System.Security.Cryptography;

namespace Messenger.Load.Nodes;

/// <summary>How nodes come to contacts.</summary>
internal static class Friends
{
    private const int RowsPerImport = 2_000;

    /// <summary>Makes two nodes friends by handshakes both ways.</summary>
    /// <returns>The id of the second at the first, and of the first at the second.</returns>
    public static async Task<(string AtFirst, string AtSecond)> MakeAsync(NodeProcess first, NodeProcess second, CancellationToken cancel)
    {
        var asked = await first.Api.AddAsync(second.Address, cancel);
        ContactView? request = null;
        await Until.HoldsAsync(
            async () => (request = (await second.Api.ContactsAsync(cancel)).FirstOrDefault(contact => contact.State == "pending")) is not null,
            "the request has arrived",
            cancel);
        await second.Api.AcceptAsync(request!.Id, cancel);
        await Until.HoldsAsync(async () => (await first.Api.ContactAsync(asked.Id, cancel)).State == "accepted", "the request is answered", cancel);
        return (asked.Id, request.Id);
    }

    /// <summary>Gives a node accepted contacts on addresses of this machine where nobody listens.</summary>
    /// <param name="node">The node.</param>
    /// <param name="from">How many of them it has.</param>
    /// <param name="to">How many it shall have.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task ImportAsync(NodeProcess node, int from, int to, CancellationToken cancel)
    {
        foreach (var part in Enumerable.Range(from, to - from).Chunk(RowsPerImport))
        {
            await node.Api.ImportAsync(
                part.ToDictionary(
                    number => $"127.{100 + (number / 62_500)}.{number / 250 % 250}.{(number % 250) + 1}:9",
                    object (number) => new { nick = $"Contact {number}", can_resend = 0, key = Key(), issued_key = Key() }),
                cancel);
        }
    }

    private static string Key() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
