using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol;

/// <summary>Takes the known fields out of one object and remembers the first that is not as it should be.</summary>
internal sealed class WireFields(JsonElement source, WireLimits limits)
{
    private const int ShortFieldBytes = 512;

    /// <summary>The first problem met, if any.</summary>
    public PeerReadError? Error { get; private set; }

    /// <summary>A text that may be missing, null or empty: null then.</summary>
    public string? Optional(string name) => Text(name, ShortFieldBytes) is { Length: > 0 } text ? text : null;

    /// <summary>A text that must be there and not empty.</summary>
    public string Required(string name)
    {
        var text = Text(name, ShortFieldBytes);
        if (string.IsNullOrEmpty(text))
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" is missing or empty."));
        }

        return text ?? "";
    }

    /// <summary>A property that must be there and be an array.</summary>
    public void RequireArray(string name)
    {
        if (!source.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array)
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" has to be an array."));
        }
    }

    /// <summary>Whether the message is an envelope, which may be longer than a text.</summary>
    public bool IsSealed =>
        source.TryGetProperty("enctype", out var enctype) && enctype.ValueKind == JsonValueKind.String && WireDocument.Text(enctype) == Envelope.Enctype;

    /// <summary>An object as its JSON text, unparsed; null when it is missing, something else or larger than that.</summary>
    public string? Object(string name, int maxBytes) => WireDocument.Object(source, name, maxBytes);

    /// <summary>What the peer understands beyond the seed; null when it does not say.</summary>
    public Advertisement? Advertised() => AdvertisementFields.Read(source);

    /// <summary>The ids of messages, at least one and at most so many.</summary>
    public ImmutableArray<MessageId> Ids(string name, int most)
    {
        if (!source.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0 || value.GetArrayLength() > most)
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" has to be an array of 1 to {most} ids."));
            return [];
        }

        // An id is a SHA-256 as an envelope's hash is.
        ImmutableArray<EnvelopeHash?> ids = [.. Texts(name, most).Select(EnvelopeHash.Parse)];
        if (ids.Length != value.GetArrayLength() || ids.Contains(null))
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" holds something that is no id: 43 characters of base64url are expected."));
            return [];
        }

        return [.. ids.Select(id => new MessageId(id!.Value.Value))];
    }

    /// <summary>A text that may be this one word only.</summary>
    public void RequireWord(string name, string word)
    {
        if (Required(name) != word)
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" may be \"{word}\" only."));
        }
    }

    /// <summary>A whole number that is not negative; null when it is missing or something else.</summary>
    public long? Number(string name) =>
        source.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    /// <summary>A whole number that has to be there and not be negative.</summary>
    public long RequiredNumber(string name)
    {
        var number = Number(name);
        if (number is null)
        {
            Fail(PeerReadError.BadField($"The field \"{name}\" has to be a whole number that is not negative."));
        }

        return number ?? 0;
    }

    /// <summary>The strings of an array, at most so many; what else is in it is left out.</summary>
    public IEnumerable<string?> Texts(string name, int most) =>
        source.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Take(most).Where(item => item.ValueKind == JsonValueKind.String).Select(WireDocument.Text)
            : [];

    /// <summary>The fields of a message.</summary>
    public WireMessage Message()
    {
        var message = Text("message", IsSealed ? Envelope.MaxMessageLength : limits.TextBytes);
        if (message is null)
        {
            Fail(PeerReadError.BadField("The field \"message\" is missing."));
        }

        return new WireMessage(Optional("from"), Optional("to"), message ?? "", Timestamp(), Text("enctype", ShortFieldBytes) ?? "");
    }

    private string Timestamp()
    {
        const string name = "timestamp";
        if (source.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number)
        {
            var raw = value.GetRawText();
            if (raw.Length > ShortFieldBytes)
            {
                Fail(PeerReadError.TooLarge($"The field \"{name}\" is longer than {ShortFieldBytes} bytes."));
            }

            return raw;
        }

        return Text(name, ShortFieldBytes) ?? "";
    }

    private string? Text(string name, int maxBytes)
    {
        if (!source.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Fail(PeerReadError.BadField($"The field \"{name}\" has to be a string."));
        }

        var text = WireDocument.Text(value);
        if (text is null)
        {
            return Fail(PeerReadError.BadField($"The field \"{name}\" holds bytes or escapes that are no Unicode text."));
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return Fail(PeerReadError.BadField($"The field \"{name}\" holds a NUL character."));
        }

        return Encoding.UTF8.GetByteCount(text) > maxBytes
            ? Fail(PeerReadError.TooLarge($"The field \"{name}\" is longer than {maxBytes} bytes."))
            : text;
    }

    private string? Fail(PeerReadError error)
    {
        Error ??= error;
        return null;
    }
}
