using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Messenger.Protocol;

/// <summary>
/// Splits a JSON body, as it arrives, into the envelope and the elements of its <c>messages</c> array. Only the envelope and one element
/// are ever held as bytes, so that a backlog of any size costs the same memory, and an element that is too large or malformed costs
/// itself alone. It knows strings and brackets; what it keeps is parsed strictly, what it leaves out is not parsed at all.
/// </summary>
internal sealed class BodyScanner(WireLimits limits)
{
    private readonly ArrayBufferWriter<byte> _envelope = new(1024);
    private readonly ArrayBufferWriter<byte> _item = new();
    private readonly ImmutableArray<HistoryItem>.Builder _items = ImmutableArray.CreateBuilder<HistoryItem>();

    // One bit for each open bracket, 1 for an object, the innermost lowest.
    private uint _brackets;
    private int _depth;
    private bool _inString;
    private bool _escaped;

    // Where the last string directly inside the root object begins in the envelope: before a ':' it is the property's name.
    private int _stringStart;
    private bool _nameIsMessages;
    private bool _inMessages;

    private int _itemLength;
    private int _takenBytes;

    /// <summary>The body without the elements of <c>messages</c>.</summary>
    public ReadOnlyMemory<byte> Envelope => _envelope.WrittenMemory;

    /// <summary>The elements taken, in order.</summary>
    public ImmutableArray<HistoryItem> Items => _items.ToImmutable();

    /// <summary>How many elements followed those.</summary>
    public int Omitted { get; private set; }

    /// <summary>Takes the next bytes of the body.</summary>
    /// <returns>Null, or why there is no point in reading on.</returns>
    public PeerReadError? Feed(ReadOnlySpan<byte> chunk)
    {
        PeerReadError? error = null;
        while (!chunk.IsEmpty && error is null)
        {
            if (_inString)
            {
                var run = StringRun(chunk);
                error = Keep(chunk[..run]);
                chunk = chunk[run..];
            }
            else
            {
                error = Structure(chunk[..1]);
                chunk = chunk[1..];
            }
        }

        return error;
    }

    // As much of the chunk as surely belongs to the string, up to and with its closing quote.
    private int StringRun(ReadOnlySpan<byte> chunk)
    {
        if (_escaped)
        {
            _escaped = false;
            return 1;
        }

        var special = chunk.IndexOfAny((byte)'"', (byte)'\\');
        if (special < 0)
        {
            return chunk.Length;
        }

        _inString = chunk[special] != (byte)'"';
        _escaped = _inString;
        return special + 1;
    }

    private PeerReadError? Structure(ReadOnlySpan<byte> single)
    {
        var betweenItems = _inMessages && _depth == 2;
        switch (single[0])
        {
            case (byte)'"':
                _inString = true;
                _stringStart = _depth == 1 ? _envelope.WrittenCount : _stringStart;
                return Keep(single);
            case (byte)':' when _depth == 1:
                _nameIsMessages = IsMessages(_envelope.WrittenSpan[_stringStart..]);
                return Keep(single);
            case (byte)'{' or (byte)'[':
                return Open(single);
            case (byte)'}' or (byte)']':
                return Close(single, betweenItems);
            case (byte)',' when betweenItems:
                return FinishItem(last: false);
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' when betweenItems:
                return null;
            default:
                return Keep(single);
        }
    }

    private PeerReadError? Open(ReadOnlySpan<byte> bracket)
    {
        if (_depth == WireLimits.Depth)
        {
            return PeerReadError.Malformed($"The body is nested deeper than {WireLimits.Depth} levels.");
        }

        var error = Keep(bracket);
        var isObject = bracket[0] == (byte)'{';
        _inMessages |= _depth == 1 && _nameIsMessages && !isObject;
        _brackets = (_brackets << 1) | (isObject ? 1u : 0u);
        _depth++;
        return error;
    }

    private PeerReadError? Close(ReadOnlySpan<byte> bracket, bool betweenItems)
    {
        var isObject = (_brackets & 1) == 1;
        if (_depth == 0 || isObject != (bracket[0] == (byte)'}'))
        {
            return PeerReadError.Malformed("The body closes a bracket that it did not open.");
        }

        _brackets >>= 1;
        _depth--;
        if (!betweenItems)
        {
            return Keep(bracket);
        }

        _inMessages = false;
        _nameIsMessages = false;
        return FinishItem(last: true) ?? Keep(bracket);
    }

    private PeerReadError? Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_inMessages)
        {
            if (_envelope.WrittenCount + bytes.Length > limits.SealedSendBytes)
            {
                return PeerReadError.TooLarge($"The body is larger than {limits.SealedSendBytes} bytes.");
            }

            _envelope.Write(bytes);
            return null;
        }

        _itemLength += bytes.Length;
        if (_itemLength <= limits.SealedSendBytes && Omitted == 0 && _items.Count < limits.HistoryTakenItems)
        {
            _item.Write(bytes);
        }

        return null;
    }

    private PeerReadError? FinishItem(bool last)
    {
        var position = _items.Count + Omitted;
        if (_itemLength == 0)
        {
            return last && position == 0 ? null : PeerReadError.Malformed("The array \"messages\" has an empty place.");
        }

        if (position == limits.HistoryItems)
        {
            return PeerReadError.TooLarge($"The array \"messages\" has more than {limits.HistoryItems} elements.");
        }

        var tooLarge = _itemLength > limits.SealedSendBytes;
        var bytes = tooLarge ? 0 : _itemLength;
        if (Omitted > 0 || _items.Count == limits.HistoryTakenItems || _takenBytes + bytes > limits.HistoryTakenBytes)
        {
            Omitted++;
        }
        else
        {
            _takenBytes += bytes;
            _items.Add(tooLarge
                ? new MalformedItem($"The item is larger than {limits.SealedSendBytes} bytes.")
                : PeerActions.ReadItem(_item.WrittenMemory, limits));
        }

        _item.ResetWrittenCount();
        _itemLength = 0;
        return null;
    }

    // The name with its quotes, perhaps written with escapes.
    private static bool IsMessages(ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(name);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("messages"u8);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
