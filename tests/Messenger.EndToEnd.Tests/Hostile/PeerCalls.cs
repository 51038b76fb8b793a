using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>A good call of each action as the attacker would make it, each time with another text and time.</summary>
/// <param name="attacked">Who is called.</param>
/// <param name="form">In which form; messages of different forms are different ones.</param>
internal sealed class PeerCalls(AttackedNode attacked, RequestForm form)
{
    private int made = 100_000 * (int)form;

    public static IReadOnlyList<string> Actions { get; } = ["handshake", "send", "ping", "history", "resend"];

    public FlawedObject Call(string action) => action switch
    {
        "handshake" => Object(
            ("action", action), ("from", attacked.Attacker.Address), ("nick", "mallory"), ("proof", attacked.Key), ("invite", "0123456789abcdefABCD-_"),
            ("key", attacked.Attacker.Contact(attacked.Node.Address).IssuedKey)),
        "ping" => Object(("action", action), ("from", attacked.Attacker.Address), ("key", attacked.Key)),
        "send" => Message(action, attacked.Node.Address),
        "resend" => Message(action, attacked.Witness.Address),
        _ => Object(("action", action), ("from", attacked.Attacker.Address), ("key", attacked.Key)).With("messages", $"[{Item().ToJson()},{Item().ToJson()}]"),
    };

    /// <summary>One of the messages of a history.</summary>
    public FlawedObject Item() => Message("send", attacked.Node.Address);

    private FlawedObject Message(string action, string to)
    {
        made++;
        return Object(
            ("action", action), ("from", attacked.Attacker.Address), ("to", to), ("message", $"message {made}"),
            ("timestamp", string.Create(CultureInfo.InvariantCulture, $"{1_700_000_000 + made}.000000")), ("enctype", ""), ("key", attacked.Key));
    }

    private static FlawedObject Object(params (string Name, string Text)[] fields) => new([.. fields.Select(field => (field.Name, $"\"{field.Text}\""))]);
}

/// <summary>The forms in which a call can be made.</summary>
internal static class PeerForm
{
    public static HttpRequestMessage Request(RequestForm form, Uri listener, FlawedObject call) => form switch
    {
        RequestForm.Query => new(HttpMethod.Get, new Uri(listener, "?" + ToForm(call))),
        RequestForm.FormEncoded => new(HttpMethod.Post, listener) { Content = Bytes(ToForm(call), "application/x-www-form-urlencoded") },
        _ => new(HttpMethod.Post, listener) { Content = Bytes(call.ToJson(), "application/json") },
    };

    /// <summary>An answer in short: the HTTP status, and after 200 what the body says.</summary>
    public static async Task<string> DescribeAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode}");
        if (status == "200")
        {
            using var answer = JsonDocument.Parse(body);
            return $"{status} {(answer.RootElement.TryGetProperty("status", out var said) ? said : answer.RootElement.GetProperty("action")).GetRawText()}";
        }

        // The server itself refuses what is no HTTP for us (414) and has no words for it; all else says what is wrong.
        return status == "414" || Explains(body) ? status : $"{status} without a reason: {body}";
    }

    private static bool Explains(string body)
    {
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("status").GetInt32() == 0
            && answer.RootElement.GetProperty("error").GetString() is { Length: > 0 }
            && answer.RootElement.GetProperty("detail").GetString() is { Length: > 0 };
    }

    // Every value but the list of messages is text here; a character is a byte.
    private static string ToForm(FlawedObject call) => string.Join('&', call.Fields.Select(field =>
        $"{field.Name}={Escape(field.Name == "messages" ? field.Json : Unquote(field.Json))}"));

    private static string Unquote(string json) => json.Trim('"')
        .Replace("\\u0000", "\0", StringComparison.Ordinal)
        .Replace("\\ud800", "\u00ED\u00A0\u0080", StringComparison.Ordinal);

    private static string Escape(string bytes) => string.Concat(bytes.Select(
        c => char.IsAsciiLetterOrDigit(c) ? $"{c}" : string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}")));

    private static ByteArrayContent Bytes(string bytes, string type) => new(Encoding.Latin1.GetBytes(bytes))
    {
        Headers = { ContentType = new MediaTypeHeaderValue(type) },
    };
}
