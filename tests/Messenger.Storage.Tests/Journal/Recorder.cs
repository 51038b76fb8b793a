using Akka.Actor;
using Akka.Persistence;
using Messenger.Domain.Contacts;

namespace Messenger.Storage.Tests.Journal;

/// <summary>A persistent actor that keeps what it is told and answers with its number after the commit.</summary>
internal sealed class Recorder : ReceivePersistentActor
{
    private readonly List<ContactEvent> _events = [];

    public Recorder(string persistenceId)
    {
        PersistenceId = persistenceId;
        Recover<ContactEvent>(_events.Add);
        Command<ContactEvent>(e => Persist(e, _ =>
        {
            _events.Add(e);
            Sender.Tell(LastSequenceNr);
        }));
        Command<string>(_ => Sender.Tell(_events.ToArray()));
    }

    public override string PersistenceId { get; }

    public static Props For(string persistenceId) => Props.Create(() => new Recorder(persistenceId));
}
