using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Messenger.Actors.Ports;

namespace Messenger.Actors.History;

/// <summary>What the read model still has to take in, and what to do next for it. One piece of work at a time.</summary>
/// <param name="offsets">How far the read model is, per persistence id.</param>
internal sealed class ProjectionBacklog(IReadOnlyDictionary<string, long> offsets)
{
    /// <summary>Hints beyond so many events are dropped; the journal has them.</summary>
    internal const int Capacity = 10_000;

    /// <summary>So often at most the journal is read before a transaction: with what was read of many journals it is worth its turn among the members of a cluster.</summary>
    internal const int ReadsAtOnce = 20;

    /// <summary>With so many events a transaction does not wait until more was read.</summary>
    internal const int Plenty = 1_000;

    private readonly Dictionary<string, long> _applied = new(offsets);
    private readonly Dictionary<string, long> _taken = new(offsets);
    private readonly Dictionary<string, List<object>> _pending = [];
    private readonly Dictionary<string, long> _required = [];
    private readonly Queue<string> _order = new();
    private ImmutableArray<JournalSlice> _inTransaction = [];
    private (string PersistenceId, long Required)? _reading;
    private int _pendingEvents;
    private int _readsDue = ReadsAtOnce;

    /// <summary>A piece of work.</summary>
    public abstract record Work
    {
        /// <summary>Write these in one transaction, then call <see cref="Applied"/>.</summary>
        public sealed record Apply(ImmutableArray<JournalSlice> Slices) : Work;

        /// <summary>Read the journal from there, then call <see cref="Read"/>.</summary>
        public sealed record Read(string PersistenceId, long From) : Work;
    }

    /// <summary>How many events wait for a transaction.</summary>
    public int Pending => _pendingEvents;

    /// <summary>Whether the journal has to be read for some of it.</summary>
    public bool IsCatchingUp => _required.Count > 0;

    /// <summary>After how many more transactions everything is in the read model that was told so far; <see cref="int.MaxValue"/> when that is not known.</summary>
    public int TransactionsLeft => IsCatchingUp ? int.MaxValue : (_inTransaction.Length > 0 ? 1 : 0) + (_pending.Count > 0 ? 1 : 0);

    /// <summary>How many rows the read model lacks of what is known to be in the journal.</summary>
    public long Lag => _required.Keys.Union(_pending.Keys).Union(_inTransaction.Select(slice => slice.PersistenceId)).Sum(id =>
        Math.Max(_required.GetValueOrDefault(id), _taken.GetValueOrDefault(id)) - AppliedTo(id));

    /// <summary>Whether nothing is being done: no answer would be missed.</summary>
    public bool IsAtRest => _inTransaction.Length == 0 && _reading is null;

    /// <summary>Sequence number of the last event in the read model.</summary>
    public long AppliedTo(string persistenceId) => _applied.GetValueOrDefault(persistenceId);

    /// <summary>Takes in events that were committed; what comes before them and is missing will be read from the journal.</summary>
    public void Add(JournalSlice slice)
    {
        var taken = _taken.GetValueOrDefault(slice.PersistenceId);
        if (slice.First > taken + 1 || _required.ContainsKey(slice.PersistenceId) || _pendingEvents >= Capacity)
        {
            Require(slice.PersistenceId, Last(slice));
        }
        else
        {
            Take(slice.PersistenceId, [.. slice.Events.Skip((int)Math.Min(taken + 1 - slice.First, slice.Events.Count))]);
        }
    }

    /// <summary>Everything up to there must get into the read model.</summary>
    public void Require(string persistenceId, long sequence)
    {
        if (sequence > _taken.GetValueOrDefault(persistenceId))
        {
            ref var required = ref CollectionsMarshal.GetValueRefOrAddDefault(_required, persistenceId, out var isKnown);
            required = Math.Max(required, sequence);
            if (!isKnown)
            {
                _order.Enqueue(persistenceId);
            }
        }
    }

    /// <summary>What to do now; <see langword="null"/> while something is being done, and when there is nothing to do.</summary>
    public Work? Next()
    {
        if (_inTransaction.Length > 0 || _reading is not null)
        {
            return null;
        }

        // In turn: a stream of hints must not hold up the catching up of others, nor the other way round.
        if (_required.Count > 0 && (_pending.Count == 0 || (_readsDue > 0 && _pendingEvents < Plenty)))
        {
            _readsDue--;
            var persistenceId = _order.Dequeue();
            _reading = (persistenceId, _required[persistenceId]);
            return new Work.Read(persistenceId, _taken.GetValueOrDefault(persistenceId) + 1);
        }

        if (_pending.Count > 0)
        {
            _readsDue = ReadsAtOnce;
            _inTransaction = [.. _pending.Select(p => new JournalSlice(p.Key, _taken[p.Key] - p.Value.Count + 1, p.Value))];
            _pending.Clear();
            _pendingEvents = 0;
            return new Work.Apply(_inTransaction);
        }

        return null;
    }

    /// <summary>A transaction was committed.</summary>
    /// <param name="stored">Where the read model is now, of every persistence id that was in it.</param>
    public void Applied(IReadOnlyDictionary<string, long> stored)
    {
        foreach (var slice in _inTransaction)
        {
            _applied[slice.PersistenceId] = stored[slice.PersistenceId];
            if (stored[slice.PersistenceId] != Last(slice))
            {
                StartOver(slice.PersistenceId, stored[slice.PersistenceId]);
            }
        }

        _inTransaction = [];
    }

    /// <summary>The journal was read.</summary>
    public void Read(JournalSlice slice)
    {
        Take(slice.PersistenceId, slice.Events);

        // Nothing more in the journal: only a number that came while it was being read is still a reason to look again.
        var required = _required.GetValueOrDefault(slice.PersistenceId);
        if (_taken.GetValueOrDefault(slice.PersistenceId) >= required || (slice.Events.Count == 0 && _reading?.Required == required))
        {
            _required.Remove(slice.PersistenceId);
        }
        else
        {
            // To the end: one that grows as fast as it is read must not hold up the others.
            _order.Enqueue(slice.PersistenceId);
        }

        _reading = null;
    }

    private static long Last(JournalSlice slice) => slice.First + slice.Events.Count - 1;

    private void Take(string persistenceId, IReadOnlyCollection<object> events)
    {
        if (events.Count > 0)
        {
            ref var pending = ref CollectionsMarshal.GetValueRefOrAddDefault(_pending, persistenceId, out _);
            (pending ??= []).AddRange(events);
            _pendingEvents += events.Count;
            _taken[persistenceId] = _taken.GetValueOrDefault(persistenceId) + events.Count;
        }
    }

    // Somebody else wrote to the read model: what was taken after its offset does not fit any more.
    private void StartOver(string persistenceId, long stored)
    {
        if (_pending.Remove(persistenceId, out var dropped))
        {
            _pendingEvents -= dropped.Count;
        }

        var taken = _taken[persistenceId];
        _taken[persistenceId] = stored;
        Require(persistenceId, taken);
    }
}
