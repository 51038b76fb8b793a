using System.Collections.Immutable;

namespace Messenger.Domain.Contacts;

/// <summary>Messages that the owner has read and of which the author has not been told.</summary>
/// <param name="After">Number of the last message before them.</param>
/// <param name="UpTo">Number of the last of them.</param>
public readonly record struct ReadRange(long After, long UpTo);

/// <summary>A message of the owner that a receipt names.</summary>
/// <param name="Number">Its number.</param>
/// <param name="IsRead">Whether it is known to be read already.</param>
public readonly record struct NamedMessage(long Number, bool IsRead);

/// <summary>The rules of read receipts: pure.</summary>
public static class ReceiptDecisions
{
    /// <summary>How many ranges are remembered; there are several only when the owner has switched receipts off and on.</summary>
    public const int MaxRanges = 8;

    /// <summary>What the author is to be told after a mark.</summary>
    /// <param name="owed">What it was to be told before.</param>
    /// <param name="before">The read cursor before.</param>
    /// <param name="after">The read cursor now.</param>
    public static ImmutableArray<ReadRange> Owe(ImmutableArray<ReadRange> owed, long before, long after) =>
        owed is [.., var last] && last.UpTo == before ? owed.SetItem(owed.Length - 1, last with { UpTo = after })
        : owed.Length < MaxRanges ? owed.Add(new ReadRange(before, after))
        : owed.RemoveAt(0).Add(new ReadRange(before, after));

    /// <summary>What is left once it was told up to there.</summary>
    public static ImmutableArray<ReadRange> Told(ImmutableArray<ReadRange> owed, long upTo)
    {
        ImmutableArray<ReadRange> left = [.. owed.Where(range => range.UpTo > upTo).Select(range => range.After >= upTo ? range : range with { After = upTo })];
        return left.IsEmpty ? [] : left;
    }

    /// <summary>Takes a receipt of the contact. What it has read it has, also where its answer to the delivery was lost.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="named">The messages of ours that it names, erased ones among them.</param>
    /// <param name="now">The clock.</param>
    /// <returns>1; 0 when it names nothing that was ever written to it.</returns>
    public static Decision<int> Take(ContactState state, IReadOnlyCollection<NamedMessage> named, DateTimeOffset now)
    {
        ImmutableArray<long> news = [.. named.Where(message => !message.IsRead).Select(message => message.Number).Distinct().Order()];
        ImmutableArray<long> waiting = [.. news.Where(state.Outbox.ContainsKey)];
        return new(
            named.Count > 0 ? 1 : 0,
            [
                .. waiting.IsEmpty ? [] : (ContactEvent[])[new MessagesDelivered(now, waiting)],
                .. news.IsEmpty ? [] : (ContactEvent[])[new MessagesRead(now, news)],
            ]);
    }
}
