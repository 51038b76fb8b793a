using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Contacts;

/// <summary>What leaves of queued messages: a bounded number in memory, the rest is read back from the journal when it is due.</summary>
internal sealed class OutboxTexts(ContactId contact, IJournalReader journal)
{
    private const int Capacity = 2048;
    private const int MaxCharacters = 1 << 20;
    private const int RowsPerRead = 64;
    private readonly Dictionary<long, OutboxText> _texts = [];
    private int _characters;

    /// <summary>Keeps a text if there is one and room for it.</summary>
    public void Keep(long number, ContactEvent message)
    {
        if (OutboxText.Of(message) is { } text && _texts.Count < Capacity && _characters + text.Text.Length <= MaxCharacters && _texts.TryAdd(number, text))
        {
            _characters += text.Text.Length;
        }
    }

    /// <summary>Drops texts that are no longer needed.</summary>
    public void Drop(IEnumerable<long> numbers)
    {
        foreach (var number in numbers)
        {
            if (_texts.Remove(number, out var text))
            {
                _characters -= text.Text.Length;
            }
        }
    }

    /// <summary>Drops every text: all get another form.</summary>
    public void Clear()
    {
        _texts.Clear();
        _characters = 0;
    }

    /// <summary>Drops every text that is not in the outbox any more.</summary>
    public void KeepOnly(ContactState state) => Drop([.. _texts.Keys.Where(n => !state.Outbox.ContainsKey(n))]);

    /// <summary>Reads messages.</summary>
    /// <param name="messages">Which, and the numbers of the events that hold what leaves of them.</param>
    /// <param name="cancellation">Abandons the read.</param>
    /// <returns>In the order asked for, with the neighbours that were read from the same journal rows: they are due next.</returns>
    public async Task<OutboxReading> LoadAsync(ImmutableArray<(long Number, long Stored)> messages, CancellationToken cancellation)
    {
        // Copied before the first await: afterwards the actor may be changing the dictionary.
        var found = messages.Where(m => _texts.ContainsKey(m.Number)).ToDictionary(m => m.Number, m => _texts[m.Number]);
        var read = await ReadAsync([.. messages.Where(m => !found.ContainsKey(m.Number)).Select(m => m.Stored)], cancellation);
        foreach (var (number, stored) in messages)
        {
            if (!found.ContainsKey(number) && read.TryGetValue(stored, out var happened) && OutboxText.Of(happened) is { } text)
            {
                found.Add(number, text);
            }
        }

        return new(
            [.. messages.Where(m => found.ContainsKey(m.Number)).Select(m => (m.Number, found[m.Number]))],
            [.. read.Select(r => (r.Key, r.Value))]);
    }

    /// <summary>Reads committed events of the contact, by their numbers, with all that stands in the same rows.</summary>
    /// <param name="numbers">Which, in any order.</param>
    /// <param name="cancellation">Abandons the read.</param>
    public async Task<IReadOnlyDictionary<long, ContactEvent>> ReadAsync(IEnumerable<long> numbers, CancellationToken cancellation)
    {
        var read = new Dictionary<long, ContactEvent>();
        ImmutableArray<long> missing = [.. numbers.Order()];
        while (missing.Length > 0)
        {
            var first = EventNumber.RowOf(missing[0]);
            var rows = missing.TakeWhile(n => EventNumber.RowOf(n) - first < RowsPerRead).Max(EventNumber.RowOf) - first + 1;
            var slice = await journal.ReadAsync(PersistenceIds.Of(contact), first, (int)rows, cancellation);
            if (slice.Events.Count == 0)
            {
                throw new InvalidOperationException($"The journal of {PersistenceIds.Of(contact)} ends before the queued message {missing[0]}.");
            }

            foreach (var (row, commit) in slice.Events.Cast<ContactCommit>().Index())
            {
                foreach (var (place, happened) in commit.Events.Index())
                {
                    read[EventNumber.First(first + row) + place] = happened;
                }
            }

            var end = EventNumber.First(first + slice.Events.Count);
            missing = [.. missing.SkipWhile(n => n < end)];
        }

        return read;
    }
}

/// <summary>What leaves of a message.</summary>
/// <param name="Text">The text or the envelope.</param>
/// <param name="Timestamp">The wire timestamp.</param>
/// <param name="Enctype">Encryption; empty is plaintext.</param>
internal sealed record OutboxText(string Text, string Timestamp, string Enctype)
{
    /// <summary>What leaves of a message that this event gives its form; <see langword="null"/> when it gives none, or is erased.</summary>
    public static OutboxText? Of(ContactEvent happened) => happened switch
    {
        MessageQueued { Seal.Wire: { } wire } e => new(wire, e.Timestamp, e.Enctype),
        MessageQueued { Enctype: "", Text: { } text } e => new(text, e.Timestamp, ""),
        MessageSealed { Seal.Wire: { } wire } e => new(wire, e.Timestamp, e.Enctype),
        MessageSealed { Seal: null, Text: { } text } e => new(text, e.Timestamp, ""),
        _ => null,
    };
}

/// <summary>Messages of an outbox.</summary>
/// <param name="Messages">Those asked for, without erased ones.</param>
/// <param name="Read">Everything that was read from the journal on the way.</param>
internal sealed record OutboxReading(
    ImmutableArray<(long Number, OutboxText Text)> Messages, IReadOnlyCollection<(long Stored, ContactEvent Event)> Read);
