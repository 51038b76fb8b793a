using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>What a field of the client API holds.</summary>
internal enum FieldKind
{
    /// <summary>A text that must be there.</summary>
    Text,

    /// <summary>A text that may be missing or null.</summary>
    OptionalText,

    /// <summary>Yes or no, and it must be there.</summary>
    Bool,

    /// <summary>Yes, no, missing or null.</summary>
    OptionalBool,

    /// <summary>Texts, missing or null.</summary>
    OptionalTexts,
}

/// <summary>A field of a call, and the code of the answer to a value of the right type that is no good (null when all are).</summary>
internal sealed record ApiField(string Name, FieldKind Kind, string? BadValue = null, int TooLong = 513);

/// <summary>A call of the client API with its body as it should be.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">Behind api/v1/.</param>
/// <param name="Body">A good body.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Good">The answer to it.</param>
internal sealed record ApiCall(HttpMethod Method, string Path, FlawedObject Body, IReadOnlyList<ApiField> Fields, string Good)
{
    /// <summary>Every call with a body; none of them makes the node dial anybody new.</summary>
    public static IReadOnlyList<ApiCall> All(AttackedNode attacked)
    {
        var contact = $"contacts/{attacked.AttackerId}";
        var address = $"\"{attacked.Attacker.Address}\"";
        return
        [
            new(HttpMethod.Post, "contacts", new([("address", address), ("nick", "\"m\"")]),
                [new("address", FieldKind.Text, "bad_address"), new("nick", FieldKind.OptionalText, "bad_nick")], "200"),
            new(HttpMethod.Patch, contact, new([("nick", "\"m\""), ("addresses", $"[{address}]"), ("canResend", "true"), ("mayRelay", "true"), ("muted", "true")]),
                [
                    new("nick", FieldKind.OptionalText, "bad_nick"), new("addresses", FieldKind.OptionalTexts, "bad_address"),
                    new("canResend", FieldKind.OptionalBool), new("mayRelay", FieldKind.OptionalBool), new("muted", FieldKind.OptionalBool),
                ], "200"),
            new(HttpMethod.Post, $"{contact}/key", new([("take", "true")]), [new("take", FieldKind.Bool)], "409 no_key_change"),
            new(HttpMethod.Put, $"{contact}/messages/{Guid.NewGuid()}", new([("text", "\"t\"")]), [new("text", FieldKind.Text, "bad_text", (64 * 1024) + 1)], "202"),
            new(HttpMethod.Post, $"{contact}/messages", new([("text", "\"t\"")]), [new("text", FieldKind.Text, "bad_text", (64 * 1024) + 1)], "202"),
            new(HttpMethod.Post, $"{contact}/read", new([("cursor", "\"1\"")]), [new("cursor", FieldKind.Text, "bad_cursor")], "200"),
            new(HttpMethod.Post, "tokens", new([("name", "\"m\"")]), [new("name", FieldKind.Text, "bad_name")], "201"),
            new(HttpMethod.Post, "session", new([("token", "\"m\"")]), [new("token", FieldKind.OptionalText, "sign_in_refused")], "401 sign_in_refused"),
            new(HttpMethod.Post, "session", new([("password", "\"m\"")]), [new("password", FieldKind.OptionalText, "sign_in_refused")], "401 sign_in_refused"),
        ];
    }
}

/// <summary>Calls in bytes, and their answers in short.</summary>
internal static partial class ApiWire
{
    public static HttpRequestMessage Request(HttpMethod method, string path, string? body, string? type = "application/json")
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
            if (type is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    /// <summary>The status; for an error with the code of its problem details, and with a complaint when they are not as promised.</summary>
    public static async Task<string> DescribeAsync(HttpResponseMessage response)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.IsSuccessStatusCode)
        {
            return status;
        }

        var body = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return $"{status} without problem details: {body}";
        }

        using var problem = JsonDocument.Parse(body);
        var code = problem.RootElement.GetProperty("code").GetString() ?? "";
        return Code().IsMatch(code) && problem.RootElement.GetProperty("detail").GetString() is { Length: > 0 }
            && problem.RootElement.GetProperty("status").GetInt32() == (int)response.StatusCode
            ? $"{status} {code}"
            : $"{status} with a bad problem: {body}";
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Code();
}
