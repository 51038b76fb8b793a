using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Contacts;

/// <summary>The texts of queued messages: a bounded number in memory, the rest is read back from the journal when it is due.</summary>
internal sealed class OutboxTexts(ContactId contact, IJournalReader journal)
{
    private const int Capacity = 512;
    private const int MaxCharacters = 1 << 20;
    private const int JournalPage = 1000;
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

    /// <summary>The messages of these numbers, in order; erased ones are left out.</summary>
    public async Task<ImmutableArray<(long Number, MessageQueued Message)>> LoadAsync(ImmutableArray<long> numbers, CancellationToken cancellation)
    {
        // Copied before the first await: afterwards the actor may be changing the dictionary.
        var found = numbers.Where(_texts.ContainsKey).ToDictionary(n => n, n => _texts[n]);
        var missing = numbers.Where(n => !found.ContainsKey(n)).ToImmutableArray();
        while (missing.Length > 0)
        {
            var slice = await journal.ReadAsync(PersistenceIds.Of(contact), missing[0], (int)Math.Min(missing[^1] - missing[0] + 1, JournalPage), cancellation);
            if (slice.Events.Count == 0)
            {
                throw new InvalidOperationException($"The journal of {PersistenceIds.Of(contact)} ends before the queued message {missing[0]}.");
            }

            var end = slice.First + slice.Events.Count;
            foreach (var number in missing.TakeWhile(n => n < end))
            {
                found[number] = (MessageQueued)slice.Events[(int)(number - slice.First)];
            }

            missing = [.. missing.SkipWhile(n => n < end)];
        }

        return [.. numbers.Select(n => (n, found[n])).Where(m => m.Item2.Text is not null)];
    }
}
