using System.Globalization;
using System.Net;
using System.Text;

namespace Messenger.Load.Clients;

/// <summary>Requests one after the other; for one thread.</summary>
internal interface IRequests
{
    /// <summary>The status of a good answer.</summary>
    int Expected { get; }

    /// <summary>The next request, valid until the following call.</summary>
    ReadOnlySpan<byte> Next();
}

/// <summary>The same request again and again.</summary>
internal sealed class SameRequest(byte[] request, int expected) : IRequests
{
    public int Expected => expected;

    public ReadOnlySpan<byte> Next() => request;
}

/// <summary>Messages of 100 bytes to contacts in turn, each under a UUID of its own; the text begins with the number of the message.</summary>
internal sealed class MessageRequests : IRequests
{
    /// <summary>Digits at the beginning of a text.</summary>
    public const int NumberLength = 12;

    private const string Filler = " is the number of this message, and the rest of its hundred bytes is what people write.";
    private const string NoUuid = "00000000-0000-0000-0000-000000000000";
    private static readonly string NoNumber = new('0', NumberLength);

    private readonly Template[] _templates;

    /// <param name="gui">The node's client listener.</param>
    /// <param name="token">Bearer token.</param>
    /// <param name="contacts">Ids of the contacts.</param>
    public MessageRequests(IPEndPoint gui, string token, IReadOnlyList<string> contacts)
    {
        _templates = [.. contacts.Select(contact => new Template(HttpRequests.Json(
            "PUT", $"/api/v1/contacts/{contact}/messages/{NoUuid}", gui, $"{{\"text\":\"{TextOf(0)}\"}}", $"Authorization: Bearer {token}\r\n")))];
    }

    public int Expected => (int)HttpStatusCode.Accepted;

    /// <summary>Messages made so far; the number of the last one.</summary>
    public int Made { get; private set; }

    /// <summary>The text of a message.</summary>
    public static string TextOf(int number) => number.ToString("D12", CultureInfo.InvariantCulture) + Filler;

    public ReadOnlySpan<byte> Next() => _templates[Made % _templates.Length].With(++Made);

    private sealed class Template(byte[] bytes)
    {
        private readonly int _uuid = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(NoUuid));
        private readonly int _number = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(NoNumber + Filler));

        public ReadOnlySpan<byte> With(int number)
        {
            Guid.CreateVersion7().TryFormat(bytes.AsSpan(_uuid), out _, "D");
            number.TryFormat(bytes.AsSpan(_number), out _, "D12", CultureInfo.InvariantCulture);
            return bytes;
        }
    }
}

/// <summary>Histories of 100 new messages each, as a peer made from the seed's page sends its backlog.</summary>
internal sealed class HistoryRequests(IPEndPoint peers, string from, string to, string key) : IRequests
{
    /// <summary>Messages in one history.</summary>
    public const int Batch = 100;

    private readonly long _firstSecond = TimeProvider.System.GetUtcNow().AddYears(-1).ToUnixTimeSeconds();

    public int Expected => (int)HttpStatusCode.OK;

    /// <summary>Messages made so far.</summary>
    public int Made { get; private set; }

    public ReadOnlySpan<byte> Next()
    {
        var items = Enumerable.Range(Made + 1, Batch).Select(number =>
            $$"""{"action":"send","from":"{{from}}","to":"{{to}}","message":"{{MessageRequests.TextOf(number)}}","timestamp":"{{_firstSecond + number}}","enctype":"","key":"{{key}}"}""");
        Made += Batch;
        return HttpRequests.Json("POST", "/", peers, $$"""{"action":"history","from":"{{from}}","key":"{{key}}","messages":[{{string.Join(',', items)}}]}""");
    }
}

/// <summary>Whole requests as bytes.</summary>
internal static class HttpRequests
{
    /// <summary>A request with a JSON body in ASCII.</summary>
    public static byte[] Json(string method, string path, IPEndPoint server, string body, string headers = "") => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {server}\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
