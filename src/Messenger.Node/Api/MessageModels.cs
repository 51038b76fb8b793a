using System.Globalization;
using System.Text.Json.Serialization;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Api;

/// <summary>Who wrote a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageDirection>))]
internal enum MessageDirection
{
    /// <summary>The contact.</summary>
    [JsonStringEnumMemberName("in")]
    In,

    /// <summary>The owner.</summary>
    [JsonStringEnumMemberName("out")]
    Out,
}

/// <summary>How far a message has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageProgress>))]
internal enum MessageProgress
{
    /// <summary>Out: waits here.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Out: waits here and with one or more relays.</summary>
    [JsonStringEnumMemberName("relayed")]
    Relayed,

    /// <summary>Out: stored by the recipient's node.</summary>
    [JsonStringEnumMemberName("delivered")]
    Delivered,

    /// <summary>Read, by the recipient (out) or the owner (in).</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>Out: not tried again.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>In: not read yet.</summary>
    [JsonStringEnumMemberName("received")]
    Received,
}

/// <summary>Why the text of a message cannot be shown.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnreadableText>))]
internal enum UnreadableText
{
    /// <summary>It is encrypted by a method that this node does not know.</summary>
    [JsonStringEnumMemberName("unknown_enctype")]
    UnknownEnctype,

    /// <summary>The author has not shown its identity yet; it is opened when it does.</summary>
    [JsonStringEnumMemberName("unknown_author")]
    UnknownAuthor,

    /// <summary>The key that it was sealed to is gone; the author is asked to seal it again.</summary>
    [JsonStringEnumMemberName("unknown_prekey")]
    UnknownPrekey,

    /// <summary>The author's software sealed it wrongly; the author is asked to seal it again.</summary>
    [JsonStringEnumMemberName("undecryptable")]
    Undecryptable,
}

/// <summary>What the owner should know about a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageCaution>))]
internal enum MessageCaution
{
    /// <summary>It came as plain text although the contact seals what it writes.</summary>
    [JsonStringEnumMemberName("plaintext")]
    Plaintext,

    /// <summary>It contradicts the order of what came before: the contact's node is in two states.</summary>
    [JsonStringEnumMemberName("fork")]
    Fork,

    /// <summary>Two copies of the contact's node are running.</summary>
    [JsonStringEnumMemberName("two_lives")]
    TwoLives,
}

/// <summary>One message.</summary>
internal sealed record MessageItem
{
    /// <summary>Its id within the conversation.</summary>
    public required string Id { get; init; }

    /// <summary>The id that the client gave it (out); null when it came in.</summary>
    public required string? Uuid { get; init; }

    /// <summary>Its place in the conversation, for before, after, around and read.</summary>
    public required string Cursor { get; init; }

    /// <summary>Who wrote it.</summary>
    public required MessageDirection Direction { get; init; }

    /// <summary>The text; empty while it is unreadable. Hostile text.</summary>
    public required string Text { get; init; }

    /// <summary>The time to show: the claimed one, but never after the arrival.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The author's own time; null when it cannot be read.</summary>
    public required DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public required MessageProgress State { get; init; }

    /// <summary>Why it still waits or was refused; null when there is nothing to say.</summary>
    public required string? Reason { get; init; }

    /// <summary>Stable code of the reason; null when there is none, or none that is known.</summary>
    public required ReasonCode? ReasonCode { get; init; }

    /// <summary>Ids of the contacts that carry a copy.</summary>
    public required IReadOnlyList<string> Relays { get; init; }

    /// <summary>Id of the contact that brought it; null when it came from its author's node.</summary>
    public required string? Via { get; init; }

    /// <summary>Whether the author is proven.</summary>
    public required bool Proven { get; init; }

    /// <summary>How the text was encrypted on its way; empty is plaintext, which everybody on the way could read.</summary>
    public required string Enctype { get; init; }

    /// <summary>Why the text cannot be shown; null when it can.</summary>
    public UnreadableText? Unreadable { get; init; }

    /// <summary>What the owner should know about it; null when there is nothing.</summary>
    public MessageCaution? Warning { get; init; }

    /// <summary>How many messages of the contact, right before this one in its order, have not come.</summary>
    public long Missing { get; init; }

    /// <summary>A message as the client API shows it.</summary>
    public static MessageItem Of(MessageRow row) => new()
    {
        Id = IdOf(row.Number),
        Uuid = row.Uuid.Length == 0 ? null : row.Uuid,
        Cursor = IdOf(row.Number),
        Direction = row.Outgoing ? MessageDirection.Out : MessageDirection.In,
        Text = row.Text ?? "",
        At = row.At,
        ClaimedAt = row.ClaimedAt,
        State = row.State switch
        {
            MessageState.Queued => MessageProgress.Queued,
            MessageState.Relayed => MessageProgress.Relayed,
            MessageState.Delivered => MessageProgress.Delivered,
            MessageState.Read => MessageProgress.Read,
            MessageState.Refused => MessageProgress.Refused,
            _ => MessageProgress.Received,
        },
        Reason = row.Reason,
        ReasonCode = Reasons.CodeOf(row.Reason),
        Relays = [.. row.Relays.Select(relay => relay.Value)],
        Via = row.Via?.Value,
        Proven = row.Proven,
        Enctype = row.Enctype,
        Unreadable = row.Unreadable switch
        {
            null => null,
            UnreadableReason.UnknownAuthor => UnreadableText.UnknownAuthor,
            UnreadableReason.UnknownPrekey => UnreadableText.UnknownPrekey,
            UnreadableReason.Undecryptable => UnreadableText.Undecryptable,
            _ => UnreadableText.UnknownEnctype,
        },
        Warning = row.Warning switch
        {
            MessageWarning.Plaintext => MessageCaution.Plaintext,
            MessageWarning.Fork => MessageCaution.Fork,
            MessageWarning.TwoLives => MessageCaution.TwoLives,
            _ => null,
        },
        Missing = row.Missing,
    };

    /// <summary>The id and cursor of a message number.</summary>
    public static string IdOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The message number of an id or cursor; null when it is none.</summary>
    public static long? NumberOf(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}

/// <summary>Messages of a conversation, newest first.</summary>
/// <param name="Messages">The page.</param>
/// <param name="Before">Cursor for older ones; null when there are none.</param>
/// <param name="After">Cursor for newer ones; null when there are none.</param>
internal sealed record MessageList(IReadOnlyList<MessageItem> Messages, string? Before, string? After);

/// <summary>A message to send.</summary>
/// <param name="Text">1 byte to 64 KiB of UTF-8, without NUL.</param>
internal sealed record NewMessageRequest(string Text);

/// <summary>A message that was queued and will not be lost.</summary>
/// <param name="Id">Its id within the conversation.</param>
/// <param name="Uuid">The id that the client gave it.</param>
/// <param name="Cursor">Its place in the conversation.</param>
internal sealed record QueuedMessage(string Id, string Uuid, string Cursor);

/// <summary>Marks messages read.</summary>
/// <param name="Cursor">Cursor of the last message that was read.</param>
internal sealed record ReadRequest(string Cursor);

/// <summary>Up to where a conversation is read.</summary>
/// <param name="Cursor">Cursor of the last message read; it never goes back.</param>
internal sealed record ReadAnswer(string Cursor);
