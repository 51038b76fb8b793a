using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;

namespace Messenger.Protocol;

/// <summary>Form-encoded fields (a POST body or the query of a GET), rewritten as the JSON they stand for.</summary>
internal static class FormBody
{
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>Whether a content type announces a form.</summary>
    public static bool IsForm(string? contentType) =>
        contentType is not null
        && contentType.AsSpan().TrimStart().StartsWith(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Rewrites the fields: <c>messages</c> holds JSON, every other value is a string.</summary>
    /// <param name="form"><c>name=value&amp;…</c>, percent-encoded.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static PeerReadError? ToJson(ReadOnlySpan<byte> form, out ReadOnlyMemory<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        json = default;
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var part in form.Split((byte)'&'))
        {
            var field = form[part];
            if (field.IsEmpty)
            {
                continue;
            }

            var equals = field.IndexOf((byte)'=');
            var name = Decode(equals < 0 ? field : field[..equals]);
            var value = equals < 0 ? [] : Decode(field[(equals + 1)..]);
            if (!Utf8.IsValid(name) || !Utf8.IsValid(value))
            {
                return PeerReadError.Malformed("The form-encoded body is not UTF-8.");
            }

            if (WriteField(writer, name, value) is { } error)
            {
                return error;
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        json = buffer.WrittenMemory;
        return null;
    }

    private static PeerReadError? WriteField(Utf8JsonWriter writer, byte[] name, byte[] value)
    {
        writer.WritePropertyName(name);
        if (!name.AsSpan().SequenceEqual("messages"u8))
        {
            writer.WriteStringValue(value);
            return null;
        }

        try
        {
            writer.WriteRawValue(value);
            return null;
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            return PeerReadError.BadField("The field \"messages\" of a form has to be a JSON array.");
        }
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded) => WebUtility.UrlDecodeToBytes(encoded.ToArray(), 0, encoded.Length);
}
