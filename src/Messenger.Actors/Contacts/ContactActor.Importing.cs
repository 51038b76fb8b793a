using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Actors.Contacts;

/// <summary>Asks a contact to take messages in that were exported elsewhere.</summary>
public static class ImportProtocol
{
    /// <summary>Imports messages; answered by <see cref="MessagesImported"/>.</summary>
    /// <param name="Contact">Whose conversation.</param>
    /// <param name="Items">In the order in which they were stored there.</param>
    public sealed record ImportMessages(ContactId Contact, ImmutableArray<ImportedMessage> Items) : ContactProtocol.IContactCommand;

    /// <summary>Answer to <see cref="ImportMessages"/>: what became of each, in the order given.</summary>
    public sealed record MessagesImported(ImmutableArray<Importing> Outcomes);
}

/// <summary>Importing: the read model is asked first, because what is imported is mostly older than what the state remembers.</summary>
public sealed partial class ContactActor
{
    private void CommandsOfImporting()
    {
        Command<ImportProtocol.ImportMessages>(import => Import(import, KnownBefore.Nothing, 0, Sender));
        Command<KnownLookedUp>(found => EndLookup(() => Import(found.Command, found.Older, found.UpTo, found.ReplyTo)));
    }

    private void Import(ImportProtocol.ImportMessages command, KnownBefore older, long lookedUpTo, IActorRef replyTo)
    {
        var forgotten = Math.Max(_state.Received.ForgottenNumber, _state.Queued.ForgottenNumber);
        if (forgotten > lookedUpTo)
        {
            var upTo = _state.Sequence;
            Lookup(forgotten, async cancellation => new KnownLookedUp(command, await AskWhatIsKnownAsync(command.Items, cancellation), upTo, replyTo));
            return;
        }

        Decide(ImportDecisions.Import(_state, command.Items, older, Now), outcomes => new ImportProtocol.MessagesImported(outcomes), replyTo);
    }

    private async Task<KnownBefore> AskWhatIsKnownAsync(ImmutableArray<ImportedMessage> items, CancellationToken cancellation)
    {
        MessageId[] ids = [.. items.OfType<ImportedMessage.Received>().Select(item => item.Id).Distinct()];
        var uuids = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var uuid in items.OfType<ImportedMessage.Written>().Select(item => item.Uuid).Distinct())
        {
            if (await _services.History.QueuedByUuidAsync(_id, uuid, cancellation) is { } known)
            {
                uuids[uuid] = known.TextHash;
            }
        }

        return new(await _services.History.KnownIdsAsync(_id, ids, cancellation), uuids.ToImmutable());
    }

    private sealed record KnownLookedUp(ImportProtocol.ImportMessages Command, KnownBefore Older, long UpTo, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}
