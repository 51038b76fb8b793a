using System.Net;
using Akka.Actor;
using Akka.Event;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
using Messenger.Protocol.Envelopes;
using static Messenger.Actors.Contacts.ContactProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Contacts;

/// <summary>Changes of address: the contact's, which its identity has signed, and ours, until the contact has answered.</summary>
public sealed partial class ContactActor
{
    private static readonly TimeSpan RosterTimeout = TimeSpan.FromSeconds(8);

    private bool _isMoving;

    private bool TakesMoves => SealingEnabled && _state.Caps.HasFlag(PeerCaps.Moves) && _sealing is { Identity: not null, Offered: null }
        && Profile is { Standing: ContactStanding.Accepted, RelayOnly: false, HandshakeDue: false };

    private string? MoveTo => TakesMoves && _state.AddressTold is { } told && told != OwnAddress.Full && (!IsLoopback(OwnAddress) || IsLoopback(Profile!.Addresses[0]))
        ? OwnAddress.Full
        : null;

    private Address OwnAddress => _services.Identity.Address;

    private void CommandsOfMoving()
    {
        Command<TakeMove>(move =>
        {
            // Without an answer it comes again; a refusal would be the end of it.
            if (_isMoving)
            {
                return;
            }

            var (verdict, refusal) = Judge(move.Change);
            if (verdict != AddressChangeVerdict.Accepted)
            {
                Sender.Tell(new MoveTaken(verdict == AddressChangeVerdict.Stale && move.Change.Counter == _state.MovedCounter ? 1 : 0, refusal));
                return;
            }

            _isMoving = true;
            _lookups++;
            var replyTo = Sender;
            var address = Address.Parse(move.Change.Address);
            var learned = address.Ip is not { } ip || !ip.Equals(move.Source);
            _roster.Ask<RosterProtocol.RosterResult>(new RosterProtocol.MoveContact(_id, address, learned), RosterTimeout, _stopping.Token)
                .PipeTo(Self, success: result => new MoveDecided(move.Change, result, replyTo), failure: error => new MoveUndecided(error));
        });
        Command<MoveUndecided>(undecided => EndMove(() =>
            _log.Warning(undecided.Error, "The friend list did not say whether contact {0} has moved; it is asked when the contact says so again.", _id)));
        Command<MoveDecided>(decided => EndMove(() =>
        {
            if (decided.Result is RosterProtocol.RosterResult.Done)
            {
                Decide(new Decision<int>(1, [new AddressMoved(Now, decided.Change.Address, decided.Change.Counter)]), status => new MoveTaken(status), decided.ReplyTo);
            }
            else
            {
                decided.ReplyTo.Tell(new MoveTaken(0, (decided.Result as RosterProtocol.RosterResult.Rejected)?.Detail ?? "It is no friend."));
            }
        }));
    }

    private (AddressChangeVerdict Verdict, string? Refusal) Judge(AddressChange change)
    {
        if (!SealingEnabled || _sealing is not { Identity: { } author, Offered: null } || Profile is not { Standing: ContactStanding.Accepted, RelayOnly: false })
        {
            return (AddressChangeVerdict.BadSignature, "Whose identity it is, is not known or waits for the owner.");
        }

        var verdict = change.Judge(author, _services.Keyring.Identity, _state.MovedCounter);
        return (verdict, verdict switch
        {
            AddressChangeVerdict.Stale => "A later one was taken before.",
            AddressChangeVerdict.BadAddress => "It is no address.",
            AddressChangeVerdict.BadSignature => "Its identity has not signed it.",
            _ => null,
        });
    }

    private void EndMove(Action then)
    {
        _isMoving = false;
        EndLookup(then);
    }

    // Whoever became a friend under the present address knows it.
    private void NoteOwnAddress()
    {
        if (_state.AddressTold is null && TakesMoves)
        {
            Record([new AddressTold(Now, OwnAddress.Full, 0)]);
        }
    }

    private void StartMove(string key)
    {
        var counter = Counters.Next(_state.AddressToldCounter, Now);
        Start(
            new Exchange.Move(OwnAddress.Full, counter),
            new PeerCall.Move(OwnAddress.Canonical, key, _services.Keyring.SignMove(_sealing.Identity!, OwnAddress, counter)));
    }

    private void NoteMoveWorks(Outcome outcome)
    {
        var taken = outcome is Outcome.Pong or Outcome.Status { Value: 1 } || (outcome is Outcome.Statuses many && many.Values.Contains(1));
        if (taken && _link.AddressIndex == 0 && Profile is { MovedFrom: not null })
        {
            _roster.Tell(new RosterProtocol.ConfirmMove(_id));
        }
    }

    private static bool IsLoopback(Address address) => address.Ip is { } ip && IPAddress.IsLoopback(ip);

    private sealed record MoveUndecided(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record MoveDecided(AddressChange Change, RosterProtocol.RosterResult Result, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}
