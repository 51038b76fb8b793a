using System.Collections.Immutable;
using Akka.Actor;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Contacts;

/// <summary>Read receipts: what was read is collected and told to an author who takes them, and what the contact has read is noted.</summary>
public sealed partial class ContactActor
{
    private const int ReceiptRowsPerRead = 64;

    private Advertisement OwnAdvertisement => _services.Sealing.Advertised(_services.Settings);

    private bool TakesReceipts =>
        _services.Settings.Receipts && _state.Caps.HasFlag(PeerCaps.Receipts) && Profile is { Standing: ContactStanding.Accepted, RelayOnly: false };

    private void CommandsOfReceipts()
    {
        Command<MarkRead>(mark =>
        {
            if (_state.Owed.IsEmpty)
            {
                _link = _link with { ReceiptsAt = Now + _services.Settings.ReceiptDelay };
            }

            Decide(ContactDecisions.MarkRead(_state, mark.Cursor, Now, TakesReceipts), cursor => new ReadResult(cursor), Sender);
        });
        Command<TakeReceipt>(receipt =>
        {
            if (Profile is not { Standing: ContactStanding.Accepted, RelayOnly: false })
            {
                Sender.Tell(new ReceiptTaken(0));
                return;
            }

            var replyTo = Sender;
            Lookup(_committed, async cancellation => new NamedLookedUp(await _services.History.SentAsync(_id, receipt.Ids, cancellation), replyTo));
        });
        Command<NamedLookedUp>(found => EndLookup(() =>
            Decide(ReceiptDecisions.Take(_state, found.Named, Now), status => new ReceiptTaken(status), found.ReplyTo)));
    }

    private void Take(Advertisement? shown)
    {
        if (shown is not null && shown != new Advertisement(_state.Caps, _state.Relays) && Profile is { Standing: ContactStanding.Accepted or ContactStanding.Requested })
        {
            Record([new CapsShown(Now, shown.Caps) { Relays = shown.Relays.Length > 0 ? shown.Relays : null }]);
        }
    }

    private static Advertisement? AdvertisementOf(PeerReply reply) => reply switch
    {
        PeerReply.Pong pong => pong.Advertised,
        PeerReply.Status { Value: 1 } status => status.Advertised,
        _ => null,
    };

    private async Task<Loaded> LoadReceiptAsync(ReadRange range, ImmutableSortedDictionary<long, UnopenedMessage> unopened, string from, string key)
    {
        var ids = ImmutableArray.CreateBuilder<MessageId>();
        var told = range.After;
        var last = EventNumber.RowOf(range.UpTo);
        for (var row = Math.Max(1, EventNumber.RowOf(range.After + 1)); row <= last && ids.Count < ReceiptRequest.MaxIds; row += ReceiptRowsPerRead)
        {
            var slice = await _services.Journal.ReadAsync(PersistenceId, row, (int)Math.Min(ReceiptRowsPerRead, last - row + 1), _stopping.Token);
            var events = slice.Events.Cast<ContactCommit>().SelectMany((commit, i) => commit.Events.Select((e, place) => (Number: EventNumber.First(slice.First + i) + place, Event: e)));
            foreach (var (number, happened) in events.Where(e => e.Number > range.After && e.Number <= range.UpTo).TakeWhile(_ => ids.Count < ReceiptRequest.MaxIds))
            {
                told = number;
                if (happened is MessageReceived { Text: not null } e && IsReadable(number, e, unopened))
                {
                    ids.Add(e.Id);
                }
            }
        }

        return new(
            new Exchange.Receipt(range with { UpTo = ids.Count < ReceiptRequest.MaxIds ? range.UpTo : told }),
            ids.Count == 0 ? null : new PeerCall.Receipt(from, key, ids.ToImmutable()));
    }

    // What could not be opened was not read. Which of them were opened later is known of the newest only.
    private static bool IsReadable(long number, MessageReceived e, ImmutableSortedDictionary<long, UnopenedMessage> unopened) =>
        e.Unreadable is null
        || (e.Unreadable != UnreadableReason.UnknownEnctype && unopened.Count < ContactState.MaxUnopened && !unopened.ContainsKey(number));

    private sealed record NamedLookedUp(ImmutableArray<NamedMessage> Named, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}
