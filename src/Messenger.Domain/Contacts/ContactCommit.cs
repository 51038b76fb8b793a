using System.Collections.Immutable;

namespace Messenger.Domain.Contacts;

/// <summary>
/// What is committed together: one row of a contact's journal. A burst of messages is one row, because a row costs the disk and the
/// journal far more than what stands in it.
/// </summary>
/// <param name="Events">1 to <see cref="EventNumber.PerRow"/> events, in order.</param>
public sealed record ContactCommit(ImmutableArray<ContactEvent> Events);

/// <summary>
/// The number of an event, and so of a message: its journal row × 1,024 + its place in the row. Numbers ascend without reuse, and
/// the row is found from the number alone. 0 is no event.
/// </summary>
public static class EventNumber
{
    /// <summary>How many events a journal row may hold.</summary>
    public const int PerRow = 1 << BitsPerRow;

    private const int BitsPerRow = 10;

    /// <summary>The number of the first event of a row.</summary>
    /// <param name="row">Journal sequence number, from 1.</param>
    public static long First(long row) => row << BitsPerRow;

    /// <summary>The journal sequence number of the row that holds an event.</summary>
    public static long RowOf(long number) => number >> BitsPerRow;

    /// <summary>The place of an event in its row, from 0.</summary>
    public static int PlaceOf(long number) => (int)(number & (PerRow - 1));
}
