using System.Text.Json;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol;

namespace Messenger.Node.Api;

/// <summary>A message on its way from one data folder to another: a line of JSON. Nothing in it depends on the folder.</summary>
internal sealed record TransferredMessage
{
    private const int MaxTimestamp = 100;
    private const int MaxEnctype = 100;
    private const int MaxReason = 1_000;

    // Stricter than the clock needs: a timestamp of ours far ahead would drag every later one with it.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Preferred address of the contact.</summary>
    public required string Contact { get; init; }

    /// <summary>Who wrote it.</summary>
    public required MessageDirection Direction { get; init; }

    /// <summary>When it was stored: its arrival (in) or when it was written (out).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its time on the wire, exactly as it was sent.</summary>
    public required string Timestamp { get; init; }

    /// <summary>Its author's time (in), if it was sealed; the timestamp is then but a hint.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>How it is encrypted on the wire; empty is plaintext.</summary>
    public string Enctype { get; init => field = value ?? ""; } = "";

    /// <summary>The text. Hostile text.</summary>
    public required string Text { get; init; }

    /// <summary>How far it has come.</summary>
    public required MessageProgress State { get; init; }

    /// <summary>Why it was refused (out).</summary>
    public string? Reason { get; init; }

    /// <summary>The id by which copies are told (in).</summary>
    public string? Id { get; init; }

    /// <summary>The id that the client gave it (out).</summary>
    public string? Uuid { get; init; }

    /// <summary>Address of the contact that brought it (in); null when it came from its author's node.</summary>
    public string? Via { get; init; }

    /// <summary>Whether the author is proven (in).</summary>
    public bool Proven { get; init; }

    /// <summary>A message as it stands in journal and read model; null when there is none to show, or when it could not be opened.</summary>
    public static TransferredMessage? Of(ContactProfile contact, ContactEvent stored, MessageRow? row, Func<ContactId, ContactProfile?> find)
    {
        var shown = row is { Text: not null, Unreadable: null } ? MessageItem.Of(row) : null;
        return (shown, stored) switch
        {
            ({ }, MessageReceived e) => new()
            {
                Contact = contact.Addresses[0].Canonical,
                Direction = MessageDirection.In,
                At = e.ArrivedAt ?? e.At,
                Timestamp = e.Timestamp,
                ClaimedAt = e.Enctype.Length > 0 ? e.ClaimedAt : null,
                Enctype = e.Enctype,
                Text = shown.Text,
                State = shown.State,
                Id = e.Id.Value,
                Via = e.Via is { } via ? find(via)?.Addresses[0].Canonical : null,
                Proven = shown.Proven,
            },
            ({ }, MessageQueued e) => new()
            {
                Contact = contact.Addresses[0].Canonical,
                Direction = MessageDirection.Out,
                At = e.WrittenAt ?? e.At,
                Timestamp = e.Timestamp,
                Enctype = e.Enctype,
                Text = shown.Text,
                State = shown.State == MessageProgress.Relayed ? MessageProgress.Queued : shown.State,
                Reason = shown.State == MessageProgress.Refused ? shown.Reason : null,
                Uuid = e.Uuid,
            },
            _ => null,
        };
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no message.</exception>
    public static TransferredMessage Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ApiJson.Plain.TransferredMessage) ?? throw new FormatException("null is no message.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"This is no message: {error.Message}");
        }
    }

    /// <summary>Checks it and makes an item of an import.</summary>
    /// <param name="find">The contact at an address.</param>
    /// <param name="now">The clock, UTC.</param>
    /// <exception cref="FormatException">It cannot be taken in; the message says why.</exception>
    public (ContactId Contact, ImportedMessage Message) ToImport(Func<Address, ContactProfile?> find, DateTimeOffset now)
    {
        Demand(Timestamp is { Length: <= MaxTimestamp }, "timestamp is missing or too long.");
        Demand(Enctype is { Length: <= MaxEnctype } && Reason is null or { Length: <= MaxReason }, "enctype or reason is too long.");
        Demand(Text is not null && System.Text.Encoding.UTF8.GetByteCount(Text) <= WireLimits.Default.TextBytes, "text is missing or too long.");
        Demand(!$"{Timestamp}{Enctype}{Text}{Reason}".Contains('\0', StringComparison.Ordinal), "A text contains NUL.");
        var contact = Dialed(Contact, find) ?? throw new FormatException($"There is no contact at {Contact}; import the contact list first.");
        return (contact.Id, Direction == MessageDirection.In ? Received(find) : Written(now));
    }

    private ImportedMessage.Received Received(Func<Address, ContactProfile?> find)
    {
        Demand(State is MessageProgress.Received or MessageProgress.Read, "state of a message that came in is received or read.");
        Demand(ClaimedAt is null || ClaimedAt >= DateTimeOffset.UnixEpoch, "claimedAt lies before 1970.");
        Demand(Id is { Length: MessageId.Length } && Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), "id is none.");
        return new(new MessageId(Id!), Timestamp, Enctype, Text, At.ToUniversalTime(), Dialed(Via, find)?.Id, Proven, State == MessageProgress.Read)
        {
            ClaimedAt = ClaimedAt?.ToUniversalTime(),
        };
    }

    private ImportedMessage.Written Written(DateTimeOffset now)
    {
        Demand(Guid.TryParseExact(Uuid, "D", out var uuid), "uuid is none.");
        Demand(Text.Length > 0, "text is empty.");
        Demand(ClaimedTime.Parse(Timestamp) is { } claimed && claimed <= now + MaxAhead, "timestamp of a message of ours is none, or lies in the future.");
        var end = State switch
        {
            MessageProgress.Queued or MessageProgress.Relayed => WrittenEnd.Waiting,
            MessageProgress.Delivered or MessageProgress.Read => WrittenEnd.Delivered,
            MessageProgress.Refused => WrittenEnd.Refused,
            _ => throw new FormatException("state of a message of ours is queued, delivered, read or refused."),
        };
        return new(uuid.ToString("D"), Timestamp, Enctype, Text, At.ToUniversalTime(), end, Reason);
    }

    private static ContactProfile? Dialed(string? address, Func<Address, ContactProfile?> find) =>
        Address.TryParse(address, out var parsed, out _) ? find(parsed) : null;

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
