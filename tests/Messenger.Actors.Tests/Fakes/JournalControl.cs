using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Actors.Tests.Fakes;

/// <summary>What a journal does with a write.</summary>
public enum WriteFate
{
    /// <summary>Stores it.</summary>
    Commit,

    /// <summary>Fails before anything is stored.</summary>
    Fail,

    /// <summary>Stores it and then fails: the writer cannot know.</summary>
    FailAfterCommit,

    /// <summary>Rejects it without failing.</summary>
    Reject,
}

/// <summary>A write that waits for its fate.</summary>
internal sealed class PendingWrite(ImmutableArray<object> rows)
{
    private readonly TaskCompletionSource<WriteFate> _fate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IEnumerable<ContactEvent> Events => rows.Cast<ContactCommit>().SelectMany(row => row.Events);

    public Task<WriteFate> Fate => _fate.Task;

    public void End(WriteFate fate) => _fate.SetResult(fate);
}

/// <summary>
/// The contents of a <see cref="StubbornJournal"/>, seen by everything else that reads or erases a journal, and a hand on what
/// becomes of its writes.
/// </summary>
internal sealed class JournalControl : IExtension, IJournalReader, IJournalEraser
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, ImmutableList<object>> _rows = new();
    private readonly BlockingCollection<PendingWrite> _pending = [];
    private readonly SemaphoreSlim _eraser = new(1, 1);
    private readonly SemaphoreSlim _reader = new(1, 1);
    private int _recoveriesToFail;
    private int _recoveries;
    private int _writes;

    /// <summary>Whether each write waits to be taken by <see cref="NextWrite"/>.</summary>
    public bool Held { get; set; }

    /// <summary>How many times something was written.</summary>
    public int Writes => _writes;

    /// <summary>How many times a recovery was begun.</summary>
    public int Recoveries => _recoveries;

    /// <summary>How many events were read for recoveries.</summary>
    public int Replayed { get; set; }

    public static JournalControl Of(ActorSystem system) => system.WithExtension<JournalControl, Provider>();

    public ImmutableList<object> RowsOf(string persistenceId) => _rows.GetValueOrDefault(persistenceId, []);

    /// <summary>What happened to a contact, with the numbers.</summary>
    public IEnumerable<(long Number, ContactEvent Event)> EventsOf(ContactId contact) =>
        from row in RowsOf(PersistenceIds.Of(contact)).Cast<ContactCommit>().Index()
        from e in row.Item.Events.Index()
        select (EventNumber.First(row.Index + 1) + e.Index, e.Item);

    /// <summary>The next held write.</summary>
    public PendingWrite NextWrite() => _pending.TryTake(out var write, Patience) ? write : throw new TimeoutException("Nothing was written.");

    /// <summary>The next recoveries fail.</summary>
    public void FailRecoveries(int times) => _recoveriesToFail = times;

    /// <summary>Erasing stops before its first row until the result is disposed.</summary>
    public IDisposable HoldEraser() => Hold(_eraser);

    /// <summary>Reading from outside the persistent actors stops until the result is disposed.</summary>
    public IDisposable HoldReader() => Hold(_reader);

    public Task<long> Recover(string persistenceId)
    {
        Interlocked.Increment(ref _recoveries);
        return Interlocked.Decrement(ref _recoveriesToFail) >= 0
            ? Task.FromException<long>(new IOException("The journal cannot be read now."))
            : Task.FromResult((long)RowsOf(persistenceId).Count);
    }

    /// <returns>Why the write was rejected, if it was.</returns>
    public async Task<Exception?> WriteAsync(string persistenceId, ImmutableArray<object> events)
    {
        Interlocked.Increment(ref _writes);
        var fate = WriteFate.Commit;
        if (Held)
        {
            var pending = new PendingWrite(events);
            _pending.Add(pending);
            fate = await pending.Fate;
        }

        if (fate is WriteFate.Commit or WriteFate.FailAfterCommit)
        {
            _rows.AddOrUpdate(persistenceId, _ => [.. events], (_, stored) => stored.AddRange(events));
        }

        return fate switch
        {
            WriteFate.Commit => null,
            WriteFate.Reject => new IOException("Such an event cannot be written."),
            _ => throw new IOException("The disk is full."),
        };
    }

    public Task<IReadOnlyDictionary<string, long>> LastSequencesAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(_rows.ToDictionary(e => e.Key, e => (long)e.Value.Count));

    public async Task<JournalSlice> ReadAsync(string persistenceId, long from, int count, CancellationToken cancellation)
    {
        await PassAsync(_reader, cancellation);
        return new JournalSlice(persistenceId, from, [.. RowsOf(persistenceId).Skip((int)from - 1).Take(count)]);
    }

    public async Task EraseAsync(string persistenceId, long from, long to, Func<long, object, object> erase, CancellationToken cancellation)
    {
        for (var number = from; number <= to; number++)
        {
            await PassAsync(_eraser, cancellation);
            var index = (int)number - 1;
            _rows.AddOrUpdate(persistenceId, _ => [], (_, stored) => stored.SetItem(index, erase(index + 1, stored[index])));
        }
    }

    public Task ScrubAsync(CancellationToken cancellation) => Task.CompletedTask;

    private static Release Hold(SemaphoreSlim gate)
    {
        Assert.True(gate.Wait(Patience));
        return new Release(gate);
    }

    private static async Task PassAsync(SemaphoreSlim gate, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        gate.Release();
    }

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    private sealed class Provider : ExtensionIdProvider<JournalControl>
    {
        public override JournalControl CreateExtension(ExtendedActorSystem system) => new();
    }
}
