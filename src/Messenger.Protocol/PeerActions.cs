using System.Collections.Immutable;

namespace Messenger.Protocol;

/// <summary>From strict JSON to the records of the five actions.</summary>
internal static class PeerActions
{
    private const int ShownActionLength = 32;

    /// <summary>Reads a whole body of which the elements of <c>messages</c> have been cut out already.</summary>
    public static PeerReadResult Read(BodyScanner scanned, long bodyBytes, WireLimits limits)
    {
        using var document = WireDocument.ParseObject(scanned.Envelope);
        if (document is null)
        {
            return PeerReadResult.Of(PeerReadError.Malformed(
                "The body has to be one JSON object in which no name stands twice, or the same fields form-encoded."));
        }

        var fields = new WireFields(document.RootElement, limits);
        var action = fields.Required("action");
        if (fields.Error is not null)
        {
            return PeerReadResult.Of(fields.Error);
        }

        var (allowed, request) = action switch
        {
            "handshake" => (limits.HandshakeBytes, Handshake(fields)),
            "send" => (limits.SendBytes, new SendRequest(fields.Message(), fields.Optional("key"))),
            "ping" => (limits.PingBytes, new PingRequest(fields.Optional("from"), fields.Optional("key"))),
            "history" => (limits.HistoryBytes, History(fields, scanned)),
            "resend" => (limits.SendBytes, new ResendRequest(fields.Message(), fields.Optional("key"))),
            _ => (0, (PeerRequest?)null),
        };
        if (request is null)
        {
            return PeerReadResult.Of(new PeerReadError(400, "unknown_action", $"There is no action \"{Shown(action)}\"."));
        }

        if (bodyBytes > allowed)
        {
            return PeerReadResult.Of(PeerReadError.TooLarge($"The body of a {action} may have {allowed} bytes at most."));
        }

        return fields.Error is null ? PeerReadResult.Of(request) : PeerReadResult.Of(fields.Error);
    }

    /// <summary>Reads one element of <c>messages</c>.</summary>
    public static HistoryItem ReadItem(ReadOnlyMemory<byte> json, WireLimits limits)
    {
        using var document = WireDocument.ParseObject(json);
        if (document is null)
        {
            return new MalformedItem("The item has to be a JSON object in which no name stands twice.");
        }

        var fields = new WireFields(document.RootElement, limits);
        var action = fields.Optional("action");
        var item = new HistoryMessage(fields.Message(), fields.Optional("key"));
        return fields.Error is not null ? new MalformedItem(fields.Error.Detail)
            : action is null or "send" ? item
            : new MalformedItem($"The action of an item is send, not \"{Shown(action)}\".");
    }

    private static HandshakeRequest Handshake(WireFields fields) =>
        new(fields.Required("key"), fields.Optional("from"), fields.Optional("nick"), fields.Optional("proof"));

    private static HistoryRequest History(WireFields fields, BodyScanner scanned)
    {
        fields.RequireArray("messages");
        var taken = scanned.Omitted == 0 ? scanned.Items : scanned.Items[..WholeSeconds(scanned.Items)];
        return new HistoryRequest(fields.Optional("from"), fields.Optional("key"), taken, scanned.Omitted + scanned.Items.Length - taken.Length);
    }

    // Equal messages of a peer with coarse timestamps are told apart by counting them within one history. Where it is cut, those of
    // the last second may go on behind the cut: counted from the start again next time, they would be taken for known ones.
    private static int WholeSeconds(ImmutableArray<HistoryItem> items)
    {
        if (items is not [.., HistoryMessage last])
        {
            return items.Length;
        }

        var before = items.Length;
        while (before > 0 && items[before - 1] is HistoryMessage item && item.Message.Timestamp == last.Message.Timestamp)
        {
            before--;
        }

        return before == 0 ? items.Length : before;
    }

    private static string Shown(string action) =>
        string.Concat(action.Where(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-').Take(ShownActionLength));
}
