using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>The requests whose answers are promises.</summary>
internal static class Utterances
{
    /// <summary>The owner queues a message.</summary>
    public static Utterance Put(NodeProcess node, string contact, string text) => new(
        new RawRequest(
            IPAddress.Loopback,
            IPEndPoint.Parse(node.Gui.Authority),
            $"PUT /api/v1/contacts/{contact}/messages/{Guid.CreateVersion7()}",
            new JsonObject { ["text"] = text }.ToJsonString(),
            node.Api.Client.DefaultRequestHeaders.Authorization!.Parameter),
        [text],
        Acknowledges: answer => Status(answer) is 202 or 200,
        KnowsItAlready: answer => Status(answer) == 200);

    /// <summary>A seed peer hands over several messages.</summary>
    public static Utterance History(SeedDouble peer, NodeProcess node, IReadOnlyList<string> texts, DateTimeOffset? at = null) => Peer(
        peer,
        node,
        texts,
        new JsonObject
        {
            ["action"] = "history",
            ["messages"] = new JsonArray([.. texts.Select(text => Fields(peer, node, node.Address, text, at))]),
        });

    /// <summary>A seed peer asks a node to carry a message.</summary>
    public static Utterance Resend(SeedDouble peer, NodeProcess relay, string recipient, string text)
    {
        var fields = Fields(peer, relay, recipient, text);
        fields["action"] = "resend";
        return Peer(peer, relay, [text], fields);
    }

    private static JsonObject Fields(SeedDouble peer, NodeProcess node, string to, string text, DateTimeOffset? at = null)
    {
        var seconds = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(null, null);
        var fields = SeedWire.Fields(new SeedMessage(peer.Address, to, text, seconds, ""), numericTimestamp: false);
        fields["key"] = peer.Contact(node.Address).Key;
        return fields;
    }

    // On the wire a known message and a new one have the same answer.
    private static Utterance Peer(SeedDouble peer, NodeProcess node, IReadOnlyList<string> texts, JsonObject fields) => new(
        new RawRequest(IPEndPoint.Parse(peer.Address).Address, node.Peers, "POST /", fields.ToJsonString()),
        texts,
        Acknowledges: answer => AllOne(answer, texts.Count),
        KnowsItAlready: answer => AllOne(answer, texts.Count));

    private static int Status(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && answer.Length > 12 && int.TryParse(answer.AsSpan(9, 3), out var status) ? status : 0;

    private static bool AllOne(string answer, int count)
    {
        var (from, to) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (Status(answer) != 200 || from < 0 || to < from)
        {
            return false;
        }

        var statuses = JsonSerializer.Deserialize<JsonElement>(answer[from..(to + 1)]).GetProperty("status");
        var all = statuses.ValueKind == JsonValueKind.Array ? statuses.EnumerateArray().ToArray() : [statuses];
        return all.Length == count && all.All(status => status.ValueKind == JsonValueKind.Number && status.GetInt32() == 1);
    }
}
