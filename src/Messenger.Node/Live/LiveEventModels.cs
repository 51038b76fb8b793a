using System.Globalization;
using System.Text.Json;
using Messenger.Node.Api;

namespace Messenger.Node.Live;

/// <summary>Something that happened.</summary>
/// <param name="Id">Resume after it with since; null for what is not repeated: presence and retention.</param>
/// <param name="Type">hello, message, message.state, contact, presence, read, request, retention or reset.</param>
/// <param name="Data">What the type says: HelloEvent, MessageEvent, ContactEvent, PresenceEvent, ReadEvent, RetentionItem or ResetEvent.</param>
internal sealed record LiveEvent(string? Id, string Type, JsonElement Data);

/// <summary>What happened since the id that was asked for.</summary>
/// <param name="Events">Oldest first; empty when nothing happened in time.</param>
/// <param name="Latest">The id to ask with next time.</param>
internal sealed record LiveEventList(IReadOnlyList<LiveEvent> Events, string Latest);

/// <summary>hello: the stream is open.</summary>
/// <param name="Version">Version of the node.</param>
/// <param name="Latest">Id from which the stream goes on.</param>
internal sealed record HelloEvent(string Version, string Latest);

/// <summary>reset: what happened since the asked id is not known any more; read everything again.</summary>
/// <param name="Latest">Id from which the stream goes on.</param>
internal sealed record ResetEvent(string Latest);

/// <summary>message, message.state: a message is new, its state changed, or it was erased.</summary>
/// <param name="Contact">Id of the contact.</param>
/// <param name="Id">Id of the message.</param>
/// <param name="Message">The message now; null when it was erased.</param>
internal sealed record MessageEvent(string Contact, string Id, MessageItem? Message);

/// <summary>contact, request: a contact is new, changed or gone; a request came.</summary>
/// <param name="Id">Id of the contact.</param>
/// <param name="Contact">The contact now; null when it is gone.</param>
internal sealed record ContactEvent(string Id, ContactItem? Contact);

/// <summary>presence: a contact came or went.</summary>
/// <param name="Contact">Id of the contact.</param>
/// <param name="Online">Whether it was reached or heard within about the last minute.</param>
/// <param name="LastOnline">Last sign of life.</param>
/// <param name="LastConnect">Last successful exchange that we started.</param>
internal sealed record PresenceEvent(string Contact, bool Online, DateTimeOffset? LastOnline, DateTimeOffset? LastConnect);

/// <summary>read: messages were read.</summary>
/// <param name="Contact">Id of the contact.</param>
/// <param name="Cursor">Cursor of the last message read.</param>
/// <param name="Unread">Messages that are not read.</param>
internal sealed record ReadEvent(string Contact, string Cursor, int Unread);

/// <summary>The id of a repeatable event: its number within one life of the read model.</summary>
internal readonly record struct EventId(string Epoch, long Number)
{
    /// <summary>Reads an id from outside; null when it is none.</summary>
    public static EventId? Parse(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(text[..dash], number) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Number}");
}
