using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol;

/// <summary>Reads the reply to a request of ours. A reply is as hostile as a request; whatever it holds, the answer is a result.</summary>
public static class WireReplyReader
{
    /// <summary>Reads a reply: a status may be a number, a string holding one, true, false or null.</summary>
    /// <param name="body">The whole body of the reply.</param>
    /// <param name="limits">What is read at most.</param>
    public static WireReply Read(ReadOnlyMemory<byte> body, WireLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (body.Length > limits.ReplyBytes)
        {
            return new UnreadableReply($"The reply is larger than {limits.ReplyBytes} bytes.");
        }

        using var document = WireDocument.ParseObject(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body);
        if (document is null)
        {
            return new UnreadableReply("The reply is not a JSON object.");
        }

        var root = document.RootElement;
        if (root.TryGetProperty("action", out var action) && action.ValueKind == JsonValueKind.String && WireDocument.Text(action) == "pong")
        {
            return new PongReply(WireDocument.Object(root, "e2e", BundleText.MaxSize)) { Advertised = AdvertisementFields.Read(root) };
        }

        if (!root.TryGetProperty("status", out var status))
        {
            return new UnreadableReply("The reply has neither a status nor a pong.");
        }

        return status.ValueKind == JsonValueKind.Array ? Statuses(status)
            : Status(status) is { } single ? new StatusReply(single, WireDocument.Object(root, "e2e", BundleText.MaxSize)) { Advertised = AdvertisementFields.Read(root) }
            : new UnreadableReply("The status of the reply is not a number.");
    }

    private static WireReply Statuses(JsonElement array)
    {
        var statuses = ImmutableArray.CreateBuilder<int>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            if (Status(element) is not { } status)
            {
                return new UnreadableReply("The status of the reply holds something that is not a number.");
            }

            statuses.Add(status);
        }

        return new StatusesReply(statuses.MoveToImmutable());
    }

    private static int? Status(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False or JsonValueKind.Null => 0,
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.String => Number(WireDocument.Text(value)),
        _ => null,
    };

    // Parsing alone would let trailing NULs pass.
    private static int? Number(string? text) =>
        text?.Contains('\0', StringComparison.Ordinal) == false && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
