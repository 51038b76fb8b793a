using System.Collections.Immutable;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol;

/// <summary>From strict JSON to the records of the five actions and their extensions.</summary>
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
            "send" => (SizeOf(fields, limits), new SendRequest(fields.Message(), fields.Optional("key"))),
            "ping" => Ping(fields, limits),
            "moved" => (limits.HandshakeBytes, new MovedRequest(
                fields.Optional("from"), fields.Optional("key"), new AddressChange(fields.Required("address"), fields.RequiredNumber("n"), fields.Required("sig")))),
            "receipt" => (limits.HandshakeBytes, Receipt(fields)),
            "history" => (limits.HistoryBytes, History(fields, scanned)),
            "resend" => (SizeOf(fields, limits), new ResendRequest(fields.Message(), fields.Optional("key"))),
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
        if (json.Length > SizeOf(fields, limits))
        {
            return new MalformedItem($"The item is larger than {limits.SendBytes} bytes.");
        }

        var action = fields.Optional("action");
        var item = new HistoryMessage(fields.Message(), fields.Optional("key"));
        return fields.Error is not null ? new MalformedItem(fields.Error.Detail)
            : action is null or "send" ? item
            : new MalformedItem($"The action of an item is send, not \"{Shown(action)}\".");
    }

    private static HandshakeRequest Handshake(WireFields fields) =>
        new(fields.Required("key"), fields.Optional("from"), fields.Optional("nick"), fields.Optional("proof"), fields.Object("e2e", BundleText.MaxSize), fields.Optional("invite"))
        {
            Advertised = fields.Advertised(),
        };

    private static ReceiptRequest Receipt(WireFields fields)
    {
        fields.RequireWord("state", "read");
        return new(fields.Optional("from"), fields.Optional("key"), fields.Ids("ids", ReceiptRequest.MaxIds));
    }

    private static (int, PeerRequest?) Ping(WireFields fields, WireLimits limits)
    {
        ImmutableArray<EnvelopeHash> again = [.. fields.Texts("again", PingRequest.MaxAgain).Select(EnvelopeHash.Parse).OfType<EnvelopeHash>()];
        var ping = new PingRequest(fields.Optional("from"), fields.Optional("key"))
        {
            E2e = fields.Object("e2e", BundleText.MaxSize),
            Have = fields.Number("have"),
            Again = again.IsEmpty ? [] : again,
            Advertised = fields.Advertised(),
        };
        return (ping.E2e is null && ping.Again.IsEmpty && ping.Advertised is null ? limits.PingBytes : limits.HandshakeBytes, ping);
    }

    private static int SizeOf(WireFields message, WireLimits limits) => message.IsSealed ? limits.SealedSendBytes : limits.SendBytes;

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
