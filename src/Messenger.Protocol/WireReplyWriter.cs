using System.Buffers;
using System.Text.Json;

namespace Messenger.Protocol;

/// <summary>Writes the bodies of our answers, UTF-8.</summary>
public static class WireReplyWriter
{
    /// <summary>An answer of the protocol.</summary>
    /// <param name="reply">The answer.</param>
    /// <exception cref="ArgumentException">An unreadable reply has no form on the wire.</exception>
    public static byte[] Write(WireReply reply) => WriteObject(writer =>
    {
        switch (reply)
        {
            case StatusReply single:
                writer.WriteNumber("status", single.Status);
                Keys(writer, single.E2e);
                AdvertisementFields.Write(writer, single.Advertised);
                break;
            case StatusesReply many:
                writer.WriteStartArray("status");
                foreach (var status in many.Statuses)
                {
                    writer.WriteNumberValue(status);
                }

                writer.WriteEndArray();
                break;
            case PongReply pong:
                writer.WriteString("action", "pong");
                Keys(writer, pong.E2e);
                AdvertisementFields.Write(writer, pong.Advertised);
                break;
            default:
                throw new ArgumentException("This reply has no form on the wire.", nameof(reply));
        }
    });

    /// <summary>The body beside an HTTP error. It carries <c>status: 0</c>, because a peer may look at nothing else.</summary>
    /// <param name="code">A stable word.</param>
    /// <param name="detail">A sentence saying what is wrong.</param>
    public static byte[] WriteError(string code, string detail) => WriteObject(writer =>
    {
        writer.WriteNumber("status", 0);
        writer.WriteString("error", code);
        writer.WriteString("detail", detail);
    });

    private static void Keys(Utf8JsonWriter writer, string? bundle)
    {
        if (bundle is not null)
        {
            writer.WritePropertyName("e2e");
            writer.WriteRawValue(bundle);
        }
    }

    private static byte[] WriteObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
