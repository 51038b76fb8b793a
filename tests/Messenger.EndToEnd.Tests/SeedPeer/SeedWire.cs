using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>A message with exactly the page's fields; <see cref="Timestamp"/> is the raw text.</summary>
internal sealed record SeedMessage(string From, string To, string Message, string Timestamp, string Enctype);

/// <summary>Requests of the page on their way in and out, in each form that HTTP offers.</summary>
internal static class SeedWire
{
    private static readonly string[] KnownFields =
        ["action", "key", "from", "to", "message", "timestamp", "enctype", "messages"];

    /// <summary>The fields that the page names; everything else is dropped. Null when there is no JSON object.</summary>
    public static async Task<JsonObject?> ReadAsync(HttpRequest request)
    {
        try
        {
            return Known(request switch
            {
                { Method: "GET" } => FromPairs(request.Query.Select(p => (p.Key, p.Value.ToString()))),
                { HasFormContentType: true } => FromPairs((await request.ReadFormAsync()).Select(p => (p.Key, p.Value.ToString()))),
                _ => (await JsonNode.ParseAsync(request.Body)) as JsonObject,
            });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonObject? Known(JsonObject? fields) => fields is null
        ? null
        : new JsonObject(fields.Where(f => KnownFields.Contains(f.Key)).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));

    /// <summary>The message in <paramref name="fields"/>; null when a field of the page is missing.</summary>
    public static SeedMessage? Message(JsonObject fields) =>
        Text(fields, "from") is { } from && Text(fields, "to") is { } to && Text(fields, "message") is { } message
            && Text(fields, "timestamp") is { } timestamp
            ? new SeedMessage(from, to, message, timestamp, Text(fields, "enctype") ?? "")
            : null;

    public static string? Text(JsonObject fields, string name) => fields[name] is JsonValue value ? value.ToString() : null;

    public static JsonObject Fields(SeedMessage message, bool numericTimestamp) => new()
    {
        ["from"] = message.From,
        ["to"] = message.To,
        ["message"] = message.Message,
        ["timestamp"] = numericTimestamp ? long.Parse(message.Timestamp, null) : message.Timestamp,
        ["enctype"] = message.Enctype,
    };

    /// <summary>A client that dials from <paramref name="host"/>, so that its source address is its own.</summary>
    public static HttpClient ClientFrom(IPAddress host) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(host, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    public static HttpRequestMessage Request(string address, JsonObject fields, RequestForm form)
    {
        var target = new Uri($"http://{address}{(address.Contains(':', StringComparison.Ordinal) ? "" : ":7450")}/");
        return form switch
        {
            RequestForm.Query => new(HttpMethod.Get, new Uri(target, "?" + string.Join('&', Pairs(fields).Select(
                p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")))),
            RequestForm.FormEncoded => new(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(Pairs(fields)) },
            _ => new(HttpMethod.Post, target) { Content = new StringContent(fields.ToJsonString(), Encoding.UTF8, "application/json") },
        };
    }

    private static JsonObject FromPairs(IEnumerable<(string Key, string Value)> pairs) => new(pairs.Select(
        p => KeyValuePair.Create(p.Key, p.Key == "messages" ? JsonNode.Parse(p.Value) : JsonValue.Create(p.Value))));

    private static IEnumerable<KeyValuePair<string, string>> Pairs(JsonObject fields) =>
        fields.Select(f => KeyValuePair.Create(f.Key, f.Value is JsonArray array ? array.ToJsonString() : f.Value!.ToString()));
}
