using System.Collections.Immutable;

namespace Messenger.Domain.Contacts;

/// <summary>
/// The newest keys with their values, oldest dropped beyond a capacity; remembers the journal number of the last one dropped,
/// so that a caller knows up to where older keys must be looked up elsewhere.
/// </summary>
/// <typeparam name="TKey">What is remembered.</typeparam>
/// <typeparam name="TValue">What belongs to it.</typeparam>
public sealed class RecentWindow<TKey, TValue>
    where TKey : notnull
{
    /// <summary>How many keys a contact's state remembers (architecture.md, ContactActor).</summary>
    public const int Capacity = 512;

    private readonly ImmutableQueue<TKey> _order;
    private readonly ImmutableDictionary<TKey, (long Number, TValue Value)> _entries;

    private RecentWindow(ImmutableQueue<TKey> order, ImmutableDictionary<TKey, (long, TValue)> entries, long forgottenNumber)
    {
        _order = order;
        _entries = entries;
        ForgottenNumber = forgottenNumber;
    }

    /// <summary>Nothing remembered, nothing dropped.</summary>
    public static RecentWindow<TKey, TValue> Empty { get; } = new([], ImmutableDictionary<TKey, (long, TValue)>.Empty, 0);

    /// <summary>Journal number of the last key dropped; 0 when none was.</summary>
    public long ForgottenNumber { get; }

    /// <summary>The keys, oldest first.</summary>
    public IEnumerable<(TKey Key, long Number, TValue Value)> Entries => _order.Select(k => (k, _entries[k].Number, _entries[k].Value));

    /// <summary>Finds a remembered key.</summary>
    public bool TryFind(TKey key, out long number, out TValue value)
    {
        var found = _entries.TryGetValue(key, out var entry);
        (number, value) = entry;
        return found;
    }

    /// <summary>Remembers a key that is not in the window.</summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Its journal number.</param>
    /// <param name="value">Its value.</param>
    /// <param name="dropped">The key that had to go, if any.</param>
    public RecentWindow<TKey, TValue> Add(TKey key, long number, TValue value, out (TKey Key, TValue Value)? dropped)
    {
        var order = _order.Enqueue(key);
        var entries = _entries.SetItem(key, (number, value));
        dropped = null;
        if (entries.Count <= Capacity)
        {
            return new(order, entries, ForgottenNumber);
        }

        order = order.Dequeue(out var oldest);
        var (oldNumber, oldValue) = entries[oldest];
        dropped = (oldest, oldValue);
        return new(order, entries.Remove(oldest), oldNumber);
    }

    /// <summary>The window as it was written to a snapshot.</summary>
    public static RecentWindow<TKey, TValue> Restore(IEnumerable<(TKey Key, long Number, TValue Value)> entries, long forgottenNumber)
    {
        var list = entries.ToList();
        return new(
            ImmutableQueue.CreateRange(list.Select(e => e.Key)),
            list.ToImmutableDictionary(e => e.Key, e => (e.Number, e.Value)),
            forgottenNumber);
    }
}
