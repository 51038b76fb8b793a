using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Api;

/// <summary>
/// Walks through every conversation in the order of its journal, which has the fields of the wire; what became of a message stands in the
/// read model, which is waited for.
/// </summary>
internal sealed class ConversationExport(Owner owner, IJournalReader journal, IRequiredActor<HistoryKey> history)
{
    private const int RowsPerRead = 100;

    /// <summary>Every message that is shown of the contacts in the contact list.</summary>
    public async IAsyncEnumerable<TransferredMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var sequences = await journal.LastSequencesAsync(cancel);
        foreach (var contact in ContactListApi.Listed(owner).ToArray())
        {
            var id = PersistenceIds.Of(contact.Id);
            if (!sequences.TryGetValue(id, out var last))
            {
                continue;
            }

            await history.ActorRef.Ask<HistoryProtocol.Reached>(new HistoryProtocol.WaitFor(id, last), cancel);
            for (long row = 1; row <= last;)
            {
                var slice = await journal.ReadAsync(id, row, (int)Math.Min(RowsPerRead, last - row + 1), cancel);
                foreach (var (number, stored) in Numbered(slice))
                {
                    var shown = await owner.History.MessageAsync(contact.Id, number, cancel);
                    if (TransferredMessage.Of(contact, stored, shown, owner.FindShown) is { } message)
                    {
                        yield return message;
                    }
                }

                row = slice.Events.Count == 0 ? last + 1 : row + slice.Events.Count;
            }
        }
    }

    private static IEnumerable<(long Number, ContactEvent Stored)> Numbered(JournalSlice slice) =>
        from row in slice.Events.Cast<ContactCommit>().Index()
        from happened in row.Item.Events.Index()
        where happened.Item is MessageReceived { Text: not null } or MessageQueued { Text: not null }
        select (EventNumber.First(slice.First + row.Index) + happened.Index, happened.Item);
}
