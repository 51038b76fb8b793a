using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Actors.Ports;

/// <summary>
/// What this node carries for friends (protocol.md, resend). It is kept apart from the owner's history and search and is
/// physically deleted on delivery or expiry.
/// </summary>
public interface IRelayStore
{
    /// <summary>Checks the quotas and stores in one transaction; returns after the commit.</summary>
    /// <param name="message">What to carry.</param>
    /// <param name="quota">The limits.</param>
    /// <param name="cancellation">Abandons the wait.</param>
    Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation);

    /// <summary>The oldest messages waiting for a recipient, at most <paramref name="count"/> and about <paramref name="bytes"/>.</summary>
    Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation);

    /// <summary>Deletes delivered messages for good.</summary>
    Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation);

    /// <summary>Deletes what expired at <paramref name="now"/> for good.</summary>
    Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Deletes everything held from or for a contact that the owner removed or blocked.</summary>
    Task ForgetAsync(ContactId contact, CancellationToken cancellation);

    /// <summary>How much is held, per recipient.</summary>
    Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation);
}

/// <summary>A message a friend asked us to carry; its wire fields are untouched.</summary>
/// <param name="Id">The derived id; the same message for the same recipient is held once.</param>
/// <param name="Requester">The contact that asked.</param>
/// <param name="Recipient">The contact it is for.</param>
/// <param name="From">The author's address as given.</param>
/// <param name="To">The recipient's address as given.</param>
/// <param name="Text">The text or ciphertext.</param>
/// <param name="Timestamp">The author's timestamp as given.</param>
/// <param name="Enctype">Encryption as given.</param>
/// <param name="ReceivedAt">When it was asked, UTC.</param>
/// <param name="ExpiresAt">When it is dropped, UTC.</param>
public sealed record RelayedMessage(
    MessageId Id, ContactId Requester, ContactId Recipient, string From, string To, string Text, string Timestamp, string Enctype,
    DateTimeOffset ReceivedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>What the message counts against the quotas, in bytes of UTF-8.</summary>
    public int Bytes =>
        System.Text.Encoding.UTF8.GetByteCount(Text) + System.Text.Encoding.UTF8.GetByteCount(From) + System.Text.Encoding.UTF8.GetByteCount(To) + Timestamp.Length + Enctype.Length;
}

/// <summary>A message in the store.</summary>
/// <param name="Number">Its row, ascending in order of arrival.</param>
/// <param name="Message">The message.</param>
public sealed record HeldMessage(long Number, RelayedMessage Message);

/// <summary>Limits of what is carried for friends (protocol.md, resend).</summary>
/// <param name="MessagesPerRequester">Messages held for one requester.</param>
/// <param name="BytesPerRequester">Bytes held for one requester.</param>
/// <param name="BytesInAll">Bytes held for everybody.</param>
public sealed record RelayQuota(int MessagesPerRequester = 1000, long BytesPerRequester = 16L << 20, long BytesInAll = 256L << 20);

/// <summary>What became of a message to carry.</summary>
public enum RelayStoring
{
    /// <summary>Stored; committed.</summary>
    Stored,

    /// <summary>The same message for the same recipient was held already.</summary>
    Held,

    /// <summary>A quota is used up.</summary>
    OverQuota,
}

/// <summary>What is held for one recipient.</summary>
/// <param name="Recipient">The contact it is for.</param>
/// <param name="Messages">How many.</param>
/// <param name="Bytes">How much.</param>
public sealed record RelayHolding(ContactId Recipient, int Messages, long Bytes);
