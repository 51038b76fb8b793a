using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Contacts;

/// <summary>The texts of queued messages: a bounded number in memory, the rest is read back from the journal when it is due.</summary>
internal sealed class OutboxTexts(ContactId contact, IJournalReader journal)
{
    private const int Capacity = 2048;
    private const int MaxCharacters = 1 << 20;
    private const int RowsPerRead = 64;
    private readonly Dictionary<long, MessageQueued> _texts = [];
    private int _characters;

    /// <summary>Keeps a text if there is room.</summary>
    public void Keep(long number, MessageQueued message)
    {
        if (message.Text is { } text && _texts.Count < Capacity && _characters + text.Length <= MaxCharacters && _texts.TryAdd(number, message))
        {
            _characters += text.Length;
        }
    }

    /// <summary>Drops texts that are no longer needed.</summary>
    public void Drop(IEnumerable<long> numbers)
    {
        foreach (var number in numbers)
        {
            if (_texts.Remove(number, out var message))
            {
                _characters -= message.Text!.Length;
            }
        }
    }

    /// <summary>Drops every text that is not in the outbox any more.</summary>
    public void KeepOnly(ContactState state) => Drop([.. _texts.Keys.Where(n => !state.Outbox.ContainsKey(n))]);

    /// <summary>Reads messages.</summary>
    /// <param name="numbers">Which, ascending.</param>
    /// <param name="cancellation">Abandons the read.</param>
    /// <returns>With the neighbours that were read from the same journal rows: they are due next.</returns>
    public async Task<OutboxReading> LoadAsync(ImmutableArray<long> numbers, CancellationToken cancellation)
    {
        // Copied before the first await: afterwards the actor may be changing the dictionary.
        var found = numbers.Where(_texts.ContainsKey).ToDictionary(n => n, n => _texts[n]);
        var missing = numbers.Where(n => !found.ContainsKey(n)).ToImmutableArray();
        var read = new List<(long Number, MessageQueued Message)>();
        while (missing.Length > 0)
        {
            var first = EventNumber.RowOf(missing[0]);
            var rows = (int)Math.Min(EventNumber.RowOf(missing[^1]) - first + 1, RowsPerRead);
            var slice = await journal.ReadAsync(PersistenceIds.Of(contact), first, rows, cancellation);
            if (slice.Events.Count == 0)
            {
                throw new InvalidOperationException($"The journal of {PersistenceIds.Of(contact)} ends before the queued message {missing[0]}.");
            }

            foreach (var (number, message) in Queued(slice))
            {
                read.Add((number, message));
                found.TryAdd(number, message);
            }

            var end = EventNumber.First(first + slice.Events.Count);
            missing = [.. missing.SkipWhile(n => n < end)];
        }

        return new([.. numbers.Select(n => (n, found[n])).Where(m => m.Item2.Text is not null)], read);
    }

    private static IEnumerable<(long Number, MessageQueued Message)> Queued(JournalSlice slice) =>
        from row in slice.Events.Cast<ContactCommit>().Index()
        from e in row.Item.Events.Index()
        where e.Item is MessageQueued
        select (EventNumber.First(slice.First + row.Index) + e.Index, (MessageQueued)e.Item);
}

/// <summary>Messages of an outbox.</summary>
/// <param name="Messages">Those asked for, without erased ones.</param>
/// <param name="Read">Everything that was read from the journal on the way.</param>
internal sealed record OutboxReading(
    ImmutableArray<(long Number, MessageQueued Message)> Messages, IReadOnlyCollection<(long Number, MessageQueued Message)> Read);
