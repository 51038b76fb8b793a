using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Messenger.Actors.Tests.Fakes;

/// <summary>A journal in memory that commits, fails and rejects as the system's <see cref="JournalControl"/> says.</summary>
internal sealed class StubbornJournal : AsyncWriteJournal
{
    private readonly JournalControl _control = JournalControl.Of(Context.System);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var number = 0L;
        foreach (var stored in _control.RowsOf(persistenceId))
        {
            if (++number >= fromSequenceNr && number <= toSequenceNr)
            {
                _control.Replayed++;
                recoveryCallback(new Persistent(stored, number, persistenceId));
            }
        }

        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) => _control.Recover(persistenceId);

    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var results = ImmutableList.CreateBuilder<Exception?>();
        foreach (var write in messages)
        {
            var events = ((IImmutableList<IPersistentRepresentation>)write.Payload).Select(p => p.Payload);
            results.Add(await _control.WriteAsync(write.PersistenceId, [.. events]));
        }

        return results.ToImmutable();
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The journal is append-only.");
}
