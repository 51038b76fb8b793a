using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Messenger.Protocol;

/// <summary>Writes requests as we emit them: JSON only, every string a string, fields without a value left out.</summary>
public static class PeerRequestWriter
{
    // The reader is a JSON parser, never a page: other alphabets go as they are, at a third of the size.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a POST, UTF-8. What is written is read back as an equal request.</summary>
    /// <param name="request">The request; a <c>history</c> must hold readable items only.</param>
    /// <exception cref="ArgumentException">The request holds something that has no form on the wire.</exception>
    public static byte[] Write(PeerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            WriteFields(writer, request);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, PeerRequest request)
    {
        switch (request)
        {
            case HandshakeRequest handshake:
                writer.WriteString("action", "handshake");
                Optional(writer, "from", handshake.From);
                Optional(writer, "nick", handshake.Nick);
                Optional(writer, "proof", handshake.Proof);
                writer.WriteString("key", handshake.Key);
                Optional(writer, "invite", handshake.Invite);
                Raw(writer, "e2e", handshake.E2e);
                AdvertisementFields.Write(writer, handshake.Advertised);
                break;
            case SendRequest send:
                Message(writer, "send", send.Message, send.Key);
                break;
            case ResendRequest resend:
                Message(writer, "resend", resend.Message, resend.Key);
                break;
            case PingRequest ping:
                writer.WriteString("action", "ping");
                Optional(writer, "from", ping.From);
                Optional(writer, "key", ping.Key);
                Keys(writer, ping);
                AdvertisementFields.Write(writer, ping.Advertised);
                break;
            case MovedRequest moved:
                writer.WriteString("action", "moved");
                Optional(writer, "from", moved.From);
                Optional(writer, "key", moved.Key);
                writer.WriteString("address", moved.Change.Address);
                writer.WriteNumber("n", moved.Change.Counter);
                writer.WriteString("sig", moved.Change.Signature);
                break;
            case ReceiptRequest receipt:
                writer.WriteString("action", "receipt");
                Optional(writer, "from", receipt.From);
                Optional(writer, "key", receipt.Key);
                writer.WriteStartArray("ids");
                foreach (var id in receipt.Ids)
                {
                    writer.WriteStringValue(id.Value);
                }

                writer.WriteEndArray();
                writer.WriteString("state", "read");
                break;
            case HistoryRequest history:
                writer.WriteString("action", "history");
                Optional(writer, "from", history.From);
                Optional(writer, "key", history.Key);
                Items(writer, history);
                break;
            default:
                throw new ArgumentException($"{request.GetType().Name} has no form on the wire.", nameof(request));
        }
    }

    private static void Items(Utf8JsonWriter writer, HistoryRequest history)
    {
        writer.WriteStartArray("messages");
        foreach (var item in history.Items)
        {
            if (item is not HistoryMessage message)
            {
                throw new ArgumentException("A malformed item has no form on the wire.", nameof(history));
            }

            writer.WriteStartObject();
            Message(writer, "send", message.Message, message.Key);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Message(Utf8JsonWriter writer, string action, WireMessage message, string? key)
    {
        writer.WriteString("action", action);
        Optional(writer, "from", message.From);
        Optional(writer, "to", message.To);
        writer.WriteString("message", message.Message);
        writer.WriteString("timestamp", message.Timestamp);
        writer.WriteString("enctype", message.Enctype);
        Optional(writer, "key", key);
    }

    private static void Keys(Utf8JsonWriter writer, PingRequest ping)
    {
        if (ping.Have is { } have)
        {
            writer.WriteNumber("have", have);
        }

        Raw(writer, "e2e", ping.E2e);
        if (ping.Again.Length > 0)
        {
            writer.WriteStartArray("again");
            foreach (var hash in ping.Again)
            {
                writer.WriteStringValue(hash.Value);
            }

            writer.WriteEndArray();
        }
    }

    private static void Raw(Utf8JsonWriter writer, string name, string? json)
    {
        if (json is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json);
        }
    }

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
