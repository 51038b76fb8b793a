using Akka.Actor;
using Akka.Persistence;
using Messenger.Domain.Contacts;

namespace Messenger.Storage.Tests.Journal;

/// <summary>A persistent actor that keeps what it is told and answers with its number after the commit.</summary>
internal sealed class Recorder : ReceivePersistentActor
{
    private readonly List<ContactCommit> _rows = [];

    public Recorder(string persistenceId)
    {
        PersistenceId = persistenceId;
        Recover<ContactCommit>(_rows.Add);
        Command<ContactCommit>(row => Persist(row, _ =>
        {
            _rows.Add(row);
            Sender.Tell(LastSequenceNr);
        }));
        Command<string>(_ => Sender.Tell(_rows.SelectMany(r => r.Events).ToArray()));
    }

    public override string PersistenceId { get; }

    public static Props For(string persistenceId) => Props.Create(() => new Recorder(persistenceId));
}
