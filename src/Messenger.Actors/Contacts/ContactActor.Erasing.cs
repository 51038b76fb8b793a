using Akka.Actor;
using Akka.Event;
using Messenger.Actors.History;
using Messenger.Domain.Contacts;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Contacts;

/// <summary>
/// Erasing: the intent is committed, then the texts are overwritten in the journal and the read model, then the end is
/// committed. What a crash cuts off is done again at the next recovery. Snapshots hold no texts.
/// </summary>
public sealed partial class ContactActor
{
    private static readonly TimeSpan EraseAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, List<IActorRef>> _eraseWaiters = [];

    private void CommandsOfErasing()
    {
        Command<EraseMessage>(erase =>
        {
            var replyTo = Sender;
            Lookup(_committed, async cancellation =>
                new EraseLookedUp(erase.Message, await _services.History.MessageAsync(_id, erase.Message, cancellation) is { Text: not null }, replyTo));
        });
        Command<EraseLookedUp>(found => EndLookup(() =>
        {
            if (found.Exists)
            {
                Erase(ContactDecisions.Erase(_state, found.Message, Now), found.ReplyTo);
            }
            else
            {
                found.ReplyTo.Tell(new EraseResult(false));
            }
        }));
        Command<EraseSettled>(erase => Erase(ContactDecisions.EraseSettled(_state, erase.Messages, Now), Sender));
        Command<EraseConversation>(_ => Erase(ContactDecisions.EraseAll(_state, Now), Sender));
        Command<Erased>(erased => Record([new EraseCompleted(Now, erased.Request)]));
        Command<EraseFailed>(failed =>
        {
            _log.Warning(failed.Error, "Erasing in contact {0} did not finish; it is tried again.", _id);
            Timers.StartSingleTimer(failed.Request, new EraseAgain(failed.Request), EraseAgainAfter);
        });
        Command<EraseAgain>(again => CarryOut(again.Request));
    }

    private void Erase(Decision<bool> decision, IActorRef replyTo)
    {
        if (decision.Events.IsEmpty)
        {
            Decide(decision, found => new EraseResult(found), replyTo);
            return;
        }

        _eraseWaiters[_state.Sequence + 1] = [replyTo];
        Record(decision.Events);
    }

    private void ResumeErasing()
    {
        foreach (var request in _state.Erasing.Keys)
        {
            CarryOut(request);
        }
    }

    private void CarryOutErasing(long firstRow, ContactCommit[] committed)
    {
        foreach (var (row, commit) in committed.Index())
        {
            foreach (var (place, happened) in commit.Events.Index())
            {
                if (happened is EraseRequested)
                {
                    CarryOut(EventNumber.First(firstRow + row) + place);
                }
                else if (happened is EraseCompleted { Request: var request } && _eraseWaiters.Remove(request, out var waiters))
                {
                    waiters.ForEach(w => w.Tell(new EraseResult(true)));
                }
            }
        }
    }

    private void CarryOut(long request)
    {
        if (_state.Erasing.TryGetValue(request, out var erase))
        {
            OverwriteAsync(request, erase).PipeTo(Self, success: () => new Erased(request), failure: error => new EraseFailed(request, error));
        }
    }

    private async Task OverwriteAsync(long request, EraseRequested erase)
    {
        var (from, to) = ContactDecisions.RowsOf(_state, erase);
        var stop = _stopping.Token;
        await _services.Eraser.EraseAsync(
            PersistenceId, from, to,
            (row, stored) => ContactDecisions.WithoutTexts(row, (ContactCommit)stored, erase),
            stop);
        await _services.Eraser.ScrubAsync(stop);
        await _history.Ask<HistoryProtocol.Reached>(new HistoryProtocol.WaitFor(PersistenceId, EventNumber.RowOf(request)), stop);
        await _services.History.ScrubAsync(stop);
    }

    private sealed record EraseLookedUp(long Message, bool Exists, IActorRef ReplyTo) : INoSerializationVerificationNeeded;

    private sealed record Erased(long Request) : INoSerializationVerificationNeeded;

    private sealed record EraseFailed(long Request, Exception Error) : INoSerializationVerificationNeeded;

    private sealed record EraseAgain(long Request) : INoSerializationVerificationNeeded;
}
